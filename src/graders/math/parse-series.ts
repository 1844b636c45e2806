import { type Cursor, expectClose, fail, peek, take } from "./cursor.ts";
import type { Expression } from "./expression.ts";
import { multiply, parsePostfix, startsFactor } from "./factors.ts";
import { parseExponent, parsePower, parseSum } from "./rules.ts";
import { isOpen, isOperator } from "./token.ts";

/** `\sum_{k=1}^{n} body`, the body being the product that follows. */
export const parseSeries = (cursor: Cursor, name: "sum" | "product"): Expression => {
  let from: readonly [string, Expression] | undefined;
  let to: Expression | undefined;
  for (let before = -1; before !== cursor.at;) {
    before = cursor.at;
    if (!from && take(cursor, "_")) from = parseLowerBound(cursor);
    if (!to && isOperator(peek(cursor), "^")) to = parseExponent(cursor);
  }
  if (!from || !to) return fail();
  const [index, start] = from;
  cursor.indices.push(index);
  const body = parseBody(cursor);
  cursor.indices.pop();
  return { kind: "series", name, index, from: start, to, body };
};

/** `{k=1}` */
const parseLowerBound = (cursor: Cursor): readonly [string, Expression] => {
  const [open, name, equals] = cursor.tokens.slice(cursor.at, cursor.at + 3);
  if (!isOpen(open, "{") || name?.type !== "name" || !isOperator(equals, "=")) return fail();
  cursor.at += 3;
  const value = parseSum(cursor);
  expectClose(cursor, "}");
  return [name.text, value];
};

const parseBody = (cursor: Cursor): Expression => {
  let body = parsePower(cursor);
  for (;;) {
    if (take(cursor, "/")) body = { kind: "quotient", over: body, under: parsePower(cursor) };
    else if (take(cursor, "*") || startsFactor(cursor)) body = multiply(body, parsePower(cursor));
    else return parsePostfix(cursor, body);
  }
};
