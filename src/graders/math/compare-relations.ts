import type { Answer, AnswerOf, Compare, RelationShape } from "./answer.ts";
import { assignment } from "./read-list.ts";
import type { Expression } from "./expression.ts";
import { exactRational } from "./exact.ts";
import { isWhole } from "./rational.ts";
import { constantRatio } from "./sample.ts";

type Relation = AnswerOf<"relation">;

/** The rule by which two relations say the same, or `null`. */
export const compareRelations = (gold: Relation, answer: Relation, compare: Compare): string | null => {
  const [a, b] = [assignment(gold), assignment(answer)];
  if (a && b && sameName(a.name, b.name)) return compare(a.value, b.value);
  if (gold.operators.includes("mod")) return congruent(gold, answer, compare) ? "same residue" : null;
  if (sideBySide(gold, answer, compare)) return "same relation side by side";
  const [p, q] = [zeroForm(gold), zeroForm(answer)];
  if (!p || !q || p.operator !== q.operator) return null;
  const ratio = constantRatio(p.difference, q.difference);
  if (!ratio || Math.abs(ratio.im) > 1e-9) return null;
  return p.operator === "=" || p.operator === "≠" || ratio.re > 0 ? "same relation up to a factor" : null;
};

/** The same number modulo the same modulus. */
const congruent = (gold: Relation, answer: Relation, compare: Compare): boolean => {
  const [a, b] = [gold.sides.slice(-3).map((side) => side.answer), answer.sides.slice(-3).map((side) => side.answer)];
  if (
    answer.operators.join() !== gold.operators.join() ||
    !a.every((side, at) => at === 1 || compare(side, b[at] as Answer) !== null)
  )
    return false;
  const [x, y, m] = [a[1], b[1], a[2]].map((side) => (side?.kind === "value" ? exactRational(side.value) : null));
  if (x && y && m && isWhole(m) && isWhole(x) && isWhole(y) && m.num > 0n) return (x.num - y.num) % m.num === 0n;
  return compare(a[1] as Answer, b[1] as Answer) !== null;
};

/** `y = 2x` and `f(x) = 2x` name one function. */
const sameName = (a: string, b: string): boolean =>
  a === b || (isFunctionName(a) && isFunctionName(b) && (a === "y" || b === "y"));
const isFunctionName = (name: string): boolean => name === "y" || /^[a-zA-Z] \( [a-z] \)$/.test(name);

const sideBySide = (gold: RelationShape, answer: RelationShape, compare: Compare): boolean =>
  [answer, turned(answer)].some(
    (other) =>
      other !== null &&
      other.operators.join() === gold.operators.join() &&
      other.sides.length === gold.sides.length &&
      gold.sides.every((side, at) => compare(side.answer, other.sides[at]?.answer as Answer) !== null),
  );

const mirror: Readonly<Record<string, string>> = {
  "<": ">",
  ">": "<",
  "≤": "≥",
  "≥": "≤",
  "=": "=",
  "≠": "≠",
  "≈": "≈",
  "≡": "≡",
  "⊥": "⊥",
  "∥": "∥",
};

const turned = ({ sides, operators }: RelationShape): Omit<RelationShape, "kind"> | null =>
  operators.every((operator) => operator in mirror)
    ? { sides: sides.toReversed(), operators: operators.toReversed().map((operator) => mirror[operator] as string) }
    : null;

/** `left - right` against zero, with `<` or `≤` for an inequality. */
const zeroForm = ({
  sides,
  operators,
}: RelationShape): Readonly<{ difference: Expression; operator: string }> | null => {
  const [left, right] = sides.map(({ answer }) => answer);
  const [operator = ""] = operators;
  if (operators.length !== 1 || left?.kind !== "value" || right?.kind !== "value" || !/[=≠<>≤≥]/.test(operator))
    return null;
  const swap = operator === ">" || operator === "≥";
  const [a, b] = swap ? [right.value, left.value] : [left.value, right.value];
  return {
    difference: { kind: "sum", terms: [a, { kind: "negative", of: b }] },
    operator: swap ? (mirror[operator] as string) : operator,
  };
};
