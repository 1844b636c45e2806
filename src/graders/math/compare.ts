import type { Answer, AnswerOf, Compare, TupleShape } from "./answer.ts";
import { conditionsDisagree } from "./read-condition.ts";
import { compareRelations } from "./compare-relations.ts";
import { compareValues, compareExpressions } from "./compare-values.ts";
import type { Expression } from "./expression.ts";
import { assignment } from "./read-list.ts";
import { rename } from "./free-letters.ts";
import { constantValue } from "./sample.ts";
import { isRegionLike, regionOf, sameRegion } from "./region.ts";
import { meaning } from "./words.ts";

type ValueAnswer = AnswerOf<"value">;

export const compareAnswers: Compare = (gold, answer) => {
  if (conditionsDisagree(gold.condition, answer.condition)) return null;
  if (gold.form !== "" && gold.form === answer.form) return "same form";
  return (
    compareRegions(gold, answer) ??
    compareShapes(gold, answer) ??
    compareNamed(gold, answer) ??
    compareWords(gold, answer)
  );
};

const compareRegions: Compare = (gold, answer) => {
  if ((!isRegionLike(gold) && !isRegionLike(answer)) || otherUnknown(gold, answer)) return null;
  const [a, b] = [regionOf(gold, isRegionLike(answer)), regionOf(answer, isRegionLike(gold))];
  return a && b && sameRegion(a, b) ? "same part of the real line" : null;
};

/** `x > 2` says nothing about `y`. */
const otherUnknown = (gold: Answer, answer: Answer): boolean => {
  const [a, b] = [gold, answer].map((one) =>
    one.kind === "relation" ? one.sides.find(({ name }) => name !== null)?.name : undefined,
  );
  return a !== undefined && b !== undefined && a !== b;
};

const compareShapes: Compare = (gold, answer) => {
  if (gold.kind === "value" && answer.kind === "value") return compareValues(gold, sameLetter(gold, answer));
  if (gold.kind === "relation" && answer.kind === "relation") return compareRelations(gold, answer, compareAnswers);
  if (gold.kind === "matrix" && answer.kind === "matrix") return compareMatrices(gold, answer);
  if (gold.kind === "ratio" && answer.kind === "ratio") return compareRatios(gold, answer);
  if (gold.kind === "based" && answer.kind === "based")
    return gold.digits === answer.digits && gold.base === answer.base ? "same digits in the same base" : null;
  if (gold.kind === "time" && answer.kind === "time")
    return gold.minutes === answer.minutes && gold.half === answer.half ? "same time" : null;
  if (gold.kind === "record" && answer.kind === "record") return compareRecords(gold, answer);
  if (gold.kind === "list" && answer.kind === "list") return compareLists(gold, answer);
  if (gold.kind === "tuple" && answer.kind === "tuple") return compareTuples(gold, answer);
  if (gold.kind === "union" && answer.kind === "union")
    return matchAll(gold.parts, answer.parts) ? "same parts of a union" : null;
  return compareMixed(gold, answer) ?? compareMixed(answer, gold, true);
};

/** Shapes of different kinds that may still say the same; `turned`: the answer comes first. */
const compareMixed = (a: Answer, b: Answer, turned = false): string | null => {
  const compare: Compare = (x, y) => (turned ? compareAnswers(y, x) : compareAnswers(x, y));
  const inOrder = (x: readonly Answer[], y: readonly Answer[]): boolean =>
    x.length === y.length && x.every((item, at) => compare(item, y[at] as Answer) !== null);
  if (a.kind === "list" && a.items.length === 1 && a.items[0]?.kind !== "text" && b.kind !== "list")
    return compare(a.items[0] as Answer, b) && "the only element";
  if (a.kind === "list" && a.join === "about" && b.kind === "value" && roughly(a.items))
    return compare(a.items[0] as Answer, b) && "a value with its approximation";
  if (a.kind === "list" && a.join === "or" && !a.braces && b.kind === "value" && sameThroughout(a.items))
    return compare(a.items[0] as Answer, b) && "one value written in several ways";
  if (
    a.kind === "tuple" &&
    b.kind === "list" &&
    !b.braces &&
    ((a.open === "(" && a.close === ")") || a.items.length > 2)
  )
    return inOrder(a.items, b.items) ? "tuple without its brackets" : null;
  if (a.kind === "tuple" && b.kind === "record") return inOrder(a.items, ordered(b)) ? "tuple by names" : null;
  if (a.kind === "list" && b.kind === "record" && isNumbered(b.names))
    return matchAll(a.items, b.items) ? "numbered values in any order" : null;
  if (a.kind === "list" && !a.braces && b.kind === "record")
    return matchAll(a.items, b.items) ? "values by names in any order" : null;
  if (a.kind === "tuple" && b.kind === "value" && b.value.kind === "call" && /^[A-Z][^()]*\(\)$/.test(b.value.name))
    return inOrder(a.items, b.value.args.map(asAnswer)) ? "coordinates of a named point" : null;
  if (a.kind === "matrix" && b.kind === "tuple")
    return inOrder(vectorCells(a, b), vectorItems(b)) && b.items.length > 0 ? "vector as a tuple" : null;
  if (a.kind === "ratio" && b.kind === "value") return compareQuotient(a, b);
  if (a.kind === "time" && b.kind === "ratio" && b.clock) return a.minutes === clockMinutes(b) ? "same time" : null;
  return null;
};

