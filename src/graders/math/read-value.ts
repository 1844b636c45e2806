import type { Answer } from "./answer.ts";
import { expandSigns } from "./expand-signs.ts";
import type { Expression } from "./expression.ts";
import { scaleOf } from "./number-words.ts";
import { multiply } from "./factors.ts";
import { parseExpression } from "./parse.ts";
import { answer, type Nesting, read } from "./reading.ts";
import { splitModulus } from "./read-relation.ts";
import { closingIndex, isOpen, isOperator, splitTop, type Token } from "./token.ts";
import { splitCurrency, splitUnit } from "./unit-reader.ts";

/** One quantity: a formula with perhaps a unit, a money sign, a per cent sign, words before it. */
export const readValue = (tokens: readonly Token[]): Answer | null => {
  const [withoutMoney, money] = splitCurrency(withoutOrdinal(withoutFiller(withoutAside(tokens))));
  const [withoutUnit, unit] = splitUnit(withoutMoney);
  const percent = isOperator(withoutUnit.at(-1), "%");
  const [core, scale] = splitScale(percent ? withoutUnit.slice(0, -1) : withoutUnit);
  const parsed = parseExpression(core);
  if (!parsed) return null;
  const value = scale === 1 ? parsed : multiply(parsed, whole(scale));
  const items = expandSigns(value);
  if (!items) return answer(tokens, { kind: "unread" });
  const make = (of: Expression): Answer => answer(tokens, { kind: "value", value: of, unit: money ?? unit, percent });
  if (items.length === 1) return make(items[0] as Expression);
  return answer(tokens, {
    kind: "list",
    braces: false,
    join: "or",
    items: items.map((item) => ({ ...make(item), form: "" })),
  });
};

const whole = (n: number): Expression => ({ kind: "number", value: { num: BigInt(n), den: 1n }, places: -1 });

/** `5 million` */
const splitScale = (tokens: readonly Token[]): readonly [readonly Token[], number] => {
  const last = tokens.at(-1);
  const scale = last?.type === "word" && tokens.length > 1 ? scaleOf(last.text.toLowerCase()) : undefined;
  return scale === undefined ? [tokens, 1] : [tokens.slice(0, -1), scale];
};

/** `3 \pmod 7` without the modulus, `5 (apples)` without the words after it. */
const withoutAside = (tokens: readonly Token[]): readonly Token[] => {
  if (tokens.some((token) => token.text === "pmod" || (token.text === "mod" && !token.quoted))) {
    const [rest, modulus] = splitModulus(tokens);
    const infix = modulus !== null && tokens[rest.length]?.text === "mod";
    return infix ? tokens : rest;
  }
  const words = tokens.findLastIndex((token) => isOpen(token, "("));
  const spoken = tokens
    .slice(words + 1, -1)
    .every((token) => token.type === "word" && (token.text.length > 2 || /^(?:in|of|on|at|to)$/.test(token.text)));
  return words > 0 && words < tokens.length - 2 && spoken && closingIndex(tokens, words) === tokens.length - 1
    ? tokens.slice(0, words)
    : tokens;
};

/** `11th` and `11^{\text{th}}` as 11. */
const withoutOrdinal = (tokens: readonly Token[]): readonly Token[] => {
  const kept = tokens.filter((token) => !/^[{}^]$/.test(token.text));
  const [number, suffix] = kept;
  return kept.length === 2 &&
    number?.type === "number" &&
    suffix?.type === "word" &&
    /^(?:st|nd|rd|th)$/.test(suffix.text)
    ? [number]
    : tokens;
};

const introducing = new Set([
  "is",
  "are",
  "was",
  "be",
  "equals",
  "equal",
  "have",
  "has",
  "exactly",
  "about",
  "approximately",
  "only",
  "answer",
  "gives",
  "makes",
  "total",
  "just",
  "roughly",
  "nearly",
  "almost",
]);

const negations = new Set([
  "not",
  "no",
  "never",
  "less",
  "more",
  "least",
  "most",
  "fewer",
  "greater",
  "than",
  "below",
  "above",
  "under",
  "over",
  "minus",
  "without",
  "base",
  "every",
  "between",
  "option",
  "case",
  "step",
  "part",
  "question",
  "problem",
  "lambda",
]);

/** Words before a number that only introduce it: `Area: 5`, `they have 5`. */
const withoutFiller = (tokens: readonly Token[]): readonly Token[] => {
  const isFiller = (token: Token): boolean =>
    (token.type === "word" &&
      (token.quoted === true || token.text.length > 1) &&
      !negations.has(token.text.toLowerCase())) ||
    isOperator(token, ":");
  const start = tokens.findIndex((token) => !isFiller(token));
  const end = tokens[start - 1];
  if (
    start < 1 ||
    !(isOperator(end, ":") || (tokens[start]?.spaced && introducing.has(end?.text.toLowerCase() ?? ""))) ||
    tokens
      .slice(0, start)
      .some((token) =>
        /^(?:january|february|march|april|may|june|july|august|september|october|november|december)$/i.test(token.text),
      )
  )
    return tokens;
  return tokens.slice(start);
};

const bases: Readonly<Record<string, number>> = {
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  eleven: 11,
  twelve: 12,
  sixteen: 16,
};

/** `132_7`, `(132)_{7}`, `132_{\text{seven}}`, `132 base 7`. */
export const readBased = (tokens: readonly Token[]): Answer | null => {
  if (!tokens.some((token) => isOperator(token, "_") || token.text.toLowerCase() === "base")) return null;
  const text = tokens.map((token) => token.text).join("");
  const match = /^[({]?([0-9A-F]{1,64})[)}]?(?:_[({]*(?:base)?|(?:in)?base)([0-9]{1,2}|[a-z]+)[)}]*$/i.exec(text);
  const [, digits = "", written = ""] = match ?? [];
  const base = bases[written.toLowerCase()] ?? Number(written);
  if (
    !/\d/.test(digits) ||
    !(base >= 2 && base <= 36) ||
    Array.from(digits).some((digit) => parseInt(digit, 36) >= base)
  )
    return null;
  return answer(tokens, { kind: "based", digits: digits.toUpperCase().replace(/^0+(?=.)/, ""), base });
};

/** `3:30 PM`, `7 a.m.`: a time of day. */
export const readClock = (tokens: readonly Token[]): Answer | null => {
  if (tokens.length > 9) return null;
  const text = tokens
    .map((token) => token.text.toLowerCase())
    .join("")
    .replace(/\./g, "");
  const match = /^(\d{1,2})(?::(\d\d))?(am|pm)$/.exec(text);
  if (!match) return null;
  const [, hours = "0", minutes = "0", half] = match;
  return answer(tokens, {
    kind: "time",
    minutes: (Number(hours) % 12) * 60 + Number(minutes),
    half: half as "am" | "pm",
  });
};

/** `4:9`, `2:3:5`, `4 to 9`. */
export const readRatio = (tokens: readonly Token[], nesting: Nesting): Answer | null => {
  const parts = splitTop(tokens, (token) => isOperator(token, ":") || (token.type === "word" && token.text === "to"));
  if (parts.length < 2 || parts.length > 6) return null;
  const items = parts.map((part) => read(part, nesting));
  if (!items.every((item) => item.kind === "value" && !item.unit)) return null;
  const clock = parts.length === 2 && /^\d{1,2} : [0-5]\d$/.test(tokens.map((token) => token.text).join(" "));
  return answer(tokens, { kind: "ratio", parts: items, clock });
};
