import { type Cursor, expectClose, fail, peek } from "./cursor.ts";
import type { Expression } from "./expression.ts";
import { parseFunction } from "./parse-function.ts";
import { parseList, readMarks } from "./parse-name.ts";
import { parseArgument, parseGroup } from "./rules.ts";
import { parseSeries } from "./parse-series.ts";
import { isOpen, type Token } from "./token.ts";
import { decorations, functions, listFunctions } from "./vocabulary.ts";

/** A LaTeX command or the name of a function. */
export const parseCommand = (cursor: Cursor): Expression => {
  const { text } = cursor.tokens[cursor.at++] as Token;
  if (text === "frac") return quotient(cursor);
  if (text === "sqrt" || text === "cbrt") return root(cursor, text === "cbrt" ? 3n : 2n);
  if (text === "binom") return { kind: "call", name: text, args: [parseArgument(cursor), parseArgument(cursor)] };
  if (text === "boxed") return parseArgument(cursor);
  if (/^(?:abs|floor|ceil)$/.test(text)) return { kind: "call", name: text, args: [parseGroup(cursor)] };
  if (functions.has(text)) return parseFunction(cursor, text);
  if (listFunctions.has(text)) return listCall(cursor, text);
  if (decorations.has(text)) return decorated(cursor, text);
  return text === "sum" || text === "prod" ? parseSeries(cursor, text === "sum" ? "sum" : "product") : fail();
};

const quotient = (cursor: Cursor): Expression => {
  const over = parseArgument(cursor);
  return { kind: "quotient", over, under: parseArgument(cursor) };
};

const root = (cursor: Cursor, degree: bigint): Expression => {
  const written = isOpen(peek(cursor), "[") ? parseGroup(cursor) : null;
  const of = parseArgument(cursor, true);
  return {
    kind: "call",
    name: "root",
    args: [of, written ?? { kind: "number", value: { num: degree, den: 1n }, places: -1 }],
  };
};

const closers: Readonly<Record<string, string>> = { "(": ")", "[": "]", "\\{": "\\}", "{": "}" };

/** `\gcd(a, b)`, `\max\{a, b\}` */
const listCall = (cursor: Cursor, name: string): Expression => {
  const open = cursor.tokens[cursor.at++];
  const closer = open?.type === "open" ? closers[open.text] : undefined;
  const args = closer ? parseList(cursor) : fail();
  expectClose(cursor, closer ?? "");
  return { kind: "call", name, args };
};

const decorationNames: Readonly<Record<string, string>> = {
  overrightarrow: "vec",
  bar: "overline",
  widehat: "hat",
  widetilde: "tilde",
};

/** `\overline{AB}`, `\vec v`: a name of its own, whatever it stands for. */
const decorated = (cursor: Cursor, decoration: string): Expression => {
  const start = cursor.at;
  if (isOpen(peek(cursor), "{")) parseGroup(cursor);
  else cursor.at++;
  const inside = cursor.tokens.slice(start, cursor.at).filter(({ text }) => text !== "{" && text !== "}");
  if (inside.length === 0 || inside.some(({ type }) => type === "number")) fail();
  const name = inside.map(({ text }) => text).join("");
  return { kind: "variable", name: `${decorationNames[decoration] ?? decoration} ${name}${readMarks(cursor)}` };
};
