import { isContinental, withPoints } from "./continental.ts";
import { runEnd } from "./formula-run.ts";
import { type ProseToken, proseTokens } from "./prose-tokens.ts";
import { unitAfter } from "./unit-after.ts";

/**
 * A formula as it stands in a sentence: `text` is all of it, `value` what it comes to, after its last equals sign.
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
