import { knownUnit } from "../units.ts";
import { type ProseToken, proseTokens } from "./prose-tokens.ts";

/**
 * A formula as it stands in a sentence: `text` is all of it, `value` what it comes to, behind its last equals sign.
 * `before` is the sign that stands in front of it, in "8 boxes = 12 jars" the one before 12. `result`: it is stated as
 * equal to something.
 */
export type Quantity = Readonly<{
  text: string;
  value: string;
  start: number;
  end: number;
  before: string;
  result: boolean;
  maths: boolean;
}>;

/** The formulas of a sentence in order, each read whole: with sign, money, powers, fractions, brackets and unit. */
export const quantitiesIn = (written: string): Quantity[] => {
  const sentence = isContinental(written) ? withPoints(written) : written;
  const tokens = joinWords(proseTokens(sentence));
  const found: Quantity[] = [];
  for (let at = 0; at < tokens.length;) {
    const end = runEnd(tokens, at);
    const one = end > at && isQuantity(tokens.slice(at, end)) ? quantity(sentence, tokens, at, end) : null;
    if (one) found.push(one);
    at = Math.max(end, at + 1);
    while (one && (tokens[at]?.start ?? Infinity) < one.end) at++;
  }
  return found;
};

/** Where a dot groups digits and a comma begins decimals. */
const isContinental = (sentence: string): boolean =>
  /\d\.\d{3}(?!\d)|\d,\d/.test(sentence) &&
  (/\d\s?€|\bEuros?\b/.test(sentence) ||
    /(?:^|\s)(?:ist|sind|und|insgesamt|also|kostet|der|das|por|tanto|los|las|una|quindi|sono|totale|portanto|são|donc|reste)\s/i.test(
      sentence,
    ));

/** `2.480,50` as `2480.50`, with blanks for what is left out, so that places stay. */
const withPoints = (sentence: string): string =>
  sentence.replace(/(?<![\d.,])(?:\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+,(?:\d{1,2}|\d{4,}))(?![\d.,]*\d)/g, (number) =>
    number.replaceAll(".", "").replace(",", ".").padStart(number.length),
  );

const spelled: Readonly<Record<string, readonly [type: "operator" | "relation", text: string]>> = {
  minus: ["operator", "-"],
  negative: ["operator", "-"],
  plus: ["operator", "+"],
  times: ["operator", "*"],
  equals: ["relation", "="],
  equal: ["relation", "="],
};

/** Words and the letter x that are signs of maths beside numbers. */
const joinWords = (tokens: readonly ProseToken[]): ProseToken[] =>
  tokens.map((token, at) => {
    const [before, after] = [tokens[at - 1], tokens[at + 1]];
    const number = after?.type === "number" || (after?.type === "money" && tokens[at + 2]?.type === "number");
    const sign = token.type === "word" ? spelled[token.text.toLowerCase()] : undefined;
    if (sign && number) return { ...token, type: sign[0], text: sign[1] };
    const times =
      /^[xX]$/.test(token.text) && number && token.spaced && before && !/operator|relation|open|stop/.test(before.type);
    return times ? { ...token, type: "operator", text: "*" } : token;
  });

const isOperand = (token: ProseToken | undefined): boolean =>
  token !== undefined && /^(?:number|maths|command)$/.test(token.type);

const unary = /^[-−–+±√]$|^\\pm$/;

/** Index behind the operand that begins here with its signs and brackets; the same index when there is none. */
const operandEnd = (tokens: readonly ProseToken[], at: number): number => {
  const token = tokens[at];
  if (!token) return at;
  if (token.type === "operator" && unary.test(token.text)) {
    const end = operandEnd(tokens, at + 1);
    return end > at + 1 ? end : at;
  }
  if (token.type === "money")
    return tokens[at + 1]?.type === "number" ||
      (/^[-−]$/.test(tokens[at + 1]?.text ?? "") && tokens[at + 2]?.type === "number")
      ? operandEnd(tokens, at + 1)
      : at;
  if (isOperand(token)) return postfixEnd(tokens, at + 1);
  if (token.type === "open") return groupEnd(tokens, at);
  if (token.type === "letter" && isSymbol(tokens, at)) return postfixEnd(tokens, at + 1);
  return at;
};

const postfixEnd = (tokens: readonly ProseToken[], from: number): number => {
  let at = from;
  while (tokens[at]?.type === "postfix" || (tokens[at]?.type === "money" && tokens[at + 1]?.type !== "number")) at++;
  return at;
};

/** A letter is maths beside a sign or glued to a number, not as a word of the sentence. */
const isSymbol = (tokens: readonly ProseToken[], at: number): boolean => {
  const [before, after] = [tokens[at - 1], tokens[at + 1]];
  const sign = (token: ProseToken | undefined): boolean => token?.type === "operator" || token?.type === "relation";
  return (
    (before !== undefined &&
      !tokens[at]?.spaced &&
      (before.type === "number" || before.type === "letter" || before.type === "close" || sign(before))) ||
    (sign(after) && !(after?.text === "-" && !after.spaced) && after?.text !== ":") ||
    (sign(before) &&
      before?.spaced === true &&
      tokens[at - 2] !== undefined &&
      !/word|stop/.test((tokens[at - 2] as ProseToken).type)) ||
    (after?.type === "open" && !after.spaced) ||
    (after?.type === "postfix" && after.text !== "!")
  );
};

