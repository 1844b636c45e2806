import { signal } from "@preact/signals";

/** The one thing that is remembered: links hold all the rest. */
const KEY = "overthink-theme";

const remembered = (): string | null => {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
};

export const theme = signal<"light" | "dark">(
  (remembered() ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) as "light" | "dark",
);

export const applyTheme = (): void => void (document.documentElement.dataset["theme"] = theme.value);

export function switchTheme(): void {
  theme.value = theme.value === "dark" ? "light" : "dark";
  applyTheme();
  try {
    localStorage.setItem(KEY, theme.value);
  } catch {
    // a page from a file may not remember
  }
}
