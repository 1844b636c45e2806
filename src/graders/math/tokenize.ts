import { limits } from "./limits.ts";
import { numberAt } from "./number-shapes.ts";
import { knownPrefix } from "./plain-functions.ts";
import { joinThousands } from "./thousands.ts";
import type { Token } from "./token.ts";
import {
  closeCommands,
  fonts,
  functions,
  greek,
  invisible,
  listFunctions,
  openCommands,
  operatorCommands,
  plainOperators,
  wordy,
} from "./vocabulary.ts";

type Scanner = {
  readonly source: string;
  readonly quoted: boolean;
  at: number;
  spaced: boolean;
  readonly out: Token[];
};

/** Tokens of an answer after `repair`; `null` when the answer is over a limit. */
export const tokenize = (source: string, joinCommas = true): Token[] | null => {
  if (source.length > limits.characters) return null;
  const tokens = scan(source, false);
  return tokens.length > limits.tokens ? null : joinThousands(tokens, joinCommas);
};

const scan = (source: string, quoted: boolean): Token[] => {
  const scanner: Scanner = { source, quoted, at: 0, spaced: false, out: [] };
  while (scanner.at < source.length && scanner.out.length <= limits.tokens) step(scanner);
  return scanner.out;
};

const step = (scanner: Scanner): void => {
  const c = scanner.source[scanner.at] as string;
  if (c === " " || c === "\n" || c === "\t" || c === "\r" || c === "~" || c === "$") return skip(scanner, 1, true);
  if (c === "\\") return command(scanner);
  if ((c >= "0" && c <= "9") || c === ".") return number(scanner);
  if (isLetter(c)) return letters(scanner);
  if (c === "{" && /^\{\s*,\s*\}/.test(scanner.source.slice(scanner.at, scanner.at + 5))) return hardComma(scanner);
  symbol(scanner, c);
};

const skip = (scanner: Scanner, length: number, spaced = scanner.spaced): void => {
  scanner.at += length;
  scanner.spaced = spaced;
};

const emit = (scanner: Scanner, length: number, type: Token["type"], text: string, repeat?: string): void => {
  const token = { type, text, spaced: scanner.spaced };
  scanner.out.push({
    ...token,
    ...(scanner.quoted ? { quoted: true as const } : {}),
    ...(repeat === undefined ? {} : { repeat }),
  });
  skip(scanner, length, false);
};

const isLetter = (c: string): boolean => (c >= "a" && c <= "z") || (c >= "A" && c <= "Z");

/** `48{,}600` and `10,\!080`: this comma never separates items. */
const hardComma = (scanner: Scanner): void =>
  emit(scanner, scanner.source.indexOf("}", scanner.at) - scanner.at + 1, "operator", "{,}");

const symbol = (scanner: Scanner, c: string): void => {
  if (c === "," && /^,\s*\\!/.test(scanner.source.slice(scanner.at, scanner.at + 6)))
    return emit(scanner, scanner.source.indexOf("!", scanner.at) - scanner.at + 1, "operator", "{,}");
  const factorial =
    c === "!" &&
    /\d$/.test(scanner.source.slice(0, scanner.at).slice(-1)) &&
    /^!=\s*\d/.test(scanner.source.slice(scanner.at, scanner.at + 6));
  const pair = factorial ? undefined : doubles[scanner.source.slice(scanner.at, scanner.at + 2)];
  if (pair) return emit(scanner, 2, "operator", pair);
  if (c === "^") return caret(scanner);
  if ("([{".includes(c)) return emit(scanner, 1, "open", c);
  if (")]}".includes(c)) return emit(scanner, 1, "close", c);
  emit(scanner, 1, "operator", c === '"' || c === "`" ? "'" : c);
};

const doubles: Readonly<Record<string, string>> = {
  "<=": "≤",
  ">=": "≥",
  "!=": "≠",
  "==": "=",
  "->": "→",
  "=>": "⇒",
  "**": "^",
  "+-": "±",
};

