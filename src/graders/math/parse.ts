import { type Cursor, nested, orNull, peek, type Rules, take } from "./cursor.ts";
import type { Expression } from "./expression.ts";
import { multiply, parsePostfix, startsFactor } from "./factors.ts";
import { parseArgument, parseGroup, parseInfix, parsePrimary } from "./parse-primary.ts";
import { isOperator, type Token } from "./token.ts";

/** The formula that all the tokens make, or `null`. */
export const parseExpression = (tokens: readonly Token[]): Expression | null => {
  const cursor: Cursor = { tokens: tokens.flatMap(splitWord), at: 0, depth: 0, bars: 0, indices: [], rules };
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

const parseSum = (cursor: Cursor): Expression =>
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

const parsePower = (cursor: Cursor): Expression => nested(cursor, () => parsePostfix(cursor, parsePrimary(cursor)));

/** From the `^` on. */
const parseExponent = (cursor: Cursor): Expression =>
  nested(cursor, () => {
    cursor.at++;
    const minus = isOperator(peek(cursor), "-");
    take(cursor, "-", "+");
    const primary = parsePrimary(cursor);
    const tower = isOperator(peek(cursor), "^");
    const exponent: Expression = tower ? { kind: "power", base: primary, exponent: parseExponent(cursor) } : primary;
    return minus ? { kind: "negative", of: exponent } : exponent;
  });

const rules: Rules = {
  sum: parseSum,
  power: parsePower,
  exponent: parseExponent,
  group: parseGroup,
  argument: parseArgument,
};
