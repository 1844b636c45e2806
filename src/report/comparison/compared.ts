import { adjusted, compare, type Comparison } from "../../metrics/compare.ts";
import { equalCompute, type EqualCompute } from "../../metrics/equal-compute.ts";
import type { ResultReader } from "../../ports/result-reader.ts";
import { curveTable } from "../curve-table.ts";
import { tallyAt } from "../grid.ts";
import { resamplesFor } from "../resampling.ts";
import type { Arm, ArmPair, ArmPoint } from "./arms.ts";
import { comparable, type Comparable } from "./comparable.ts";
import { areOtherModels, joined, tasksOfPair } from "./tasks.ts";

/**
 * Two curves at one setting that both have. `adjusted`: over the settings whose difference may be called real; null at
 * others.
 */
export type Match = Readonly<{
  first: ArmPoint;
  second: ArmPoint;
  fitness: Comparable;
  comparison: Comparison;
  adjusted: number | null;
  won: number;
  lost: number;
}>;

/** `fitness`: of the curves as wholes. `otherModels`: each asked in a chat format of its own. */
export type Compared = ArmPair &
  Readonly<{
    fitness: Comparable;
    otherModels: boolean;
    matches: readonly Match[];
    atEqualCompute: readonly EqualCompute[];
  }>;

export const isSound = ({ fitness }: Pick<Match, "fitness">): boolean => fitness.reasons.length === 0;

/** Pairs of curves; the tests of all of them are one family. */
export function comparePairs(reader: ResultReader, pairs: readonly ArmPair[]): readonly Compared[] {
  const compared = pairs.map((pair) => comparePair(reader, pair));
  const all = withHolm(compared.flatMap(({ matches }) => matches));
  let next = 0;
  return compared.map((c) => ({ ...c, matches: all.slice(next, (next += c.matches.length)) }));
}

export function comparePair(reader: ResultReader, pair: ArmPair): Compared {
  const { first: a, second: b, drawn } = tasksOfPair(reader, pair);
  const fitness = { ...comparable(joined(a), joined(b)), drawn };
  const none = new Map();
  const places = placesOf(pair.second);
  const matches = settingsOfBoth(pair).map(([first, second]) =>
    matchOf(
      { ...pair, places },
      [first, second],
      comparable(a.get(first.row.id) ?? none, b.get(second.row.id) ?? none),
    ),
  );
  return {
    ...pair,
    fitness,
    otherModels: areOtherModels(pair.first, pair.second),
    matches: withHolm(matches.filter((m) => m.fitness.common.size > 0)),
    atEqualCompute: fitness.common.size === 0 ? [] : atEqualCompute(pair, fitness.common),
  };
}

const settingsOfBoth = ({ first, second }: ArmPair): readonly (readonly [ArmPoint, ArmPoint])[] =>
  first.points.flatMap((point) => {
    const other = second.points.find((p) => p.setting === point.setting && p.row.method === point.row.method);
    return !other || other.row.id === point.row.id ? [] : [[point, other] as const];
  });

/** Where the grid of a curve has each problem. */
const placesOf = ({ data, dataset }: Arm): ReadonlyMap<string, number> =>
  new Map(data.grid.problems.flatMap((p, at) => (p.dataset === dataset ? [[p.problem, at] as const] : [])));

function matchOf(
  { first, second, places }: ArmPair & Readonly<{ places: ReadonlyMap<string, number> }>,
  [point, other]: readonly [ArmPoint, ArmPoint],
  fitness: Comparable,
): Match {
  const [a, b] = [first.data.grid.cells(point.row.id), second.data.grid.cells(other.row.id)];
  const pairs = first.data.grid.problems.flatMap(({ problem, dataset }, at) =>
    dataset === first.dataset && fitness.common.has(problem)
      ? [{ problem, first: tallyAt(a, at), second: tallyAt(b, places.get(problem) ?? -1) }]
      : [],
  );
  const shares = pairs.flatMap((p) =>
    p.first && p.second ? [p.second.correct / p.second.attempts - p.first.correct / p.first.attempts] : [],
  );
  return {
    first: point,
    second: other,
    fitness,
    comparison: compare(pairs),
    adjusted: null,
    won: shares.filter((d) => d > 0).length,
    lost: shares.filter((d) => d < 0).length,
  };
}

/** Settings that cannot be compared belong to no family of tests. */
function withHolm(matches: readonly Match[]): readonly Match[] {
  const sound = matches.filter(isSound);
  const ps = adjusted(sound.map((m) => m.comparison));
  return matches.map((match) => ({ ...match, adjusted: ps[sound.indexOf(match)] ?? null }));
}

/** Interpolated between measured points, over the problems that both curves hold. */
function atEqualCompute({ first, second }: ArmPair, common: ReadonlySet<string>): readonly EqualCompute[] {
  const [a, b] = [tableOf(first, common), tableOf(second, common)];
  if (a.points.length < 2 || b.points.length < 2) return [];
  return equalCompute(a, b, { resamples: Math.max(200, Math.round(resamplesFor(a, b) / 4)) });
}

/** Problems are known by their names alone here, since two experiments may call one data set differently. */
function tableOf(arm: Arm, common: ReadonlySet<string>): ReturnType<typeof curveTable> {
  const points = arm.points.flatMap(({ row }) =>
    row.mean_thinking_tokens === null ? [] : [{ id: row.id, x: row.mean_thinking_tokens }],
  );
  const { points: names, problems, clusters } = curveTable(arm.data.grid, points);
  const kept = problems
    .map((key) => key.slice(key.indexOf("\n") + 1))
    .flatMap((problem, at) => (common.has(problem) ? [{ problem, cluster: clusters[at] }] : []));
  return {
    points: names,
    problems: kept.map(({ problem }) => problem),
    clusters: kept.flatMap(({ cluster }) => (cluster ? [cluster] : [])),
  };
}
