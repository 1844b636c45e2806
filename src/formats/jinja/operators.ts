import { spend, spendText } from "./effort.ts";
import { fault } from "./fault.ts";
import { printf } from "./format-text.ts";
import {
  charactersOf,
  Dict,
  isText,
  isTrue,
  iterate,
  Markup,
  partsOf,
  Range,
  rawText,
  Stream,
  Tuple,
  typeName,
  Undefined,
  type Value,
  View,
} from "./values.ts";

const numeric = (value: Value): bigint | number | null => {
  if (typeof value === "boolean") return value ? 1n : 0n;
  return typeof value === "bigint" || typeof value === "number" ? value : null;
};

const sequenceOf = (value: Value): readonly Value[] | null => {
  if (Array.isArray(value)) return value as readonly Value[];
  return value instanceof Tuple || value instanceof Range ? value.items : null;
};

const sameKind = (a: Value, b: Value): boolean => typeName(a) === typeName(b);

/** Python's `==`. */
export const isEqual = (a: Value, b: Value): boolean => {
  const [left, right] = [numeric(a), numeric(b)];
  if (left !== null && right !== null) return left == right;
  if (isText(a) && isText(b)) return rawText(a) === rawText(b);
  if (a instanceof Undefined) return b instanceof Undefined;
  if (!sameKind(a, b)) return false;
  const [first, second] = [sequenceOf(a), sequenceOf(b)];
  if (first && second)
    return first.length === second.length && first.every((value, at) => isEqual(value, second[at] as Value));
  if (a instanceof Dict && b instanceof Dict) {
    const entries = a.entries();
    return (
      entries.length === b.entries().length &&
      entries.every(([key, value]) => {
        const other = b.get(key);
        return other !== undefined && isEqual(value, other);
      })
    );
  }
  if (a instanceof View && b instanceof View && a.kind !== "dict_values")
    return (
      a.items.length === b.items.length && a.items.every((value) => b.items.some((other) => isEqual(value, other)))
    );
  return a === b;
};

const compareTexts = (a: string, b: string): number => {
  const [left, right] = [charactersOf(a), charactersOf(b)];
  const at = left.findIndex((character, i) => character !== right[i]);
  if (at < 0) return left.length - right.length;
  return (left[at]?.codePointAt(0) ?? 0) - (right[at]?.codePointAt(0) ?? -1);
};

/** Negative, zero or positive; what Python cannot order is refused. */
export const compare = (a: Value, b: Value): number => {
  const [left, right] = [numeric(a), numeric(b)];
  if (left !== null && right !== null)
    return left < right ? -1 : left > right ? 1 : left === right ? 0 : Number(left) - Number(right);
  if (isText(a) && isText(b)) return compareTexts(rawText(a), rawText(b));
  for (const side of [a, b]) if (side instanceof Undefined) side.refuse();
  const [first, second] = [sequenceOf(a), sequenceOf(b)];
  if (!first || !second || !sameKind(a, b) || a instanceof Range)
    return fault(`'<' not supported between instances of '${typeName(a)}' and '${typeName(b)}'`);
  const at = first.findIndex((value, i) => i >= second.length || !isEqual(value, second[i] as Value));
  if (at < 0 || at >= second.length) return first.length - second.length;
  return compare(first[at] as Value, second[at] as Value);
};

const orders: Readonly<Record<string, (order: number) => boolean>> = {
  "<": (order) => order < 0,
  "<=": (order) => order <= 0,
  ">": (order) => order > 0,
  ">=": (order) => order >= 0,
};

/** Python's `in`. */
export const contains = (whole: Value, part: Value): boolean => {
  if (isText(whole)) {
    if (part instanceof Undefined) return part.refuse();
    if (!isText(part)) return fault(`'in <string>' requires string as left operand, not ${typeName(part)}`);
    return rawText(whole).includes(rawText(part));
  }
  if (whole instanceof Dict) return whole.get(part) !== undefined;
  return (partsOf(whole) ?? fault(`argument of type '${typeName(whole)}' is not iterable`)).some((value) =>
    isEqual(value, part),
  );
};

