import { mostOf } from "../core/extremes.ts";
import { accuracy, type Tally } from "./accuracy.ts";
import type { Interval } from "./interval.ts";

/**
 * Interval of the best true accuracy of a sweep, from the tallies of each of its points (problems in one order). Taking
 * the largest of several noisy accuracies flatters it, and the bootstrap repeats the flattery: the lower limit is
 * therefore the best of the points' lower limits with the error shared out among the points that may be the best
 * (Bonferroni), the upper one the best of their upper limits. Null without attempts.
 */
export function bestAccuracyInterval(points: readonly (readonly Tally[])[], level = 0.95): Interval | null {
  const plain = points.flatMap((tallies) => accuracy(tallies, level) ?? []);
  if (plain.length === 0) return null;
  const shared = 1 - (1 - level) / contenders(points);
  const strict = points.flatMap((tallies) => accuracy(tallies, shared) ?? []);
  return {
    low: mostOf(strict.map(({ interval }) => interval.low)),
    high: mostOf(plain.map(({ interval }) => interval.high)),
  };
}

/**
 * How many points may be the best: those not further below the best one than the root of ln n standard errors of the
 * paired difference, a bound that lets no near rival slip but tells clear losers apart (Andrews and Soares, 2010).
 */
function contenders(points: readonly (readonly Tally[])[]): number {
  const values = points.map((tallies) => accuracy(tallies)?.value ?? -1);
  const best = values.indexOf(values.reduce((most, value) => Math.max(most, value)));
  return points.filter((tallies, i) => i === best || (values[i]! >= 0 && !isBelow(tallies, points[best]!))).length;
}

function isBelow(tallies: readonly Tally[], best: readonly Tally[]): boolean {
  const differences = best.flatMap((one, i) => {
    const other = tallies[i];
    return other && one.attempts > 0 && other.attempts > 0
      ? [one.correct / one.attempts - other.correct / other.attempts]
      : [];
  });
  const n = differences.length;
  const mean = differences.reduce((sum, d) => sum + d, 0) / n;
  const error = Math.sqrt(differences.reduce((sum, d) => sum + (d - mean) ** 2, 0)) / n;
  return mean > Math.sqrt(Math.log(n)) * Math.max(error, 1 / n);
}