/** `x_1`, `x_2`: one unknown with its values numbered. */
const isNumbered = (names: readonly string[]): boolean =>
  new Set(names.map((name) => name.replace(/ _ (?:\d+|\{ \d+ \})$/, ""))).size === 1;

const asAnswer = (value: Expression): Answer => ({
  form: "",
  words: "",
  kind: "value",
  value,
  unit: null,
  percent: false,
});

/** In `2n+1, n ∈ ℤ` the letter may have any name. */
const sameLetter = (gold: ValueAnswer, answer: ValueAnswer): ValueAnswer =>
  gold.whole && answer.whole && gold.whole !== answer.whole
    ? { ...answer, value: rename(answer.value, answer.whole, gold.whole) }
    : answer;

/** The value and what it is about differ by less than a hundredth. */
const roughly = ([first, ...rest]: readonly Answer[]): boolean =>
  first?.kind === "value" &&
  rest.every((item) => {
    if (item.kind !== "value") return false;
    const [x, y] = [constantValue(first.value), constantValue(item.value)];
    return Math.abs(x.re - y.re) <= 0.01 * Math.abs(x.re);
  });

const sameThroughout = ([first, ...rest]: readonly Answer[]): boolean =>
  first !== undefined && rest.every((item) => compareAnswers(first, item) !== null);

/** Answers `name = value` and statements `2 + 3 = 5` stand for their value. */
const compareNamed: Compare = (gold, answer) => {
  const [a, b] = [valueOf(gold), valueOf(answer)];
  if (a && !b && answer.kind !== "relation") return compareAnswers(a, answer) && "value for name = value";
  if (b && !a && gold.kind !== "relation") return compareAnswers(gold, b) && "value for name = value";
  return null;
};

const valueOf = (answer: Answer): Answer | null => {
  if (answer.kind !== "relation") return null;
  const named = assignment(answer);
  if (named) return named.value;
  const [left, right] = answer.sides;
  if (!left || !right) return null;
  if (answer.operators[0] === "≡" && left.name) return right.answer;
  if (answer.operators.length === 1 && answer.operators[0] === "∈") return left.name ? right.answer : null;
  if (
    answer.operators.every((operator) => operator === "=") &&
    answer.sides.at(-1)?.name &&
    left.answer.kind !== "relation"
  )
    return answer.sides.length === 2 ? left.answer : null;
  const chained = answer.sides.slice(1);
  if (
    chained.length > 1 &&
    isTrueStatement({ ...answer, sides: chained, operators: answer.operators.slice(1) }) &&
    answer.operators[0] === "="
  )
    return chained.at(-1)?.answer ?? null;
  return isTrueStatement(answer) ? (answer.sides.at(-1)?.answer ?? null) : null;
};

/** Every side is the same number. */
const isTrueStatement = ({ sides, operators }: AnswerOf<"relation">): boolean => {
  const first = sides[0]?.answer;
  if (first?.kind !== "value" || operators.some((operator) => operator !== "=")) return false;
  return sides.every(({ answer }) => answer.kind === "value" && compareExpressions(answer.value, first.value) !== null);
};

const compareWords: Compare = (gold, answer) => {
  if (
    (gold.kind !== "text" && answer.kind !== "text" && gold.kind !== "unread") ||
    hasBrackets(gold) ||
    hasBrackets(answer)
  )
    return null;
  if (gold.kind === "unread" || answer.kind === "unread")
    return gold.words !== "" && gold.form.replaceAll(/[{} ]/g, "") === answer.form.replaceAll(/[{} ]/g, "")
      ? "same text"
      : null;
  return gold.words !== "" && meaning(gold.words) === meaning(answer.words) ? "same words" : null;
};

const hasBrackets = (answer: Answer): boolean =>
  answer.kind === "tuple" || answer.kind === "matrix" || (answer.kind === "list" && answer.braces);