export const isRelated = (operator: string, a: Value, b: Value): boolean => {
  if (operator === "==") return isEqual(a, b);
  if (operator === "!=") return !isEqual(a, b);
  if (operator === "in") return contains(b, a);
  if (operator === "not in") return !contains(b, a);
  return orders[operator]?.(compare(a, b)) ?? fault(`unknown operator ${operator}`);
};

const unsupported = (operator: string, a: Value, b: Value): never => {
  for (const side of [a, b]) if (side instanceof Undefined) side.refuse();
  return fault(`unsupported operand types for ${operator}: '${typeName(a)}' and '${typeName(b)}'`);
};

const floorDivide = (a: bigint, b: bigint): bigint => {
  const quotient = a / b;
  return a % b !== 0n && a < 0n !== b < 0n ? quotient - 1n : quotient;
};

const notZero = (value: bigint | number): void => {
  if (Number(value) === 0) fault("division by zero");
};

const ints: Readonly<Record<string, (a: bigint, b: bigint) => bigint | number>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => notHuge(a * b),
  "/": (a, b) => Number(a) / Number(b),
  "//": floorDivide,
  "%": (a, b) => a - b * floorDivide(a, b),
  "**": (a, b) =>
    b < 0n ? Number(a) ** Number(b) : a.toString(16).length * Number(b) > 1e6 ? fault("a power too large") : a ** b,
};

const floats: Readonly<Record<string, (a: number, b: number) => number>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "//": (a, b) => Math.floor(a / b),
  "%": (a, b) => {
    const rest = a % b;
    if (rest === 0) return b < 0 ? -0 : 0;
    return rest < 0 !== b < 0 ? rest + b : rest;
  },
  "**": (a, b) => a ** b,
};

/** Digits of 16 that a whole number may have. */
const mostDigits = 250_000;

const notHuge = (value: bigint): bigint =>
  BigInt.asIntN(64, value) === value || value.toString(16).length <= mostDigits ? value : fault("a number too large");

const calculate = (operator: string, a: bigint | number, b: bigint | number): Value => {
  if (["/", "//", "%"].includes(operator)) notZero(b);
  if (typeof a === "bigint" && typeof b === "bigint") return ints[operator]?.(a, b) ?? null;
  const result = floats[operator]?.(Number(a), Number(b)) ?? null;
  const overflows = operator === "**" && [a, b].every((side) => Number.isFinite(Number(side)));
  return overflows && !Number.isFinite(result) ? fault("Numerical result out of range") : result;
};

const mostRepeated = 1_000_000;

const repeat = (value: Value, times: bigint): Value | null => {
  const count = Math.max(0, Number(times));
  const items = isText(value)
    ? rawText(value)
    : Array.isArray(value) || value instanceof Tuple
      ? sequenceOf(value)
      : null;
  if (items === null) return null;
  if (items.length * count > mostRepeated) return fault("a repetition too long");
  spend(items.length * count);
  if (value instanceof Markup) return new Markup(value.text.repeat(count));
  if (typeof items === "string") return items.repeat(count);
  const repeated = Array.from({ length: count }, () => items).flat();
  return value instanceof Tuple ? new Tuple(repeated) : repeated;
};

/** HTML escaping of what is no markup yet. */
export const escapeText = (value: Value, text: string): string =>
  value instanceof Markup
    ? text
    : text
        .replaceAll("&", "&amp;")
        .replaceAll(">", "&gt;")
        .replaceAll("<", "&lt;")
        .replaceAll("'", "&#39;")
        .replaceAll('"', "&#34;");

const join = (a: Value, b: Value): Value | null => {
  if (isText(a) && isText(b)) {
    spendText(rawText(a).length + rawText(b).length);
    if (typeof a === "string" && typeof b === "string") return a + b;
    return new Markup(escapeText(a, rawText(a)) + escapeText(b, rawText(b)));
  }
  for (const side of [a, b]) if (Array.isArray(side) || side instanceof Tuple) spend(sequenceOf(side)?.length ?? 0);
  if (Array.isArray(a) && Array.isArray(b)) return [...(a as readonly Value[]), ...(b as readonly Value[])];
  return a instanceof Tuple && b instanceof Tuple ? new Tuple([...a.items, ...b.items]) : null;
};

