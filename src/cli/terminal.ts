/** Whether the locale of this process has nothing but ASCII: one that is set and does not name UTF-8. */
export function isAscii(env: Readonly<Record<string, string | undefined>> = process.env): boolean {
  const locale = [env["LC_ALL"], env["LC_CTYPE"], env["LANG"]].find((value) => value !== undefined && value !== "");
  return locale !== undefined && !/utf-?8/i.test(locale);
}

const PLAIN: Readonly<Record<string, string>> = {
  "≤": "<=",
  "≥": ">=",
  "×": "x",
  "–": "-",
  "—": "-",
  "−": "-",
  "→": "->",
  "…": "...",
  "“": '"',
  "”": '"',
  "’": "'",
  "█": "#",
  "░": ".",
  "\u00a0": " ",
};

/** A text for people as this terminal can show it; what has no likeness becomes a question mark. */
export const shown = (text: string, ascii = isAscii()): string =>
  ascii ? Array.from(text, (c) => PLAIN[c] ?? (c <= "\u007f" ? c : "?")).join("") : text;

/** Columns of the terminal; undefined where the output goes elsewhere and may be as wide as it is. */
export const columnsOf = (stream: NodeJS.WriteStream): number | undefined =>
  stream.isTTY ? Math.max(20, stream.columns ?? 80) : undefined;
