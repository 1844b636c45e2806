import { complex, isFinite, isReal, minus, over, size, type Complex } from "./complex.ts";
import { evaluate, type Scope } from "./evaluate.ts";
import { type Exact, exactValue, sameExact } from "./exact.ts";
import { mapChildren, someNode, type Expression } from "./expression.ts";
import { limits } from "./limits.ts";
import { one, rational, zero } from "./rational.ts";

/**
 * Where formulas with letters are compared. `steps`: values far apart and whole ones among them, for ⌊ ⌋ and the
 * like; `whole`: small whole numbers, for sums with letters in their bounds.
 */
type Grid = "plain" | "steps" | "whole";

const sizes: Readonly<Record<Grid, number>> = { plain: 9, steps: 30, whole: 8 };

type Facts = Readonly<{ letters: boolean; complex: boolean; grid: Grid; values: Map<Grid, readonly Complex[]> }>;

const known = new WeakMap<Expression, Facts>();

const stepFunctions = new Set(["floor", "ceil", "gcd", "lcm", "min", "max", "mod", "abs", "doubleFactorial"]);

const factsOf = (node: Expression): Facts => {
  const cached = known.get(node);
  if (cached) return cached;
  const has = (test: (part: Expression) => boolean): boolean => someNode(node, test);
  const grid: Grid = has(
    (part) => part.kind === "series" || (part.kind === "call" && (part.name === "gcd" || part.name === "lcm")),
  )
    ? "whole"
    : has((part) => part.kind === "call" && stepFunctions.has(part.name))
      ? "steps"
      : "plain";
  const facts = {
    letters: has((part) => part.kind === "variable" || (part.kind === "call" && part.name.endsWith("()"))),
    complex: has((part) => part.kind === "constant" && part.name === "i"),
    grid,
    values: new Map(),
  };
  known.set(node, facts);
  return facts;
};

export const hasLetters = (node: Expression): boolean => factsOf(node).letters;

/** The value of a formula without letters. */
export const constantValue = (node: Expression): Complex => samples(node, "plain")[0] as Complex;

const samples = (node: Expression, grid: Grid): readonly Complex[] => {
  const facts = factsOf(node);
  const cached = facts.values.get(grid);
  if (cached) return cached;
  const fuel = { left: limits.fuel };
  const values = Array.from({ length: facts.letters ? sizes[grid] : 1 }, (_, point) =>
    sampleAt(node, grid, point, fuel),
  );
  facts.values.set(grid, values);
  return values;
};

const sampleAt = (
  node: Expression,
  grid: Grid,
  point: number,
  fuel: { left: number },
  shift?: Scope["shift"],
): Complex => {
  const scope: Scope = {
    valueOf: (name) => complex(letterValue(name, grid, point)),
    bound: new Map(),
    shift,
    fuel: fuel.left,
  };
  const value = evaluate(node, scope);
  fuel.left = scope.fuel;
  return value;
};

/** A fixed value for each name and point, so that no formula needs to know the names of another. */
const letterValue = (name: string, grid: Grid, point: number): number => {
  const unit = hash(`${name}#${point}`);
  if (grid === "whole") return 1 + Math.floor(unit * 9);
  if (grid === "steps" && point % 3 === 1) return Math.floor(unit * 60) - 10;
  if (grid === "steps") return unit * 50 - 12;
  const magnitude = 0.35 + unit * 2.9;
  return point >= 5 && hash(`${name}!${point}`) < 0.6 ? -magnitude : magnitude;
};

const hash = (text: string): number => {
  let h = 2166136261;
  for (let at = 0; at < text.length; at++) h = Math.imul(h ^ text.charCodeAt(at), 16777619);
  h = Math.imul(h ^ (h >>> 15), 2246822507);
  h = Math.imul(h ^ (h >>> 13), 3266489909);
  return ((h ^ (h >>> 16)) >>> 0) / 4294967296;
};

const gridFor = (a: Facts, b: Facts): Grid =>
  a.grid === "whole" || b.grid === "whole" ? "whole" : a.grid === "steps" || b.grid === "steps" ? "steps" : "plain";

const pairs = (a: Expression, b: Expression): (readonly [Complex, Complex, number])[] => {
  const grid = gridFor(factsOf(a), factsOf(b));
  const [left, right] = [samples(a, grid), samples(b, grid)];
  const all = Array.from(
    { length: Math.max(left.length, right.length) },
    (_, at): readonly [Complex, Complex, number] => [
      left[left.length === 1 ? 0 : at] as Complex,
      right[right.length === 1 ? 0 : at] as Complex,
      at,
    ],
  );
  const finite = all.filter(([x, y]) => isFinite(x) && isFinite(y));
  if (factsOf(a).complex || factsOf(b).complex) return finite;
  const real = finite.filter(([x, y]) => isReal(x) && isReal(y));
  return real.length > 0 ? real : finite;
};

