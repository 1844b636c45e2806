import { type Cursor, expectClose, fail, peek, take } from "./cursor.ts";
import type { Expression } from "./expression.ts";
import { parseSum } from "./rules.ts";
import { closingIndex, isOpen, isOperator, splitTop, type Token } from "./token.ts";

const constants: Readonly<Record<string, "pi" | "e" | "i">> = { pi: "pi", e: "e", i: "i" };

/** A letter with what makes it another name: primes and an index. */
export const parseName = (cursor: Cursor): Expression => {
  const { text } = cursor.tokens[cursor.at++] as Token;
  const marks = readMarks(cursor);
  if (isOpen(peek(cursor), "(") && hasTopComma(cursor)) return parseApplication(cursor, text + marks);
  const constant = marks === "" && !cursor.indices.includes(text) && Object.hasOwn(constants, text);
  return constant ? { kind: "constant", name: constants[text] as "pi" } : { kind: "variable", name: text + marks };
};

const hasTopComma = ({ tokens, at }: Cursor): boolean => {
  const end = closingIndex(tokens, at);
  return end > 0 && splitTop(tokens.slice(at + 1, end), (token) => isOperator(token, ",")).length > 1;
};

/** `f(x, y)`; `C(n, k)` is the binomial coefficient. */
const parseApplication = (cursor: Cursor, name: string): Expression => {
  cursor.at++;
  const args = parseList(cursor);
  expectClose(cursor, ")");
  const called = name === "C" && args.length === 2 ? "binom" : `${name}()`;
  return { kind: "call", name: called, args };
};

/** Formulas with commas between them. */
export const parseList = (cursor: Cursor): Expression[] => {
  const items = [parseSum(cursor)];
  while (take(cursor, ",")) items.push(parseSum(cursor));
  return items;
};

export const readMarks = (cursor: Cursor): string => {
  let marks = "";
  for (;;) {
    if (take(cursor, "'")) marks += "'";
    else if (take(cursor, "_")) marks += `_${readIndex(cursor)}`;
    else return marks;
  }
};

const readIndex = (cursor: Cursor): string => {
  const first = cursor.tokens[cursor.at++] ?? fail();
  if (first.type !== "open") return first.text;
  const end = first.text === "{" ? closingIndex(cursor.tokens, cursor.at - 1) : -1;
  const inside = cursor.tokens.slice(cursor.at, Math.max(end, 0));
  if (end < 0 || inside.some((token) => token.type === "open")) fail();
  cursor.at = end + 1;
  return inside.map(({ text }) => text).join("");
};
