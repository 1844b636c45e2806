import type { Answer, Condition } from "./answer.ts";
import { answer, type Nesting, read } from "./reading.ts";
import { isOperator, splitTop, type Token } from "./token.ts";

const keywords = new Set(["where", "for", "if", "when", "with", "assuming", "such", "provided", "whenever", "unless"]);
const rest = new Set(["otherwise", "else"]);

const isKeyword = (token: Token): boolean => token.type === "word" && keywords.has(token.text.toLowerCase());

/**
 * `x^2 for x > 0` is the value with its condition; `0 if n is odd, 1 if n is even` is a function by cases. A condition
 * that holds a further answer, "with 13 also possible", is none: then nothing is read.
 */
export const readConditional = (tokens: readonly Token[], nesting: Nesting): Answer | null => {
  const first = tokens.findIndex(isKeyword);
  if (first < 1 || !isBalanced(tokens.slice(0, first))) return null;
  const cases = casesIn(tokens);
  if (cases.length > 1)
    return answer(tokens, {
      kind: "matrix",
      environment: "cases",
      rows: cases.map(([value, condition]) => [read(value, nesting), readCondition(condition, nesting)]),
    });
  const value = withoutEnd(tokens.slice(0, first));
  if (value.some(isProse) || !value.some((token) => token.type === "number" || token.type === "name")) return null;
  const condition = tokens.slice(first + 1);
  if (!isCondition(condition)) return answer(tokens, { kind: "text" });
  const whole = integerName(condition);
  const found = read(value, nesting);
  return { ...found, condition: conditionOf(condition), ...(whole ? { whole } : {}) };
};

/** `cx` is a product. */
const isProse = (token: Token): boolean => token.type === "word" && (token.quoted === true || token.text.length > 2);

/** `x > 0` is maths, "k is odd" is words. */
const readCondition = (tokens: readonly Token[], nesting: Nesting): Answer =>
  tokens.some(isProse) ? answer(tokens, { kind: "text" }) : read(tokens, nesting);

const isBalanced = (tokens: readonly Token[]): boolean =>
  tokens.filter((token) => token.type === "open").length === tokens.filter((token) => token.type === "close").length;

const withoutEnd = (tokens: readonly Token[]): readonly Token[] =>
  isOperator(tokens.at(-1), ",", "and", ";") ? tokens.slice(0, -1) : tokens;

/** Value and condition of each case; a part without a condition of its own belongs to the one before it. */
const casesIn = (tokens: readonly Token[]): (readonly [readonly Token[], readonly Token[]])[] => {
  const cases: [Token[], Token[]][] = [];
  for (const part of splitTop(tokens, (token) => isOperator(token, ",", ";", "and", "or")).filter(
    ({ length }) => length > 0,
  )) {
    const at = part.findIndex((token, index) => isKeyword(token) || (index > 0 && rest.has(token.text.toLowerCase())));
    const own = at > 0 && part.slice(0, at).some(({ type }) => type === "number" || type === "name");
    if (own)
      cases.push([
        part.slice(0, at),
        rest.has(part[at]?.text.toLowerCase() ?? "") ? part.slice(at) : part.slice(at + 1),
      ]);
    else if (cases.length > 0) cases.at(-1)?.[1].push(...part);
  }
  return cases;
};

const further = /^(?:also|possible|possibly|maybe|too|another|alternatively|works|answer|answers|or)$/i;

/** It speaks of a letter or of a kind of numbers, and names no further answer. */
const isCondition = (tokens: readonly Token[]): boolean =>
  !tokens.some((token) => further.test(token.text)) &&
  (tokens[0]?.type !== "number" || tokens.some((token) => isOperator(token, "<", ">", "≤", "≥", "=", "≠")));

const integerName = (tokens: readonly Token[]): string | undefined => {
  const names = [
    ...new Set(tokens.filter(({ type, text }) => type === "name" && !text.startsWith("bb")).map(({ text }) => text)),
  ];
  return names.length === 1 && tokens.some(({ text }) => /^(?:integers?|bbZ)$/i.test(text)) ? names[0] : undefined;
};

const domains: readonly (readonly [RegExp, string])[] = [
  [/^(?:integers?|bbZ|whole)$/i, "Z"],
  [/^(?:reals?|bbR)$/i, "R"],
  [/^(?:naturals?|bbN)$/i, "N"],
  [/^(?:rationals?|bbQ)$/i, "Q"],
  [/^(?:irrationals?)$/i, "I"],
  [/^(?:primes?)$/i, "P"],
];

/** What a condition says of parity, sign, kind of numbers and bounds. */
export const conditionOf = (tokens: readonly Token[]): Condition => {
  const words = tokens.map(({ text }) => text.toLowerCase());
  const named = (pattern: RegExp): string =>
    words
      .filter((word) => pattern.test(word))
      .sort()
      .join();
  return {
    parity: named(/^(?:odd|even|divisible|multiple)$/),
    sign: named(/^(?:positive|negative|non-?negative|non-?positive|non-?zero|not)$/),
    domain: [...new Set(tokens.flatMap(({ text }) => domains.find(([pattern]) => pattern.test(text))?.[1] ?? []))]
      .sort()
      .join(),
    bounds: boundsOf(tokens),
  };
};

const turned: Readonly<Record<string, string>> = { "<": ">", ">": "<", "≤": "≥", "≥": "≤" };

/** `x > 0` and `0 < x` are one bound. */
const boundsOf = (tokens: readonly Token[]): string =>
  tokens
    .flatMap((token, at) => {
      if (token.type !== "number") return [];
      const [before, after] = [tokens[at - 1], tokens[at + 1]];
      const minus = isOperator(before, "-") ? "-" : "";
      const left = minus ? tokens[at - 2] : before;
      if (after && turned[after.text]) return [`${turned[after.text]}${minus}${token.text}`];
      return [`${left?.type === "operator" ? left.text : ""}${minus}${token.text}`];
    })
    .sort()
    .join();

/** Two conditions disagree where both say something and not the same. */
export const conditionsDisagree = (a: Condition | undefined, b: Condition | undefined): boolean =>
  a !== undefined &&
  b !== undefined &&
  (["parity", "sign", "domain", "bounds"] as const).some(
    (part) => a[part] !== "" && b[part] !== "" && a[part] !== b[part],
  );