/** `^\circ` is a degree sign and `^{\prime}` a prime; any other `^` is a power. */
const caret = (scanner: Scanner): void => {
  const rest = scanner.source.slice(scanner.at, scanner.at + 32);
  const degree = /^\^\s*(?:\\circ|\\degree|\{\s*\\(?:circ|degree)\s*\}|\{\s*o\s*\})/.exec(rest);
  if (degree) return emit(scanner, degree[0].length, "operator", "°");
  const prime = /^\^\s*(?:\\prime|\{\s*\\prime\s*\})/.exec(rest);
  if (prime) return emit(scanner, prime[0].length, "operator", "'");
  emit(scanner, 1, "operator", "^");
};

const number = (scanner: Scanner): void => {
  const found = numberAt(scanner.source, scanner.at);
  if (found) return emit(scanner, found.length, "number", found.text, found.repeat);
  if (scanner.source.startsWith("...", scanner.at)) return emit(scanner, 3, "operator", "…");
  emit(scanner, 1, "operator", ".");
};

const runShape = /[a-zA-Z]+/y;

const letters = (scanner: Scanner): void => {
  runShape.lastIndex = scanner.at;
  const run = runShape.exec(scanner.source)?.[0] as string;
  const meaning =
    Object.hasOwn(plainOperators, run) && !isHalfOfDay(scanner, run) ? plainOperators[run] : setOperator(scanner, run);
  if (meaning !== undefined) return emit(scanner, run.length, "operator", meaning);
  if (scanner.quoted) return emit(scanner, run.length, run.length > 1 ? "word" : "name", run);
  if (run.length === 1) return emit(scanner, 1, "name", run);
  const known = knownPrefix(run);
  if (known) return emit(scanner, known.length, known === "pi" ? "name" : "command", known);
  emit(scanner, run.length, "word", run);
};