/** Brackets that hold nothing but maths and commas. */
const groupEnd = (tokens: readonly ProseToken[], start: number): number => {
  for (let at = start, depth = 0; at < Math.min(tokens.length, start + 80); at++) {
    const token = tokens[at] as ProseToken;
    if (token.type === "open") depth++;
    else if (token.type === "close" && --depth === 0) return at > start + 1 ? postfixEnd(tokens, at + 1) : start;
    else if (
      (token.type === "stop" && !/^[,;]$/.test(token.text)) ||
      (token.type === "word" && !/^(?:and|or|pi|sqrt|infinity|inf)$/.test(token.text))
    )
      return start;
  }
  return start;
};

/** Index behind the formula that begins here. */
const runEnd = (tokens: readonly ProseToken[], start: number): number => {
  let end = operandEnd(tokens, start);
  if (end === start) return start;
  for (;;) {
    const next = continuation(tokens, end);
    if (next === end) return end;
    end = next;
  }
};

/** Index behind a sign and its operand, or behind a factor that needs no sign. */
const continuation = (tokens: readonly ProseToken[], at: number): number => {
  const token = tokens[at];
  if (!token) return at;
  if (token.type === "operator" || token.type === "relation") {
    const end = operandEnd(tokens, at + 1);
    return end > at + 1 && !isDash(token, tokens[at + 1]) ? end : at;
  }
  const before = tokens[at - 1] as ProseToken;
  const glued = !token.spaced && (isOperand(token) || token.type === "letter" || token.type === "open");
  const mixed =
    token.type === "number" &&
    before.type === "number" &&
    tokens[at + 1]?.text === "/" &&
    tokens[at + 2]?.type === "number";
  return glued || mixed || (token.type === "command" && before.type !== "maths") ? operandEnd(tokens, at) : at;
};

/** In "12 apples - 5 are red" and "3 to 5: 4" the sign joins sentences. */
const isDash = (token: ProseToken, next: ProseToken | undefined): boolean =>
  token.text === ":" && next?.spaced === true;

const isQuantity = (run: readonly ProseToken[]): boolean =>
  run.some(
    ({ type, text }) => type === "number" || type === "maths" || /^\\(?:d|t|c)?(?:frac|sqrt|binom|pi|infty)/.test(text),
  ) ||
  (run.length > 2 && run.some(({ type }) => type === "relation"));

const quantity = (sentence: string, tokens: readonly ProseToken[], from: number, to: number): Quantity => {
  const run = tokens.slice(from, to);
  const [first, last] = [run[0] as ProseToken, run.at(-1) as ProseToken];
  const before = tokens[from - 1];
  const equals = run.findLastIndex(({ text }) => text === "=");
  const other = run.some(
    ({ type, text }) => type === "relation" && !/^(?:=|≈|\\approx|→|⇒|\\to|\\implies|\\Rightarrow)$/.test(text),
  );
  const begin = other || equals < 0 ? first.start : (run[equals + 1] as ProseToken).start;
  const sign = before?.type === "relation" || before?.type === "operator" ? before.text : "";
  const unit = unitAfter(sentence, last.end);
  const text = asFormula(sentence.slice(first.start, last.end), run);
  const named = equals === run.length - 2 && last.type === "letter" && run[equals - 1]?.type === "number";
  return {
    text: text + unit,
    value:
      named || equals < 0 || other
        ? text + unit
        : asFormula(sentence.slice(begin, last.end), run.slice(equals + 1)) + unit,
    start: first.start,
    end: last.end + unit.length,
    before: sign,
    maths: run.length === 1 && first.type === "maths",
    result: (equals > 0 && !other) || sign === "=" || (sign === "≈" && !other),
  };
};

/** A formula that is one token between delimiters is written without them; words for signs become signs. */
const asFormula = (text: string, run: readonly ProseToken[]): string => {
  const [only] = run;
  if (run.length === 1 && only?.type === "maths") return only.text.trim();
  return text
    .replace(/(?<![\w^)])(\d[\d.,]*)([mgLA]|[kcm]m)((?:[²³]|\^\{?[23]\}?)?)$/, "$1 $2$3")
    .replace(/\bminus\s+|\bnegative\s+|[−–]/gi, "-")
    .replace(/\bplus\b/gi, "+")
    .replace(/\btimes\b/gi, "*")
    .trim();
};

const unitShape =
  /^\s?((?:square |cubic |sq\.? )?[a-zA-Z]{1,12}(?:\/[a-zA-Z]{1,8})?)((?:\s?\^\s?\{?-?\d\}?|[²³])?)(?![\w'’])/;

/** A unit that is known, right behind the number; "in" and "a" are words of the sentence. */
const unitAfter = (sentence: string, at: number): string => {
  const [whole, words = "", power = ""] = unitShape.exec(sentence.slice(at, at + 40)) ?? [];
  const [name = "", under] = words.replace(/^(?:square|cubic|sq\.?) /, "").split("/");
  if (whole === undefined || (/^(?:in|a|A|I|s|h|min|no|C|F|K|W|N|J|V)$/.test(name) && power === "")) return "";
  if (!knownUnit(name)) return "";
  return under === undefined || knownUnit(under) ? whole : whole.slice(0, whole.indexOf("/"));
};
