/**
 * `name`: one letter or Greek letter; `word`: several letters; `text` in quotes of TeX (`\text{..}`) gives `quoted`
 * words.
 */
export type Token = Readonly<{
  type: "number" | "name" | "word" | "command" | "operator" | "open" | "close";
  text: string;
  /** White space stood before it. */
  spaced: boolean;
  /** It came from `\text{..}` or `\mathrm{..}`. */
  quoted?: true;
  /** Digits of a number that repeat for ever: `0.1\overline{6}` has "6". */
  repeat?: string;
}>;

export const isOperator = (token: Token | undefined, ...texts: string[]): boolean =>
  token?.type === "operator" && texts.includes(token.text);

export const isOpen = (token: Token | undefined, ...texts: string[]): boolean =>
  token?.type === "open" && texts.includes(token.text);

const family = (text: string): string =>
  "([".includes(text) || ")]".includes(text) ? "round" : (closers[text] ?? text);

const closers: Readonly<Record<string, string>> = {
  "{": "}",
  "\\{": "\\}",
  "⟨": "⟩",
  "⌊": "⌋",
  "⌈": "⌉",
  "‖": "‖",
  begin: "end",
};

/** A half-open interval closes with the other bracket: `(` and `[` both match `)` and `]`. */
export const closes = (open: Token, close: Token): boolean =>
  family(open.text.split(":")[0] ?? "") === family(close.text.split(":")[0] ?? "");

/** Index of the token that closes the one at `start`, or -1. */
export const closingIndex = (tokens: readonly Token[], start: number): number => {
  const opened: Token[] = [];
  for (let at = start; at < tokens.length; at++) {
    const token = tokens[at] as Token;
    if (token.type === "open") opened.push(token);
    if (token.type !== "close") continue;
    const open = opened.pop();
    if (!open || !closes(open, token)) return -1;
    if (opened.length === 0) return at;
  }
  return -1;
};

/** Splits at separators that stand outside all brackets. Unbalanced brackets are counted as they come. */
export const splitTop = (tokens: readonly Token[], isSeparator: (token: Token, at: number) => boolean): Token[][] => {
  const parts: Token[][] = [[]];
  let depth = 0;
  tokens.forEach((token, at) => {
    if (token.type === "open") depth++;
    if (token.type === "close") depth--;
    if (depth === 0 && token.type !== "close" && isSeparator(token, at)) parts.push([]);
    else parts.at(-1)?.push(token);
  });
  return parts;
};

/** The tokens written in one fixed way: equal forms are equal answers. */
export const formOf = (tokens: readonly Token[]): string =>
  tokens.map((token) => (token.repeat ? `${token.text}~${token.repeat}` : token.text)).join(" ");
