import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const root = join(import.meta.dirname, "..", "..");

/** README and every page of docs/, by their paths. */
export const pages: readonly string[] = ["README.md", ...readdirSync(join(root, "docs")).map((file) => `docs/${file}`)];

export type Example = Readonly<{ page: string; text: string }>;

/** The fenced blocks of one language on all pages. */
export const examplesIn = (language: string): readonly Example[] =>
  pages.flatMap((page) =>
    [...readFileSync(join(root, page), "utf8").matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, "gm"))].map(
      (match) => ({ page, text: match[1] ?? "" }),
    ),
  );

/** The languages of all fenced blocks. */
export const languages = (): ReadonlySet<string> =>
  new Set(
    pages.flatMap((page) => {
      const fences = [...readFileSync(join(root, page), "utf8").matchAll(/^```(.*)$/gm)].map((match) => match[1] ?? "");
      return fences.filter((_, at) => at % 2 === 0);
    }),
  );

const rest: Readonly<Record<string, string>> = {
  name: "name: example\n",
  models: "models:\n  - { name: m, engine: scripted, format: pico }\n",
  datasets: "datasets:\n  - name: arithmetic\n",
  methods: "methods:\n  - budget-forcing\n",
};

/** A YAML example with what it leaves out; a format stands within a model. */
export const completed = (text: string): string => {
  const whole = text.startsWith("format:")
    ? `models:\n  - name: m\n    engine: scripted\n${text.replaceAll(/^/gm, "    ")}`
    : text;
  const missing = Object.entries(rest).filter(([key]) => !new RegExp(`^${key}:`, "m").test(whole));
  return missing.map(([, lines]) => lines).join("") + whole;
};

/** The commands of a shell example, comments left out. */
export const commandsOf = (text: string): readonly string[] =>
  text
    .replaceAll("\\\n", " ")
    .split(/\n|&&/)
    .map((line) => line.replace(/\s#.*$/, "").trim())
    .filter((line) => line !== "");
