import type { Interval } from "./interval.ts";
import { criticalValue } from "./normal.ts";
import type { Estimate } from "./accuracy.ts";

/**
 * Interval of the mean of one difference in [-1, 1] per problem (second minus first, averaged over epochs): normal, on
 * the differences and half a pseudo-problem as far up and down as the largest of them, or as 1 where there is none. On
 * single attempts half an entry is added to both kinds of disagreement, as by Agresti and Min (2005), who also add one
 * agreement. Null without problems.
 */
export function meanDifferenceInterval(differences: readonly number[], level = 0.95): Interval | null {
  if (differences.length === 0) return null;
  const n = differences.length + 1;
  const centre = differences.reduce((sum, d) => sum + d, 0) / n;
  const largest = differences.reduce((most, d) => Math.max(most, Math.abs(d)), 0) || 1;
  const squares = differences.reduce((sum, d) => sum + d * d, largest * largest);
  const half = (criticalValue(level) * Math.sqrt(squares / n - centre * centre)) / Math.sqrt(n);
  return { low: Math.max(-1, centre - half), high: Math.min(1, centre + half) };
}

/**
 * Interval of second minus first accuracy from independent arms: Newcombe's (1998) method 10, Wilson's limits squared
 * and added.
 */
export function unpairedInterval(first: Estimate, second: Estimate): Interval {
  const difference = second.value - first.value;
  return {
    low: difference - Math.hypot(second.value - second.interval.low, first.interval.high - first.value),
    high: difference + Math.hypot(second.interval.high - second.value, first.value - first.interval.low),
  };
}
