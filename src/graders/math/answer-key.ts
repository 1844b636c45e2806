import type { Answer, AnswerOf, RelationShape } from "./answer.ts";
import { isFinite, type Complex } from "./complex.ts";
import { exactValue, type Exact } from "./exact.ts";
import type { Expression } from "./expression.ts";
import { firstReading } from "./grade-answer.ts";
import { powerProduct } from "./power-product.ts";
import type { Rational } from "./rational.ts";
import { assignment } from "./read-list.ts";
import { isRegionLike, regionOf } from "./region.ts";
import { constantValue, exactSamples, hasLetters, isNothing, numericSamples } from "./sample.ts";
import { meaning } from "./words.ts";

/**
 * `key`: equal for answers that say the same, so that sameness is an equivalence by construction. `unit`: what it is
 * counted in, "" for nothing. `counted`: a unit or a per cent sign follows; `number`: what comes before that.
 */
export type AnswerKey = Readonly<{ key: string; unit: string; counted: boolean; number: string }>;

/** 5 % is 0.05 and not 5; 100 cm is 1 m; 5 is neither 5 cm nor 5 m. */
export const answerKey = (text: string): AnswerKey => {
  const answer = firstReading(text);
  const found = answer && unwrapped(answer);
  const key = found ? keyOf(found) : `text ${text.trim()}`;
  if (found?.kind !== "value") return { key, unit: "", counted: false, number: key };
  const unit = unitOf(found);
  return { key, unit, counted: unit !== "" || found.percent, number: expressionKey(found.value) };
};

/** `x = 5` names what 5 is. */
const unwrapped = (answer: Answer): Answer => {
  const named = answer.kind === "relation" ? assignment(answer) : null;
  if (named) return unwrapped(named.value);
  const [only] =
    answer.kind === "list" && (answer.items.length === 1 || answer.join === "about") && answer.items[0]?.kind !== "text"
      ? answer.items
      : [];
  return only ? unwrapped(only) : answer;
};

const unitOf = (answer: Answer): string =>
  answer.kind === "value" && answer.unit && answer.unit.dimensions !== null ? answer.unit.dimensions : "";

const keyOf = (given: Answer): string => {
  const answer = unwrapped(given);
  return shapeKey(answer) + conditionKey(answer);
};

const conditionKey = ({ condition }: Answer): string => {
  const parts = condition ? [condition.parity, condition.sign, condition.bounds].filter((part) => part !== "") : [];
  return parts.length > 0 ? ` if ${parts.join(" ")}` : "";
};

const shapeKey = (answer: Answer): string => {
  const region = isRegionLike(answer) ? regionOf(answer) : null;
  if (region)
    return (
      "part of the line " +
      `${region.map((ends) => ends.map(({ at, side }) => `${digits(at)}~${side}`).join(" ")).join(", ")}`
    );
  switch (answer.kind) {
    case "value":
      return valueKey(answer);
    case "tuple":
      return `${bracketKey(answer)} ${answer.items.map(keyOf).join(" ; ")}`;
    case "list":
      return `all of ${listKeys(answer).join(" ; ")}`;
    case "record":
      return recordKey(answer);
    case "relation":
      return relationKey(answer);
    case "matrix":
      return `${answer.environment} ${rowKeys(answer).join(" // ")}`;
    case "ratio":
      return answer.clock ? answer.form : ratioKey(answer);
    case "time":
      return `${answer.minutes} minutes ${answer.half}`;
    case "based":
      return `${answer.digits} in base ${answer.base}`;
    case "text":
      return `words ${meaning(answer.words)}`;
    case "union":
    case "intersection":
      return `${answer.kind} ${answer.parts.map(keyOf).sort().join(" ; ")}`;
    case "difference":
      return `${keyOf(answer.from)} without ${keyOf(answer.without)}`;
    default:
      return `unread ${answer.form.replaceAll(/[{} ]/g, "")}`;
  }
};

const valueKey = ({ value, unit, percent }: AnswerOf<"value">): string => {
  const factors: Expression[] = [value];
  if (percent) factors.push({ kind: "number", value: { num: 1n, den: 100n }, places: -1 });
  if (unit && unit.dimensions !== null) factors.push({ kind: "number", value: unit.factor, places: -1 });
  return expressionKey(factors.length === 1 ? value : { kind: "product", factors });
};

const rational = ({ num, den }: Rational): string => `${num}/${den}`;
const exactKey = ({ re, im }: Exact): string => (im.num === 0n ? rational(re) : `${rational(re)} + ${rational(im)} i`);

/** Nine digits: rounding never reaches them, and other answers seldom share them. */
const digits = (value: number): string =>
  value === 0 ? "0" : Number.isFinite(value) ? Number(value.toPrecision(9)).toString() : String(value);

