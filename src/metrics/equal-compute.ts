import { leastOf, mostOf } from "../core/extremes.ts";
import { type Bootstrapped, bootstrapAll, type Resampling } from "./bootstrap.ts";
import type { Arms } from "./compare.ts";
import type { Row } from "./resample.ts";
import { COLUMNS, type CurveTable, type Dot, dotsOf } from "./table.ts";

/** Accuracies (proportions) of two curves at the same mean tokens; `difference`: second minus first. */
export type EqualCompute = Readonly<{
  tokens: number;
  first: Bootstrapped;
  second: Bootstrapped;
  difference: Bootstrapped;
}>;

type Options = Pick<Resampling, "resamples" | "seed" | "level"> &
  Readonly<{
    /** Where to compare; by default eight places over the common range. */
    tokens?: readonly number[];
    /** How the two methods were run: on the same problems, resampled together, or apart. */
    arms?: Arms;
  }>;

/**
 * Two methods at equal compute: each curve interpolated linearly on log2 tokens between its own dots, never beyond
 * them, and the interpolation repeated in every resample of the problems. Shared: over the problems that both curves
 * hold.
 */
export function equalCompute(first: CurveTable, second: CurveTable, options: Options = {}): EqualCompute[] {
  const { arms = "shared", tokens: asked, ...resampling } = options;
  const split = first.points.length * COLUMNS;
  const joined = arms === "shared" ? paired(first, second) : apart(first, second);
  const dots = (totals: Float64Array) => [dotsOf(totals.subarray(0, split)), dotsOf(totals.subarray(split))] as const;
  const places = asked ?? commonPlaces(present(dotsOfRows(first)), present(dotsOfRows(second)));
  const results = bootstrapAll({
    ...resampling,
    ...joined,
    statistics: (totals) => {
      const [a, b] = dots(totals).map(present) as [Dot[], Dot[]];
      return places.flatMap((tokens) => {
        const [x, y] = [accuracyAt(a, tokens), accuracyAt(b, tokens)];
        return [x, y, x === null || y === null ? null : y - x];
      });
    },
  });
  return places.map((tokens, i) => ({
    tokens,
    first: results[3 * i]!,
    second: results[3 * i + 1]!,
    difference: results[3 * i + 2]!,
  }));
}

/** Accuracy of a curve (dots in any order) at a number of tokens; null outside its dots. */
export function accuracyAt(dots: readonly Dot[], tokens: number): number | null {
  const ordered = dots.filter((dot) => dot.tokens > 0).sort((a, b) => a.tokens - b.tokens);
  const after = ordered.findIndex((dot) => dot.tokens >= tokens);
  const [low, high] = [ordered[after - 1], ordered[after]];
  if (!high) return null;
  if (!low || high.tokens === tokens) return high.tokens === tokens ? high.accuracy : null;
  const part = Math.log2(tokens / low.tokens) / Math.log2(high.tokens / low.tokens);
  return low.accuracy + part * (high.accuracy - low.accuracy);
}

type Joined = Pick<Resampling, "clusters" | "pseudo"> & Partial<Pick<Resampling, "strata" | "pseudoStrata">>;

/**
 * One row for each problem of both; each pseudo-problem is solved by one method alone at every second point, half
 * solved at the others.
 */
function paired(first: CurveTable, second: CurveTable): Joined {
  const others = new Map(second.problems.map((problem, i) => [problem, second.clusters[i]!]));
  const clusters = first.problems.flatMap((problem, i) => {
    const other = others.get(problem);
    return other ? [[...Array.from(first.clusters[i]!), ...Array.from(other)]] : [];
  });
  const [one, two] = [averages(first), averages(second)];
  const pseudo = KINDS.map(([parity, right]) => [
    ...alternating(one, parity, right),
    ...alternating(two, parity, 1 - right),
  ]);
  return { clusters, pseudo };
}

/** Rows of one method hold nothing for the other; each method has its own stratum and pseudo-problems. */
function apart(first: CurveTable, second: CurveTable): Joined {
  const [none, nothing] = [nowhere(first), nowhere(second)];
  const [one, two] = [averages(first), averages(second)];
  return {
    clusters: [
      ...first.clusters.map((row) => [...Array.from(row), ...nothing]),
      ...second.clusters.map((row) => [...none, ...Array.from(row)]),
    ],
    strata: [...first.clusters.map(() => 0), ...second.clusters.map(() => 1)],
    pseudo: [
      ...KINDS.map(([parity, right]) => [...alternating(one, parity, right), ...nothing]),
      ...KINDS.map(([parity, right]) => [...none, ...alternating(two, parity, right)]),
    ],
    pseudoStrata: [...KINDS.map(() => 0), ...KINDS.map(() => 1)],
  };
}

/** At which points, even or odd ones, and whether the first method is right there. */
const KINDS = [
  [0, 1],
  [0, 0],
  [1, 1],
  [1, 0],
] as const;

type Average = Readonly<{ tokens: number; attempts: number }>;

/** Of a problem at each point. */
const averages = ({ points, clusters }: CurveTable): readonly Average[] =>
  points.map((_, point) => {
    const [tokens, attempts] = [1, 2].map(
      (column) =>
        clusters.reduce((sum, row: Row) => sum + row[point * COLUMNS + column]!, 0) / Math.max(1, clusters.length),
    ) as [number, number];
    return { tokens, attempts };
  });

/**
 * A problem of average tokens that is solved always or never at every second point, and half the time at the others.
 */
const alternating = (points: readonly Average[], parity: number, right: number): readonly number[] =>
  points.flatMap(({ tokens, attempts }, point) => [(point % 2 === parity ? right : 0.5) * attempts, tokens, attempts]);

const nowhere = ({ points }: CurveTable): number[] => Array<number>(points.length * COLUMNS).fill(0);

function dotsOfRows({ points, clusters }: CurveTable): (Dot | null)[] {
  return dotsOf(
    Array.from({ length: points.length * COLUMNS }, (_, column) =>
      clusters.reduce((sum, row) => sum + row[column]!, 0),
    ),
  );
}

const present = (dots: readonly (Dot | null)[]) => dots.filter((dot) => dot !== null);

/** Eight places, evenly apart in log2 tokens, strictly inside the range that both curves cover. */
function commonPlaces(first: readonly Dot[], second: readonly Dot[]): readonly number[] {
  const range = [first, second].map((dots) => dots.map(({ tokens }) => tokens).filter((tokens) => tokens > 0));
  const [low, high] = [mostOf(range.map((tokens) => leastOf(tokens))), leastOf(range.map((tokens) => mostOf(tokens)))];
  if (!(low < high)) return [];
  return Array.from({ length: 8 }, (_, i) => low * (high / low) ** ((i + 1) / 9));
}