const asInt = (value: Value): bigint | null => {
  const number = numeric(value);
  return typeof number === "bigint" ? number : null;
};

export const operate = (operator: string, a: Value, b: Value): Value => {
  if (operator === "%" && isText(a)) return printf(rawText(a), b);
  const [left, right] = [numeric(a), numeric(b)];
  if (left !== null && right !== null) return calculate(operator, left, right);
  if (operator === "+") return join(a, b) ?? unsupported(operator, a, b);
  const [first, second] = [asInt(a), asInt(b)];
  if (operator === "*" && second !== null) return repeat(a, second) ?? unsupported(operator, a, b);
  if (operator === "*" && first !== null) return repeat(b, first) ?? unsupported(operator, a, b);
  return unsupported(operator, a, b);
};

export const negated = (operator: "-" | "+" | "not", value: Value): Value => {
  if (operator === "not") return !isTrue(value);
  const number = numeric(value);
  if (number === null)
    return value instanceof Undefined
      ? value.refuse()
      : fault(`bad operand type for unary ${operator}: '${typeName(value)}'`);
  return operator === "-" ? (typeof number === "bigint" ? -number : -number) : number;
};

const bound = (value: Value, otherwise: bigint): bigint =>
  value === null ? otherwise : (asInt(value) ?? fault("slice indices must be integers or None"));

/** Positions that a slice takes, as Python's `slice.indices`. */
const sliced = (length: number, [from, to, by]: readonly Value[]): readonly number[] => {
  const size = BigInt(length);
  const step = bound(by ?? null, 1n);
  if (step === 0n) fault("slice step cannot be zero");
  const [low, high] = step > 0n ? [0n, size] : [-1n, size - 1n];
  const clamp = (at: bigint): bigint => {
    const absolute = at < 0n ? at + size : at;
    return absolute < low ? low : absolute > high ? high : absolute;
  };
  const start = from === null || from === undefined ? (step > 0n ? low : high) : clamp(bound(from, 0n));
  const stop = to === null || to === undefined ? (step > 0n ? high : low) : clamp(bound(to, 0n));
  const places: number[] = [];
  for (let at = start; step > 0n ? at < stop : at > stop; at += step) places.push(Number(at));
  return places;
};

export const slice = (value: Value, parts: readonly Value[]): Value | null => {
  const text = isText(value) ? charactersOf(rawText(value)) : null;
  const items: readonly Value[] | null = text ?? sequenceOf(value);
  if (items === null) return null;
  const taken = sliced(items.length, parts).map((at) => items[at] as Value);
  if (text) {
    const part = taken.map((one) => one as string).join("");
    return value instanceof Markup ? new Markup(part) : part;
  }
  if (value instanceof Range) return rangePart(value, sliced(items.length, parts), parts);
  return value instanceof Tuple ? new Tuple(taken) : taken;
};

/** A slice of a range is a range. */
const rangePart = (range: Range, places: readonly number[], [, , by]: readonly Value[]): Range => {
  const step = range.step * bound(by ?? null, 1n);
  const start = range.start + range.step * BigInt(places[0] ?? 0);
  return new Range(start, start + step * BigInt(places.length), step);
};

/** `value[key]`; undefined where Python raises. */
export const itemOf = (value: Value, key: Value): Value | undefined => {
  if (value instanceof Dict) return value.get(key);
  const at = asInt(key);
  const items: readonly Value[] | null = isText(value) ? charactersOf(rawText(value)) : sequenceOf(value);
  if (at === null || items === null) return undefined;
  return items.at(Number(at));
};

export const orderBy = (items: readonly Value[], key: (value: Value) => Value, reverse: boolean): readonly Value[] => {
  const keyed = items.map((value) => ({ value, key: key(value) }));
  // Equal ones keep their order either way.
  const sorted = keyed.toSorted((a, b) => (reverse ? compare(b.key, a.key) : compare(a.key, b.key)));
  return sorted.map(({ value }) => value);
};

export const reversed = (value: Value): readonly Value[] =>
  value instanceof Stream ? fault("'generator' object is not reversible") : iterate(value).toReversed();
