import { type Cursor, peek, take } from "./cursor.ts";
import type { Expression } from "./expression.ts";
import { readMarks } from "./parse-name.ts";
import { parseExponent } from "./rules.ts";
import { isOperator } from "./token.ts";

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
