import { type Cursor, peek, take } from "./cursor.ts";
import type { Expression } from "./expression.ts";
import { multiply, startsFactor } from "./factors.ts";
import { parseArgument, parseExponent, parseGroup, parsePower } from "./rules.ts";
import { isOpen, isOperator, type Token } from "./token.ts";
import { functions } from "./vocabulary.ts";

const inverses: Readonly<Record<string, string>> = {
  sin: "arcsin",
  cos: "arccos",
  tan: "arctan",
  cot: "arccot",
  sec: "arcsec",
  csc: "arccsc",
  sinh: "arcsinh",
  cosh: "arccosh",
  tanh: "arctanh",
};
const synonyms: Readonly<Record<string, string>> = {
  tg: "tan",
  ctg: "cot",
  arctg: "arctan",
  arcctg: "arccot",
  asin: "arcsin",
  acos: "arccos",
  atan: "arctan",
  cosec: "csc",
};

/** A function of one argument. `\sin^2 x` is a power of the value and `\sin^{-1} x` the inverse function. */
export const parseFunction = (cursor: Cursor, written: string): Expression => {
  const name = synonyms[written] ?? written;
  const base = isLogarithm(name) && take(cursor, "_") ? parseArgument(cursor) : null;
  const exponent = isOperator(peek(cursor), "^") ? parseExponent(cursor) : null;
  const lateBase = !base && isLogarithm(name) && take(cursor, "_") ? parseArgument(cursor) : base;
  const inverse = exponent && isMinusOne(exponent) ? inverses[name] : undefined;
  const value = apply(inverse ?? name, lateBase, parseOperand(cursor, name));
  return exponent && !inverse ? { kind: "power", base: value, exponent } : value;
};

const isLogarithm = (name: string): boolean => name === "log" || name === "ln" || name === "lg";

const isMinusOne = (node: Expression): boolean =>
  node.kind === "negative" && node.of.kind === "number" && node.of.value.num === 1n && node.of.value.den === 1n;

const ten: Expression = { kind: "number", value: { num: 10n, den: 1n }, places: -1 };

const apply = (name: string, base: Expression | null, of: Expression): Expression => {
  if (name === "exp") return { kind: "power", base: { kind: "constant", name: "e" }, exponent: of };
  if (name === "log" || name === "lg") return { kind: "call", name: "log", args: [of, base ?? ten] };
  return { kind: "call", name, args: [of] };
};

/** `\sin(x)y` ends at the bracket; `\sin 2\pi x` takes the product up to the next sign or function. */
const parseOperand = (cursor: Cursor, name: string): Expression => {
  if (isOpen(peek(cursor), "(", "[", "{", "|(")) return parseGroup(cursor);
  if (take(cursor, "-")) return { kind: "negative", of: parseOperand(cursor, name) };
  let of = parsePower(cursor);
  while (!isFunction(peek(cursor))) {
    if (isQuotient(cursor, name)) {
      cursor.at++;
      of = { kind: "quotient", over: of, under: parsePower(cursor) };
    } else if (startsFactor(cursor) && !isOpen(peek(cursor), "(", "[")) of = multiply(of, parsePower(cursor));
    else break;
  }
  return of;
};

/** `\sin \pi/6` is the sine of π/6, but `\ln 2/2` is half of ln 2. */
const isQuotient = (cursor: Cursor, name: string): boolean =>
  isOperator(peek(cursor), "/") && !isLogarithm(name) && name !== "exp" && !isFunction(cursor.tokens[cursor.at + 1]);

const isFunction = (token: Token | undefined): boolean => token?.type === "command" && functions.has(token.text);
