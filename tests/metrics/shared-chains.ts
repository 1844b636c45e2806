import { normalQuantile } from "../../src/metrics/normal.ts";
import type { Random } from "../../src/metrics/random.ts";
import { type CurveTable, tabulate } from "../../src/metrics/table.ts";

/** Budgets of the simulated curve in tokens. */
export const BUDGETS = [500, 1000, 2000, 4000, 8000];

/** Right or wrong at points of given accuracies, one row for each problem: normal scores that correlate between points. */
export function sharedChains(
  problems: number,
  accuracies: readonly number[],
  { uniform }: Random,
  correlation = 0.8,
): boolean[][] {
  const cuts = accuracies.map(normalQuantile);
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()); // Box and Muller (1958)
  return Array.from({ length: problems }, () => {
    const common = Math.sqrt(correlation) * normal();
    return cuts.map((cut) => common + Math.sqrt(1 - correlation) * normal() < cut);
  });
}

/** Accuracies that rise around a level, as far as its distance from 0 and 1 allows. */
export function risingAround(level: number): readonly number[] {
  const reach = 0.8 * Math.min(level, 1 - level, 0.25);
  return [-1, -0.5, 0, 0.5, 1].map((step) => level + step * reach);
}

/** The curve of such answers, every attempt spending its whole budget. */
export function tableOf(answers: readonly (readonly boolean[])[], budgets: readonly number[] = BUDGETS): CurveTable {
  return tabulate(
    answers.flatMap((row, i) =>
      row.map((correct, point) => ({
        point: `${budgets[point]}`,
        problem: `${i}`,
        epoch: 0,
        correct,
        tokens: budgets[point]!,
      })),
    ),
  );
}

export const SIZES = [30, 200, 500];

export const LEVELS = [0.05, 0.5, 0.95];
