import { meanDifferenceInterval } from "./difference.ts";
import type { Interval } from "./interval.ts";
import { pairedInterval } from "./paired-interval.ts";

/** Whether one attempt was right before and after a step. */
export type Passed = Readonly<{ problem: string; before: boolean; after: boolean }>;

/** `change`: of accuracy, in [-1, 1], averaged over problems. Nulls without attempts. */
export type NetChange = Readonly<{ change: number | null; interval: Interval | null }>;

/**
 * What a step did on balance: the score interval with one attempt a problem, that of a mean over problems with several.
 */
export function netChange(passed: readonly Passed[]): NetChange {
  const byProblem = new Map<string, { sum: number; count: number }>();
  for (const { problem, before, after } of passed) {
    const own = byProblem.get(problem) ?? { sum: 0, count: 0 };
    byProblem.set(problem, { sum: own.sum + Number(after) - Number(before), count: own.count + 1 });
  }
  const differences = [...byProblem.values()].map(({ sum, count }) => sum / count);
  if (differences.length === 0) return { change: null, interval: null };
  const change = differences.reduce((total, difference) => total + difference, 0) / differences.length;
  return {
    change,
    interval: differences.length === passed.length ? ofSingles(passed) : meanDifferenceInterval(differences),
  };
}

const ofSingles = (passed: readonly Passed[]): Interval | null =>
  pairedInterval({
    onlyFirst: passed.filter(({ before, after }) => before && !after).length,
    onlySecond: passed.filter(({ before, after }) => !before && after).length,
    problems: passed.length,
  });
