import { type Cursor, nested, orNull, peek, take } from "./cursor.ts";
import type { Expression } from "./expression.ts";
import { readMarks } from "./parse-name.ts";
import { parseInfix, parsePrimary } from "./parse-primary.ts";
import { isOperator, type Token } from "./token.ts";

/** The formula that all the tokens make, or `null`. */
export const parseExpression = (tokens: readonly Token[]): Expression | null => {
  const cursor: Cursor = { tokens: tokens.flatMap(splitWord), at: 0, depth: 0, bars: 0, indices: [] };
  return orNull(() => {
    const result = parseInfix(cursor, parseSum(cursor));
    return cursor.at === cursor.tokens.length ? result : null;
  });
};

/** Letters written together are a product: `xy`, `mgh`. Longer runs are words, no maths. */
const splitWord = (token: Token): Token[] => {
  if (token.type !== "word" || token.quoted || token.text.length > 4) return [token];
  return Array.from(token.text, (text, index) => ({ type: "name", text, spaced: index === 0 && token.spaced }));
};

export const parseSum = (cursor: Cursor): Expression =>
  nested(cursor, () => {
    const terms = [parseSigned(cursor)];
    while (isOperator(peek(cursor), "+", "-", "±", "∓")) terms.push(parseSigned(cursor));
    return terms.length === 1 ? (terms[0] as Expression) : { kind: "sum", terms };
  });

/** A term with the signs before it. */
const parseSigned = (cursor: Cursor): Expression => {
  let minus = false;
  for (let token = peek(cursor); take(cursor, "+", "-"); token = peek(cursor)) minus = minus !== isOperator(token, "-");
  const sign = peek(cursor);
  const both = take(cursor, "±", "∓");
  const term = parseProduct(cursor);
  const signed: Expression = both ? { kind: "signed", of: term, flipped: sign?.text === "∓" } : term;
  return minus ? { kind: "negative", of: signed } : signed;
};

const parseProduct = (cursor: Cursor): Expression => {
  let result = parsePower(cursor);
  for (;;) {
    if (take(cursor, "*")) result = multiply(result, parseFactor(cursor));
    else if (take(cursor, "/")) result = { kind: "quotient", over: result, under: parseFactor(cursor) };
    else if (startsFactor(cursor)) result = multiply(result, parsePower(cursor));
    else if (peek(cursor)?.type === "command" && peek(cursor)?.text === "mod") result = parseRemainder(cursor, result);
    else return result;
  }
};

/** `a \bmod b` */
const parseRemainder = (cursor: Cursor, of: Expression): Expression => {
  cursor.at++;
  return { kind: "call", name: "mod", args: [of, parseFactor(cursor)] };
};

/** A factor after `·` or `/` may carry a sign. */
const parseFactor = (cursor: Cursor): Expression => {
  take(cursor, "+");
  return take(cursor, "-") ? { kind: "negative", of: parsePower(cursor) } : parsePower(cursor);
};

export const multiply = (a: Expression, b: Expression): Expression => ({
  kind: "product",
  factors: a.kind === "product" ? [...a.factors, b] : [a, b],
});

/** Whether a factor begins here without a sign for the product; two plain numbers side by side are none. */
export const startsFactor = (cursor: Cursor): boolean => {
  const token = peek(cursor);
  if (!token) return false;
  if (token.type === "number") return cursor.tokens[cursor.at - 1]?.type !== "number" || followsPower(cursor);
  if (token.type === "name") return true;
  if (token.type === "open") return token.text !== "\\{" && !token.text.startsWith("begin");
  if (token.type === "command") return !/^(?:mod|choose|over|pmod)$/.test(token.text);
  return isOperator(token, "∞", "∠") || (isOperator(token, "|") && cursor.bars === 0);
};

/** `2^6 3^5`: a number with a power of its own after the exponent of another. */
const followsPower = ({ tokens, at }: Cursor): boolean =>
  tokens[at]?.spaced === true && isOperator(tokens[at - 2], "^") && isOperator(tokens[at + 1], "^");

export const parsePower = (cursor: Cursor): Expression =>
  nested(cursor, () => parsePostfix(cursor, parsePrimary(cursor)));

/** What may follow a value: a power, factorials, a degree or per cent sign. */
export const parsePostfix = (cursor: Cursor, value: Expression): Expression => {
  let result = value;
  for (;;) {
    if (isOperator(peek(cursor), "^")) result = indexed(cursor, result, parseExponent(cursor));
    else if (take(cursor, "!")) result = call(take(cursor, "!") ? "doubleFactorial" : "factorial", result);
    else if (take(cursor, "°")) result = call("degrees", result);
    else if (take(cursor, "%")) result = call("percent", result);
    else return result;
  }
};

/** `u^2_1` is `u_1^2`. */
const indexed = (cursor: Cursor, base: Expression, exponent: Expression): Expression => {
  const marks = base.kind === "variable" && isOperator(peek(cursor), "_") ? readMarks(cursor) : "";
  return { kind: "power", base: base.kind === "variable" ? { ...base, name: base.name + marks } : base, exponent };
};

const call = (name: string, of: Expression): Expression => ({ kind: "call", name, args: [of] });

/** From the `^` on. */
export const parseExponent = (cursor: Cursor): Expression =>
  nested(cursor, () => {
    cursor.at++;
    const minus = isOperator(peek(cursor), "-");
    take(cursor, "-", "+");
    const primary = parsePrimary(cursor);
    const tower = isOperator(peek(cursor), "^");
    const exponent: Expression = tower ? { kind: "power", base: primary, exponent: parseExponent(cursor) } : primary;
    return minus ? { kind: "negative", of: exponent } : exponent;
  });