/** Pairs every item with one of the others: order does not count, how often an item stands does. */
const matchAll = (gold: readonly Answer[], answer: readonly Answer[]): boolean => {
  if (gold.length !== answer.length) return false;
  const left = [...answer];
  return gold.every((item) => {
    const at = left.findIndex((other) => compareAnswers(item, other) !== null);
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
};

const compareLists = (gold: AnswerOf<"list">, answer: AnswerOf<"list">): string | null =>
  matchAll(distinct(gold.items), distinct(answer.items)) ? "same items in any order" : null;

/** A solution of several unknowns that is listed twice is still one; a number may be a repeated root. */
const distinct = (items: readonly Answer[]): readonly Answer[] =>
  items.every(({ kind }) => kind === "tuple" || kind === "record")
    ? items.filter((item, at) => !items.slice(0, at).some((other) => compareAnswers(other, item) !== null))
    : items;

/** Two items may be the ends of an interval, so their brackets count. */
const compareTuples = (gold: TupleShape, answer: TupleShape): string | null => {
  if (gold.items.length !== answer.items.length) return null;
  const brackets = ({ open, close }: TupleShape): string =>
    open === "⟨" || (gold.items.length !== 2 && open === "[" && close === "]") ? "()" : open + close;
  if (brackets(gold) !== brackets(answer)) return null;
  return gold.items.every((item, at) => compareAnswers(item, answer.items[at] as Answer) !== null)
    ? "same items in order"
    : null;
};

const compareMatrices = (gold: AnswerOf<"matrix">, answer: AnswerOf<"matrix">): string | null => {
  if (gold.rows.length !== answer.rows.length || gold.environment !== answer.environment) return null;
  const sameRow = (a: readonly Answer[], b: readonly Answer[]): boolean =>
    a.length === b.length && a.every((cell, at) => compareAnswers(cell, b[at] as Answer) !== null);
  if (gold.environment !== "cases")
    return gold.rows.every((row, at) => sameRow(row, answer.rows[at] ?? [])) ? "same cells" : null;
  const left = [...answer.rows];
  return gold.rows.every((row) => left.some((other, at) => sameRow(row, other) && left.splice(at, 1).length > 0))
    ? "same cases"
    : null;
};

/** A column or a row is a vector; rows of a larger matrix are matched with inner tuples. */
const vectorCells = ({ rows }: AnswerOf<"matrix">, tuple: AnswerOf<"tuple">): readonly Answer[] => {
  const nested = tuple.items.every((item) => item.kind === "tuple");
  if (nested) return rows.flat();
  return rows.length === 1 || rows.every((row) => row.length === 1) ? rows.flat() : [];
};

const vectorItems = (tuple: AnswerOf<"tuple">): readonly Answer[] =>
  tuple.items.every((item) => item.kind === "tuple")
    ? tuple.items.flatMap((item) => (item.kind === "tuple" ? item.items : []))
    : tuple.items;

const valueAt = (ratio: AnswerOf<"ratio">, at: number): Expression => (ratio.parts[at] as AnswerOf<"value">).value;

const compareRatios = (gold: AnswerOf<"ratio">, answer: AnswerOf<"ratio">): string | null => {
  if (withoutSeconds(gold) === withoutSeconds(answer)) return "same time";
  if (gold.parts.length !== answer.parts.length || (gold.clock && answer.clock)) return null;
  const cross = (a: AnswerOf<"ratio">, b: AnswerOf<"ratio">, at: number): Expression => ({
    kind: "product",
    factors: [valueAt(a, at), valueAt(b, 0)],
  });
  return gold.parts.every((_, at) => compareExpressions(cross(gold, answer, at), cross(answer, gold, at)) !== null)
    ? "same ratio"
    : null;
};

/** `20:34:00` as `20:34` */
const withoutSeconds = ({ form }: AnswerOf<"ratio">): string =>
  /^\d\d? : [0-5]\d : 00$/.test(form) ? form.slice(0, -5) : form;

const compareQuotient = (ratio: AnswerOf<"ratio">, value: AnswerOf<"value">): string | null => {
  if (ratio.parts.length !== 2 || ratio.clock) return null;
  return (
    compareExpressions({ kind: "quotient", over: valueAt(ratio, 0), under: valueAt(ratio, 1) }, value.value) &&
    "ratio as a fraction"
  );
};

const clockMinutes = (ratio: AnswerOf<"ratio">): number => {
  const [hours = 0, minutes = 0] = ratio.form.split(" : ").map(Number);
  return (hours % 12) * 60 + minutes;
};

const compareRecords = (gold: AnswerOf<"record">, answer: AnswerOf<"record">): string | null => {
  if (gold.names.length !== answer.names.length) return null;
  const found = gold.names.every((name, at) => {
    const other = answer.items[answer.names.indexOf(name)];
    return other !== undefined && compareAnswers(gold.items[at] as Answer, other) !== null;
  });
  return found ? "same values by name" : null;
};

/** Coordinates are given in the order of their names, other records as they are written. */
const ordered = ({ names, items }: AnswerOf<"record">): readonly Answer[] => {
  if (!names.every((name) => /^[a-z]$/.test(name))) return items;
  return names
    .map((name, at) => [name, items[at] as Answer] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, item]) => item);
};