const near = (x: Complex, y: Complex, tolerance: number): boolean =>
  size(minus(x, y)) <= tolerance * Math.max(size(x), size(y));

/**
 * Whether a difference is no more than rounding. Near zero a relative tolerance says nothing: `\sin\pi` is 1e-16 beside
 * 0, and so is a true 1e-16. So the numbers in the formulas are moved by a billionth: what comes of that is a million
 * times what rounding does.
 */
const isRounding = (a: Expression, b: Expression, at: Place, difference: number): boolean =>
  difference === 0 || (difference < 1e-6 && difference <= 1e-6 * (wobble(a, at) + wobble(b, at)));

type Place = Readonly<{ grid: Grid; point: number }>;

const wobble = (node: Expression, { grid, point }: Place): number => {
  const values = [3, 7].map((seed) => {
    let count = seed;
    const shift = (value: number): number => value * (1 + (hash(`${count++}`) - 0.5) * 2e-9);
    return sampleAt(node, grid, factsOf(node).letters ? point : 0, { left: limits.fuel }, shift);
  });
  const still = sampleAt(node, grid, factsOf(node).letters ? point : 0, { left: limits.fuel });
  return Math.max(...values.map((value) => size(minus(value, still))).filter(Number.isFinite), 0);
};

/** Whether two constants are equal but for rounding. */
export const sameConstant = (a: Expression, b: Expression): boolean => {
  const [x, y] = [constantValue(a), constantValue(b)];
  return (
    (isFinite(x) && isFinite(y) && near(x, y, 1e-10)) ||
    isRounding(a, b, { grid: "plain", point: 0 }, size(minus(x, y)))
  );
};

/** Values of letters at which formulas of rational numbers are compared without any rounding. */
const exactAt = (node: Expression, point: number): Exact | null => exactValue(withValues(node, point));

const withValues = (node: Expression, point: number): Expression => {
  if (node.kind !== "variable") return mapChildren(node, (child) => withValues(child, point));
  const unit = hash(`${node.name}#${point}`);
  const sign = point === 1 ? -1n : 1n;
  return { kind: "number", value: rational(sign * BigInt(3 + Math.floor(unit * 60)), 7n) ?? one, places: -1 };
};

/** The values of a formula at fixed points without rounding, `null` where it has none that is exact. */
export const exactSamples = (node: Expression): readonly Exact[] | null => {
  const values = factsOf(node).grid === "plain" ? [0, 1, 2].map((point) => exactAt(node, point)) : [null];
  return values.every((value) => value !== null) ? values : null;
};

/** The values of a formula at the points that suit it. */
export const numericSamples = (node: Expression): readonly Complex[] => samples(node, factsOf(node).grid);

/** Whether a constant is zero but for rounding. */
export const isNothing = (node: Expression): boolean => sameConstant(node, { kind: "number", value: zero, places: -1 });

/** Whether two formulas are equal at every point, `null` where they are not exact there. */
export const agreeExactly = (a: Expression, b: Expression): boolean | null => {
  for (let point = 0; point < 3; point++) {
    const [x, y] = [exactAt(a, point), exactAt(b, point)];
    if (!x || !y) return null;
    if (!sameExact(x, y)) return false;
  }
  return true;
};

/** Whether both formulas agree at every point where both have a value; too few such points prove nothing. */
export const agree = (a: Expression, b: Expression, tolerance: number): boolean => {
  const both = pairs(a, b);
  const grid = gridFor(factsOf(a), factsOf(b));
  return (
    both.length >= 2 &&
    both.every(([x, y, point]) => near(x, y, tolerance) || isRounding(a, b, { grid, point }, size(minus(x, y))))
  );
};

/** The constant ratio a : b of two formulas, neither being zero everywhere; `null` when there is none. */
export const constantRatio = (a: Expression, b: Expression): Complex | null => {
  const both = pairs(a, b).filter(([x, y]) => size(x) > 1e-9 || size(y) > 1e-9);
  const [first, ...rest] = both.map(([x, y]) => over(x, y));
  if (!first || rest.length < 1 || !isFinite(first) || size(first) < 1e-9) return null;
  return rest.every((ratio) => isFinite(ratio) && near(ratio, first, 1e-8)) ? first : null;
};
