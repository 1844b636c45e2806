import type { Estimate } from "../../metrics/accuracy.ts";
import { medianInterval } from "../../metrics/median.ts";
import { solved, type Solved } from "../../metrics/solved.ts";
import { curveNames, type CurvePoint } from "../../plots/curve-point.ts";
import type { ExperimentData } from "../gather.ts";
import type { Round, Rounds } from "./rounds.ts";
import { grouped, shareOf } from "./tallies.ts";

type Chain = Solved & Readonly<{ problem: string; at: number }>;

/** `newly`: chains first right at this point; `kept`: those of them that are right at every later one too. */
export type FirstAt = Readonly<{
  curve: string;
  point: CurvePoint;
  newly: number;
  kept: number;
  share: Estimate | null;
}>;

/** Chains along one curve. `stays`: right from their first right point on; `lost`: wrong at some later one. */
export type SolvedRow = Readonly<{
  curve: string;
  points: readonly CurvePoint[];
  chains: number;
  problems: number;
  never: Estimate | null;
  stays: Estimate | null;
  lost: Estimate | null;
  tokens: ReturnType<typeof medianInterval>;
  first: readonly FirstAt[];
}>;

const FEWEST = 3;

/** Points of a curve from few to many tokens; cuts before the natural end. */
export const pointsAlong = (data: Pick<ExperimentData, "curves">, curve: string): readonly CurvePoint[] =>
  data.curves
    .filter((p) => p.curve === curve)
    .sort(
      (a, b) => a.x - b.x || Number(a.extrapolated) - Number(b.extrapolated) || Number(a.natural) - Number(b.natural),
    );

/** Along every curve of three points or more: when each chain is first right, and whether it stays so. */
export const solvedRows = (data: ExperimentData, rounds: Rounds): readonly SolvedRow[] =>
  curveNames(data.curves).flatMap((curve) => {
    const points = pointsAlong(data, curve);
    const chains = points.length < FEWEST ? [] : chainsOf(points, rounds);
    return chains.length === 0 ? [] : [rowOf(curve, points, chains)];
  });

/** Chains that were graded at every point, with the place where each is first right (-1: nowhere). */
function chainsOf(points: readonly CurvePoint[], rounds: Rounds): readonly Chain[] {
  const columns = points.map(({ point }) => rounds.at(point));
  return [...(columns[0]?.keys() ?? [])].flatMap((key) => {
    const own = columns.flatMap((column) => column.get(key) ?? []);
    return own.length === columns.length ? [chainOf(own)] : [];
  });
}

function chainOf(own: readonly Round[]): Chain {
  const followed = solved(own.map(({ tokens, correct, answer }) => ({ tokens: tokens ?? 0, correct, answer })));
  return { ...followed, problem: own[0]?.problem ?? "", at: own.findIndex(({ correct }) => correct) };
}

function rowOf(curve: string, points: readonly CurvePoint[], chains: readonly Chain[]): SolvedRow {
  const byProblem = grouped(chains);
  return {
    curve,
    points,
    chains: chains.length,
    problems: byProblem.size,
    never: shareOf(chains, ({ first }) => first === null),
    stays: shareOf(chains, ({ stays }) => stays === true),
    lost: shareOf(chains, ({ stays }) => stays === false),
    tokens: medianInterval([...byProblem.values()].map((own) => own.flatMap(({ first }) => first ?? []))),
    first: points.map((point, at) => firstAt({ curve, point, at }, chains)),
  };
}

function firstAt(
  { curve, point, at }: Readonly<{ curve: string; point: CurvePoint; at: number }>,
  chains: readonly Chain[],
): FirstAt {
  const own = chains.filter((chain) => chain.at === at);
  return {
    curve,
    point,
    newly: own.length,
    kept: own.filter(({ stays }) => stays).length,
    share: shareOf(chains, (chain) => chain.at >= 0 && chain.at <= at),
  };
}
