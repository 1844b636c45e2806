import { movesEnd } from "../core/facts.ts";
import { bootstrap } from "../metrics/bootstrap.ts";
import { holm } from "../metrics/holm.ts";
import { signFlip } from "../metrics/permutation.ts";
import type { Interval } from "../metrics/interval.ts";
import type { PointRow } from "../ports/result-reader.ts";
import { inReport } from "./adjust.ts";
import type { ExperimentData } from "./gather.ts";

/** A setting against the curve of cut and extended thoughts at the same bill. Shares are 0 to 1. */
export type EqualBill = Readonly<{
  point: PointRow;
  /** Sampled tokens of an attempt, as if run alone. */
  bill: number;
  accuracy: number;
  /** Of the curve at this bill, over the same problems. */
  reference: number;
  difference: number;
  interval: Interval;
  problems: number;
  p: number;
  /** Holm's over the settings, as a part of the report's 5 %. */
  adjusted: number;
}>;

type Dot = Readonly<{ point: PointRow; bill: number }>;

const resamples = 2000;

/**
 * Each setting that is none of the curve, where the curve has points on both sides of its bill: the curve is
 * interpolated for every problem between its two neighbours, linearly on log2 tokens. One difference a problem; p by
 * sign flips, Holm over all settings; the interval by resampling problems.
 */
export function equalBills(data: ExperimentData): readonly EqualBill[] {
  const made = known.get(data) ?? allEqualBills(data);
  known.set(data, made);
  return made;
}

/** The finding and the table say the same numbers. */
const known = new WeakMap<ExperimentData, readonly EqualBill[]>();

function allEqualBills(data: ExperimentData): readonly EqualBill[] {
  const bills = data.points.flatMap((point): readonly Dot[] => {
    const bill = data.costs.get(point.id)?.sampled ?? null;
    return bill === null || bill <= 0 ? [] : [{ point, bill }];
  });
  const rows = bills
    .filter(({ point }) => !movesEnd(point.role))
    .flatMap((dot) => {
      const sides = neighbours(dot, curveFor(dot, bills));
      return sides ? [compared(data, dot, sides)].filter((row) => row !== null) : [];
    });
  const adjusted = holm(rows.map(({ p }) => p)).map((p) => inReport(p, ["bills"], data.kinds));
  return rows.map((row, at) => ({ ...row, adjusted: adjusted[at] ?? 1 }));
}

/** Points of the family that has the natural end, of the same model and data set. */
function curveFor({ point }: Dot, bills: readonly Dot[]): readonly Dot[] {
  const same = bills.filter(({ point: other }) => other.model === point.model && other.dataset === point.dataset);
  const family = same.find(({ point: { role } }) => role === "natural")?.point.family;
  return same.filter(({ point: other }) => movesEnd(other.role) && other.family === family);
}

type Sides = Readonly<{ low: Dot; high: Dot; weight: number }>;

function neighbours({ bill }: Dot, curve: readonly Dot[]): Sides | null {
  const sorted = curve.toSorted((a, b) => a.bill - b.bill);
  const at = sorted.findIndex((dot) => dot.bill >= bill);
  const [low, high] = [sorted[at - 1], sorted[at]];
  if (!low || !high) return null;
  return { low, high, weight: Math.log2(bill / low.bill) / Math.log2(high.bill / low.bill) };
}

function compared(data: ExperimentData, { point, bill }: Dot, { low, high, weight }: Sides) {
  const [own, before, behind] = [point, low.point, high.point].map(({ id }) => data.grid.cells(id));
  const pairs = data.grid.problems.flatMap((_, at) => {
    const [mine, a, b] = [own, before, behind].map((cells) => share(cells, at));
    return mine === null || a === null || b === null || mine === undefined || a === undefined || b === undefined
      ? []
      : [{ mine, curve: a + weight * (b - a) }];
  });
  if (pairs.length < 2) return null;
  const differences = pairs.map(({ mine, curve }) => mine - curve);
  const { interval } = bootstrap({
    clusters: differences.map((difference) => [difference, 1]),
    statistic: ([sum = 0, problems = 1]) => sum / problems,
    resamples,
  });
  if (interval === null) return null;
  return {
    point,
    bill,
    accuracy: mean(pairs.map(({ mine }) => mine)),
    reference: mean(pairs.map(({ curve }) => curve)),
    difference: mean(differences),
    interval,
    problems: pairs.length,
    p: signFlip(differences).p,
  };
}

type Shares = Readonly<{ correct: readonly number[]; counted: readonly number[] }>;

const share = (cells: Shares | undefined, at: number): number | null => {
  const counted = cells?.counted[at] ?? 0;
  return counted > 0 ? (cells?.correct[at] ?? 0) / counted : null;
};

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
