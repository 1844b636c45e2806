import { logFactorial } from "./binomial.ts";
import type { Interval } from "./interval.ts";
import { criticalValue } from "./normal.ts";
import { type Discordance, likeliestLoss, pairedScore } from "./paired-score.ts";

/** Beyond this number of problems the normal approximation of the score is as good as summing over tables. */
const FEW = 60;

/**
 * Interval of second minus first accuracy, paired by problem, one attempt each: the differences that the score test
 * does not reject. Up to 60 problems its mid-p is summed over every possible table, at the likeliest rates of
 * disagreement under the difference; beyond them it is Tango's interval. In [-1, 1]; null without problems.
 */
export function pairedInterval(table: Discordance, level = 0.95): Interval | null {
  const normal = tangoInterval(table, level);
  if (normal === null || table.problems > FEW) return normal;
  const mirrored = { ...table, onlyFirst: table.onlySecond, onlySecond: table.onlyFirst };
  return { low: lowestSummed(table, normal.low, level), high: -lowestSummed(mirrored, -normal.high, level) };
}

/** Tango's (1998) score interval. */
export function tangoInterval(table: Discordance, level = 0.95): Interval | null {
  if (table.problems === 0) return null;
  const z = criticalValue(level);
  const observed = (table.onlySecond - table.onlyFirst) / table.problems;
  return {
    low: bisect((difference) => pairedScore(table, difference) > z, -1, observed),
    high: bisect((difference) => pairedScore(table, difference) > -z, observed, 1),
  };
}

const STEP = 0.01;

/**
 * The lowest difference not rejected. The mid-p jumps where tables change their order, so it is sought from outside.
 */
function lowestSummed(table: Discordance, near: number, level: number): number {
  const ways = waysOf(table.problems);
  const isRejected = (difference: number) => midP(ways, table, difference) <= (1 - level) / 2;
  let outside = Math.max(-1, near - 10 * STEP);
  while (outside > -1 && !isRejected(outside)) outside = Math.max(-1, outside - 10 * STEP);
  if (!isRejected(outside + 1e-9)) return -1;
  while (isRejected(outside + STEP)) outside += STEP;
  return bisect(isRejected, outside, outside + STEP);
}

/** Chance of a larger score than the observed one under the difference, and half that of an equal one. */
function midP(ways: Ways, observed: Discordance, difference: number): number {
  const { problems } = observed;
  const loss = Math.max(likeliestLoss(observed, difference), -difference, 0);
  const [losses, gains, rest] = [loss, loss + difference, 1 - 2 * loss - difference].map((chance) =>
    powers(Math.max(0, chance), problems),
  ) as [number[], number[], number[]];
  const score = pairedScore(observed, difference);
  let chance = 0;
  for (let onlyFirst = 0; onlyFirst <= problems; onlyFirst++)
    for (let onlySecond = 0; onlyFirst + onlySecond <= problems; onlySecond++) {
      const weight =
        ways[onlyFirst]![onlySecond]! *
        losses[onlyFirst]! *
        gains[onlySecond]! *
        rest[problems - onlyFirst - onlySecond]!;
      if (weight < 1e-12) continue;
      const excess = pairedScore({ onlyFirst, onlySecond, problems }, difference) - score;
      if (excess > -1e-9) chance += excess > 1e-9 ? weight : weight / 2;
    }
  return chance;
}

/** In how many ways problems fall into a table: `ways[onlyFirst][onlySecond]`. */
type Ways = readonly (readonly number[])[];

function waysOf(problems: number): Ways {
  const ways = (b: number, c: number) =>
    Math.exp(logFactorial(problems) - logFactorial(b) - logFactorial(c) - logFactorial(problems - b - c));
  return Array.from({ length: problems + 1 }, (_, b) => Array.from({ length: problems - b + 1 }, (_, c) => ways(b, c)));
}

function powers(base: number, most: number): number[] {
  const found = [1];
  for (let i = 1; i <= most; i++) found.push(found[i - 1]! * base);
  return found;
}

/** Where a condition that holds at `low` stops holding before `high`. */
function bisect(holds: (x: number) => boolean, low: number, high: number): number {
  for (let step = 0; step < 60 && high - low > 1e-9; step++) {
    const middle = (low + high) / 2;
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