/** In `4:45 pm` the letters are no sign: nothing follows that a `±` could stand before. */
const isHalfOfDay = (scanner: Scanner, run: string): boolean =>
  run === "pm" &&
  (scanner.quoted || !/^\s*(?:\.?\d|[({\\]|[a-zA-Z]\b)/.test(scanner.source.slice(scanner.at + 2, scanner.at + 8)));

/** `in` and `U` are maths only beside brackets: `3 in` is a length and `U` a name. */
const setOperator = (scanner: Scanner, run: string): string | undefined => {
  if (run === "x" || run === "X") return timesSign(scanner);
  if (run !== "in" && run !== "U") return undefined;
  const before = /^\s*(?:[([{]|\\(?:left|\{|mathbb))/.test(
    scanner.source.slice(scanner.at + run.length, scanner.at + run.length + 16),
  );
  if (!before) return undefined;
  if (run === "in") return "∈";
  return scanner.out.at(-1)?.type === "close" ? "∪" : undefined;
};

/** The letter in `3.2 x 10^5`. */
const timesSign = (scanner: Scanner): string | undefined =>
  scanner.out.at(-1)?.type === "number" &&
  /^[xX]\s*10\s*(?:\^|\*\*)/.test(scanner.source.slice(scanner.at, scanner.at + 12))
    ? "*"
    : undefined;

const commandShape = /\\(?:[a-zA-Z]+|[^a-zA-Z])/y;

const command = (scanner: Scanner): void => {
  commandShape.lastIndex = scanner.at;
  const whole = commandShape.exec(scanner.source)?.[0] ?? "\\";
  const name = whole.slice(1);
  const word = name.length > 0 && isLetter(name[0] as string);
  if (!word && (name === "" || " ,;:!>/\n\t@-".includes(name)))
    return skip(scanner, Math.max(whole.length, 1), name !== "!" || scanner.spaced);
  if (name === "\\") return rowEnd(scanner);
  if (name === "(" || name === ")" || name === "[" || name === "]") return skip(scanner, 2, true);
  if (invisible.has(name)) return hidden(scanner, whole.length, name);
  if (wordy.has(name) || fonts.has(name)) return quotation(scanner, whole.length, name);
  if (name === "mathbb" || name === "Bbb") return blackboard(scanner, whole.length);
  if (name === "begin" || name === "end") return environment(scanner, whole.length, name);
  known(scanner, whole, name);
};

/** `\\[2pt]` ends a row like `\\`. */
const rowEnd = (scanner: Scanner): void => {
  const gap =
    /^\\\\\s?\[-?[\d.]+\s?(?:pt|em|ex|mm|cm)\]/.exec(scanner.source.slice(scanner.at, scanner.at + 16))?.[0] ?? "";
  emit(scanner, Math.max(gap.length, 2), "operator", "\\\\");
};

const hidden = (scanner: Scanner, length: number, name: string): void => {
  const delimiter = /^(?:left|right|middle|[bB]ig)/.test(name) && scanner.source[scanner.at + length] === ".";
  skip(scanner, length + (delimiter ? 1 : 0), scanner.spaced || /quad|hfill|space/.test(name));
};

const known = (scanner: Scanner, whole: string, name: string): void => {
  const emitAs = (type: Token["type"], text: string): void => emit(scanner, whole.length, type, text);
  if (Object.hasOwn(operatorCommands, name)) return emitAs("operator", operatorCommands[name] as string);
  if (Object.hasOwn(openCommands, name)) return emitAs("open", openCommands[name] as string);
  if (Object.hasOwn(closeCommands, name)) return emitAs("close", closeCommands[name] as string);
  if (name === "pi" || greek.has(name)) return emitAs("name", name.replace(/^var/, ""));
  if (
    name === "hspace" ||
    name === "vspace" ||
    name === "phantom" ||
    name === "color" ||
    name === "textcolor" ||
    name === "label" ||
    name === "tag"
  )
    return skip(scanner, whole.length + braced(scanner.source, scanner.at + whole.length).length, true);
  emitAs("command", aliases[name] ?? name);
};

const aliases: Readonly<Record<string, string>> = {
  dfrac: "frac",
  tfrac: "frac",
  cfrac: "frac",
  sfrac: "frac",
  nicefrac: "frac",
  dbinom: "binom",
  tbinom: "binom",
  choose: "choose",
  operatorname: "",
  framebox: "boxed",
  fbox: "boxed",
  bmod: "mod",
  pmod: "pmod",
};

/** The braces that start at `from` with what they hold, or "". */
const braced = (source: string, from: number): string => {
  let start = from;
  while (source[start] === " ") start++;
  if (source[start] !== "{") return "";
  for (let at = start, depth = 0; at < source.length; at++) {
    if (source[at] === "\\") at++;
    else if (source[at] === "{") depth++;
    else if (source[at] === "}" && --depth === 0) return source.slice(from, at + 1);
  }
  return source.slice(from);
};

/** `\text{..}` is read as words, so that `31\text{ cm}` and `31 cm` are the same tokens. */
const quotation = (scanner: Scanner, length: number, name: string): void => {
  const star = scanner.source[scanner.at + length] === "*" ? 1 : 0;
  const group =
    braced(scanner.source, scanner.at + length + star) ||
    scanner.source.slice(scanner.at + length, scanner.at + length + 2).trimEnd();
  const content = group.trim().replace(/^\{|\}$/g, "");
  const symbol =
    fonts.has(name) &&
    (/^\s*\S\s*$/.test(content) || /\\[a-zA-Z]/.test(content) || functions.has(content) || listFunctions.has(content));
  const inner = symbol ? scan(content, false) : scan(content.slice(0, limits.characters), true);
  const [first, ...rest] = inner;
  const roman = symbol && rest.length === 0 && first?.type === "name" && /^(?:mathrm|mathsf|operatorname)$/.test(name);
  if (first) scanner.out.push({ ...first, spaced: true, ...(roman ? { quoted: true as const } : {}) }, ...rest);
  skip(scanner, length + star + group.length, true);
};

const blackboard = (scanner: Scanner, length: number): void => {
  const group =
    braced(scanner.source, scanner.at + length) ||
    scanner.source.slice(scanner.at + length, scanner.at + length + 2).trimEnd();
  const letter = group.replace(/[{}\s]/g, "");
  emit(scanner, length + Math.max(group.length, 1), "name", `bb${letter}`);
};

const environment = (scanner: Scanner, length: number, name: "begin" | "end"): void => {
  const group = braced(scanner.source, scanner.at + length);
  const kind = group.replace(/[{}\s*]/g, "");
  const columns =
    name === "begin" && kind === "array"
      ? (/^\s*(?:\[[a-z]\])?\s*\{[lcr|\s]*\}/.exec(scanner.source.slice(scanner.at + length + group.length))?.[0] ?? "")
      : "";
  emit(scanner, length + group.length + columns.length, name === "begin" ? "open" : "close", `${name}:${kind}`);
};
