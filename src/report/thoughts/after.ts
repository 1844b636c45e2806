import { bootstrapAll, type Bootstrapped } from "../../metrics/bootstrap.ts";
import { medianInterval } from "../../metrics/median.ts";
import { solved } from "../../metrics/solved.ts";
import type { PointRow } from "../../ports/result-reader.ts";
import { groupCurves } from "../../plots/group-curves.ts";
import type { ExperimentData } from "../gather.ts";
import { sharesChains } from "./shared.ts";
import { isCut } from "./steps.ts";
import type { Round, Rounds } from "./rounds.ts";
import { affordable, grouped } from "./tallies.ts";

/**
 * `length`: tokens of the natural thought; `first`, `settled`: tokens after which the forced answer is right, and right
 * for good.
 */
export type Thought = Readonly<{ problem: string; length: number; first: number; settled: number | null }>;

/**
 * Where in natural thoughts the answer is first right (`right`), and right at every later cut and the end (`settled`).
 */
export type AfterRow = Readonly<{
  natural: PointRow;
  cuts: readonly PointRow[];
  chains: number;
  right: Place;
  settled: Place;
}>;

/** `share`: of the natural thought that comes after; `at`, `after`: median tokens. */
export type Place = Readonly<{ chains: number; share: Bootstrapped; at: Median; after: Median }>;
type Median = ReturnType<typeof medianInterval>;

/** For every natural end with cuts of its chains before it; empty where settings have chains of their own. */
export function afterRows(data: ExperimentData, rounds: Rounds): readonly AfterRow[] {
  if (!sharesChains(data)) return [];
  const placed = groupCurves(data.points).filter(({ row }) => row.attempts > 0);
  return [...new Set(placed.map(({ curve }) => curve))].flatMap((curve) => {
    const members = placed.filter((member) => member.curve === curve);
    const natural = members.find((member) => member.natural)?.row;
    const cuts = members.filter((member) => isCut(member) && !member.extrapolated).map(({ row }) => row);
    return natural && cuts.length > 0 ? rowOf(natural, cuts, rounds) : [];
  });
}

function rowOf(natural: PointRow, cuts: readonly PointRow[], rounds: Rounds): readonly AfterRow[] {
  const columns = cuts.map(({ id }) => rounds.at(id));
  const chains = [...rounds.at(natural.id)].flatMap(([key, end]) => {
    const own = [...columns.flatMap((column) => column.get(key) ?? []), end];
    return own.length === cuts.length + 1 && own.every(({ tokens }) => tokens !== null) ? [own] : [];
  });
  const thoughts = chains.flatMap(thoughtOf);
  if (thoughts.length === 0) return [];
  const settled = thoughts.flatMap((thought) =>
    thought.settled === null ? [] : [{ ...thought, first: thought.settled }],
  );
  return [{ natural, cuts, chains: chains.length, right: placeOf(thoughts), settled: placeOf(settled) }];
}

function thoughtOf(own: readonly Round[]): readonly Thought[] {
  const ordered = own
    .map(({ tokens, correct, answer }) => ({ tokens: tokens ?? 0, correct, answer }))
    .sort((a, b) => a.tokens - b.tokens);
  const { first, settled } = solved(ordered);
  return first === null
    ? []
    : [{ problem: own[0]?.problem ?? "", length: ordered.at(-1)?.tokens ?? 0, first, settled }];
}

function placeOf(thoughts: readonly Thought[]): Place {
  const byProblem = [...grouped(thoughts).values()];
  const clusters = byProblem.map((own) => [total(own, (t) => t.length - t.first), total(own, (t) => t.length)]);
  const [share] = bootstrapAll({
    clusters,
    statistics: ([after = 0, length = 0]) => [length > 0 ? after / length : null],
    resamples: affordable(2 * clusters.length),
  });
  return {
    chains: thoughts.length,
    share: share ?? { estimate: null, interval: null, error: null, defined: 0 },
    at: medianInterval(byProblem.map((own) => own.map(({ first }) => first))),
    after: medianInterval(byProblem.map((own) => own.map(({ length, first }) => length - first))),
  };
}

const total = <T>(items: readonly T[], value: (item: T) => number): number =>
  items.reduce((sum, item) => sum + value(item), 0);
