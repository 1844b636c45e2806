import { type Cursor, expectClose, fail, peek, take } from "./cursor.ts";
import type { Expression } from "./expression.ts";
import { parsePower, parseSum } from "./rules.ts";
import { parseCommand } from "./parse-command.ts";
import { parseName } from "./parse-name.ts";
import { parseNumber } from "./parse-number.ts";
import { isOpen, isOperator, type Token } from "./token.ts";

/** A value without what may follow it. */
export const parsePrimary = (cursor: Cursor): Expression => {
  const token = peek(cursor) ?? fail();
  if (token.type === "number") return parseNumber(cursor);
  if (token.type === "name") return parseName(cursor);
  if (token.type === "open") return parseGroup(cursor);
  if (token.type === "command") return parseCommand(cursor);
  if (take(cursor, "|")) return parseBars(cursor);
  if (take(cursor, "∠", "△")) return { kind: "call", name: token.text, args: [parsePower(cursor)] };
  if (take(cursor, "∞")) return { kind: "constant", name: "infinity" };
  return fail();
};

const closersOf: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}", "⌊": "⌋", "⌈": "⌉", "|(": "|)" };
const wrappers: Readonly<Record<string, string>> = { "⌊": "floor", "⌈": "ceil", "|(": "abs" };

/** Anything in brackets; `⌊ ⌋` and `⌈ ⌉` are functions of it. */
export const parseGroup = (cursor: Cursor): Expression => {
  const open = cursor.tokens[cursor.at++] as Token;
  const closer = closersOf[open.text] ?? fail();
  const { bars } = cursor;
  cursor.bars = 0;
  const first = parseSum(cursor);
  const inside = open.text === "{" ? parseInfix(cursor, first) : first;
  expectClose(cursor, closer);
  cursor.bars = bars;
  const name = wrappers[open.text];
  return name ? { kind: "call", name, args: [inside] } : inside;
};

/** The rest of `n \choose k` or `a \over b`, if it is one. */
export const parseInfix = (cursor: Cursor, above: Expression): Expression => {
  const token = peek(cursor);
  if (token?.type !== "command" || (token.text !== "choose" && token.text !== "over")) return above;
  cursor.at++;
  const below = parseSum(cursor);
  return token.text === "over"
    ? { kind: "quotient", over: above, under: below }
    : { kind: "call", name: "binom", args: [above, below] };
};

/** The rest of `|x|`. */
const parseBars = (cursor: Cursor): Expression => {
  cursor.bars++;
  const inside = parseSum(cursor);
  cursor.bars--;
  return take(cursor, "|") ? { kind: "call", name: "abs", args: [inside] } : fail();
};

/** The argument of a LaTeX command: a group, or the next single digit, letter or command. */
export const parseArgument = (cursor: Cursor, wholeNumber = false): Expression => {
  const token = peek(cursor) ?? fail();
  if (isOpen(token, "{")) return parseGroup(cursor);
  if (token.type === "operator" && !isOperator(token, "∞", "|")) fail();
  if (token.type === "number" && !wholeNumber && /^\d{2,}$/.test(token.text)) splitDigit(cursor, token);
  return parsePrimary(cursor);
};

/** `\frac12` takes one digit. */
const splitDigit = (cursor: Cursor, token: Token): void => {
  const [first, rest] = [token.text.slice(0, 1), token.text.slice(1)];
  cursor.tokens.splice(cursor.at, 1, { ...token, text: first }, { ...token, text: rest, spaced: false });
};
