import type { Tally } from "./accuracy.ts";
import type { Row } from "./resample.ts";

/** One scored attempt. `tokens`: whatever the curve is drawn against, usually thinking tokens. */
export type Attempted = Readonly<{ point: string; problem: string; epoch: number; correct: boolean; tokens: number }>;

/** A dot of a curve: `accuracy` a proportion, `tokens` the mean per attempt. */
export type Dot = Readonly<{ tokens: number; accuracy: number }>;

/**
 * Attempts folded for the cluster bootstrap. `clusters`: one row for each of `problems`, holding for each of
 * `points` in turn the problem's correct attempts, tokens and attempts. Points stand in the order of mean tokens.
 */
export type CurveTable = Readonly<{ points: readonly string[]; problems: readonly string[]; clusters: readonly Row[] }>;

/** Columns of a table for each point. */
export const COLUMNS = 3;

export function tabulate(attempts: readonly Attempted[]): CurveTable {
  const points = byTokens(attempts);
  const column = new Map(points.map((point, i) => [point, i * COLUMNS]));
  const rows = new Map<string, Float64Array>();
  for (const { problem, point, correct, tokens } of attempts) {
    const row = rows.get(problem) ?? new Float64Array(points.length * COLUMNS);
    rows.set(problem, row);
    [correct ? 1 : 0, tokens, 1].forEach((value, i) => {
      row[column.get(point)! + i]! += value;
    });
  }
  return { points, problems: [...rows.keys()], clusters: [...rows.values()] };
}

/** The dots of a curve from the column totals of its table; null for a point without attempts. */
export function dotsOf(totals: ArrayLike<number>): (Dot | null)[] {
  return Array.from({ length: totals.length / COLUMNS }, (_, point) => {
    const at = point * COLUMNS;
    const attempts = totals[at + 2]!;
    return attempts > 0 ? { accuracy: totals[at]! / attempts, tokens: totals[at + 1]! / attempts } : null;
  });
}

/** The tallies of each point of a table, problems in its order. */
export function talliesOf({ points, clusters }: CurveTable): Tally[][] {
  return points.map((_, point) =>
    clusters.map((row) => ({ correct: row[point * COLUMNS]!, attempts: row[point * COLUMNS + 2]! })),
  );
}

function byTokens(attempts: readonly Attempted[]): readonly string[] {
  const means = new Map<string, { sum: number; count: number }>();
  for (const { point, tokens } of attempts) {
    const { sum, count } = means.get(point) ?? { sum: 0, count: 0 };
    means.set(point, { sum: sum + tokens, count: count + 1 });
  }
  return [...means].sort(([, a], [, b]) => a.sum / a.count - b.sum / b.count).map(([point]) => point);
}