const numberKey = (value: Complex): string => {
  const near = Math.round(value.re);
  if (Math.abs(value.im) < 1e-12 && Math.abs(value.re - near) < 1e-10 * Math.max(1, Math.abs(near))) return `${near}/1`;
  return Math.abs(value.im) < 1e-12 ? digits(value.re) : `${digits(value.re)} + ${digits(value.im)} i`;
};

const expressionKey = (node: Expression): string => {
  const exact = exactValue(node);
  if (exact) return exactKey(exact);
  if (hasLetters(node)) return `formula ${sampleKeys(node).join(" ")}`;
  const product = powerProduct(node);
  if (product)
    return `${product.negative ? "-" : ""}${[...product.powers]
      .map(([base, power]) => `${base}^${power}`)
      .sort()
      .join(" ")}`;
  if (isNothing(node)) return "0/1";
  const value = constantValue(node);
  return isFinite(value)
    ? numberKey(value)
    : Math.abs(value.re) === Infinity
      ? String(value.re)
      : `unknown ${JSON.stringify(node, (_, part: unknown) => (typeof part === "bigint" ? String(part) : part))}`;
};

const sampleKeys = (node: Expression): readonly string[] =>
  exactSamples(node)?.map(exactKey) ?? numericSamples(node).map((value) => (isFinite(value) ? numberKey(value) : "-"));

const bracketKey = ({ open, close, items }: AnswerOf<"tuple">): string =>
  open === "⟨" || (items.length !== 2 && open === "[" && close === "]") ? "()" : open + close;

const listKeys = (list: AnswerOf<"list">): readonly string[] => {
  const keys = list.items.map(keyOf).sort();
  const once = list.join === "or" || list.items.every(({ kind }) => kind === "tuple" || kind === "record");
  return once ? [...new Set(keys)] : keys;
};

/** Coordinates with their names are a tuple. */
const recordKey = ({ names, items }: AnswerOf<"record">): string => {
  const pairs = names
    .map((name, at) => [name, keyOf(items[at] as Answer)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return names.every((name) => /^[a-z]$/.test(name))
    ? `() ${pairs.map(([, key]) => key).join(" ; ")}`
    : pairs.map(([name, key]) => `${name} = ${key}`).join(" ; ");
};

const rowKeys = ({ rows, environment }: AnswerOf<"matrix">): readonly string[] => {
  const keys = rows.map((row) => row.map(keyOf).join(" & "));
  return environment === "cases" ? keys.sort() : keys;
};

const ratioKey = ({ parts }: AnswerOf<"ratio">): string => {
  const values = parts.map((part) => (part as AnswerOf<"value">).value);
  const [first] = values;
  const quotients = values
    .slice(1)
    .map((value) => expressionKey({ kind: "quotient", over: first as Expression, under: value }));
  return quotients.length === 1 ? (quotients[0] as string) : `ratio ${quotients.join(" : ")}`;
};

/** An equation by its curve: the difference of its sides up to a factor. An inequality keeps its direction. */
const relationKey = ({ sides, operators }: RelationShape): string => {
  const [left, right] = sides.map(({ answer }) => answer);
  const [operator = ""] = operators;
  const last = chainEnd({ kind: "relation", sides, operators });
  if (last) return keyOf(last);
  if (operators.length !== 1 || left?.kind !== "value" || right?.kind !== "value" || !/[=≠<>≤≥]/.test(operator))
    return sides.map(({ answer }) => keyOf(answer)).join(` ${operators.join(" ")} `);
  const swap = /[>≥]/.test(operator);
  const [a, b] = swap ? [right.value, left.value] : [left.value, right.value];
  const values = numericSamples({ kind: "sum", terms: [a, { kind: "negative", of: b }] }).map(({ re }) => re);
  const scale = values.find((value) => Number.isFinite(value) && Math.abs(value) > 1e-9) ?? 1;
  const by = /[=≠]/.test(operator) ? scale : Math.abs(scale);
  return (
    `${{ ">": "<", "≥": "≤" }[operator] ?? operator} ` +
    `${values.map((value) => (Number.isFinite(value) ? digits(Number((value / by).toFixed(9))) : "-")).join(" ")}`
  );
};

/** `m+n = 73+45 = 118` is 118. */
const chainEnd = ({ sides, operators }: RelationShape): Answer | null => {
  const values = sides.slice(1).map(({ answer }) => answer);
  if (
    values.length < 2 ||
    operators.some((operator) => operator !== "=") ||
    values.some((value) => value.kind !== "value")
  )
    return null;
  return new Set(values.map(keyOf)).size === 1 ? (values.at(-1) ?? null) : null;
};
