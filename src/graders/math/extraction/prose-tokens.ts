import { findSpans } from "./maths-spans.ts";

/** A piece of a sentence as a reader of mathematics sees it. `spaced`: white space stands before it. */
export type ProseToken = Readonly<{ type: Type; text: string; start: number; end: number; spaced: boolean }>;

type Type =
  | "number"
  | "maths"
  | "command"
  | "money"
  | "letter"
  | "word"
  | "operator"
  | "relation"
  | "postfix"
  | "open"
  | "close"
  | "stop";

/** Digits are read whole: with their groups and decimals, as a time, with an exponent. */
const shapes: readonly (readonly [Type, RegExp])[] = [
  ["number", /\d{1,2}:[0-5]\d(?::[0-5]\d)?(?:\s?(?:[ap]m\b|[ap]\.m\.))?(?![\d:])/iy],
  ["number", /\d{1,3}(?:[  ]\d{3})+(?![\d.,]*\d)/y],
  ["number", /(?:\d+(?:[.,]\d+)*|\.\d+)(?:[eE][+-]?\d{1,4}(?!\w))?/y],
  ["number", /[½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞π∞]/uy],
  ["money", /\\?[$€£¥₹]|(?:USD|EUR|GBP|Rs\.?|US\$)(?=\s?\d)/y],
  ["postfix", /\\?%|°|\^\s?\{?\\circ\}?|[²³⁰¹⁴-⁹⁺⁻ⁿ]+|!(?!=)|(?:st|nd|rd|th)\b/y],
  ["operator", /\\(?:cdot|times|div|pm|mp|cup|cap|setminus)(?![a-zA-Z])|\*\*|[-−–+*×·⋅÷∕/^_±∓√∪∩∖:|]/y],
  [
    "relation",
    /\\(?:le|leq|ge|geq|ne|neq|lt|gt|approx|in|equiv|implies|Rightarrow|to)(?![a-zA-Z])|<=|>=|!=|[=≈<>≤≥≠∈≡⇒→]/y,
  ],
  ["open", /\\?\{|[([]|\\left\s?\\?[([{|]/y],
  ["close", /\\?\}|[)\]]|\\right\s?\\?[)\]}|]/y],
  ["command", /\\[a-zA-Z]+/y],
  ["word", /[\p{Script=Latin}\p{M}][\p{Script=Latin}\p{M}'’]+(?:-[\p{Script=Latin}\p{M}]+)*/uy],
  ["letter", /[a-zA-Z\p{Script=Greek}]/uy],
  ["word", /\p{L}/uy],
  ["stop", /\S/y],
];

/** The tokens of one sentence. Formulas between their delimiters are one token each. */
export const proseTokens = (sentence: string): ProseToken[] => {
  const spans = /[$\\]/.test(sentence) ? findSpans(sentence) : [];
  const tokens: ProseToken[] = [];
  for (let at = 0, span = 0; at < sentence.length;) {
    const blank = /\s/.test(sentence[at] as string);
    while (span < spans.length && (spans[span] as { start: number }).start < at) span++;
    const maths = spans[span]?.start === at ? spans[span] : undefined;
    const token = maths
      ? { type: "maths" as const, text: maths.content, start: at, end: maths.end }
      : blank
        ? null
        : tokenAt(sentence, at);
    if (token) tokens.push({ ...token, spaced: at > 0 && /\s/.test(sentence[at - 1] as string) });
    at = token?.end ?? at + 1;
  }
  return tokens;
};

const tokenAt = (sentence: string, start: number): Omit<ProseToken, "spaced"> => {
  for (const [type, shape] of shapes) {
    shape.lastIndex = start;
    const [text] = shape.exec(sentence) ?? [];
    if (text !== undefined)
      return type === "command" ? withGroups(sentence, start, text) : { type, text, start, end: start + text.length };
  }
  return { type: "stop", text: sentence[start] as string, start, end: start + 1 };
};

/** `\frac{3}{8}`, `\sqrt[3]{2}` with their arguments; `\text{..}` is words. */
const withGroups = (sentence: string, start: number, name: string): Omit<ProseToken, "spaced"> => {
  let end = start + name.length;
  for (let group = groupEnd(sentence, end); group > end; group = groupEnd(sentence, end)) end = group;
  const type = /^\\(?:text|mbox|textbf|mathrm|quad|qquad)/.test(name) ? "word" : "command";
  return { type, text: sentence.slice(start, end), start, end };
};

/** Where the braces or the index that begin here end; the same place when there are none. */
const groupEnd = (text: string, from: number): number => {
  const open = text[from];
  if (open !== "{" && !(open === "[" && text.startsWith("\\sqrt", from - 5))) return from;
  const close = open === "{" ? "}" : "]";
  for (let at = from, depth = 0; at < Math.min(text.length, from + 400); at++) {
    if (text[at] === open) depth++;
    else if (text[at] === close && --depth === 0) return at + 1;
  }
  return from;
};
