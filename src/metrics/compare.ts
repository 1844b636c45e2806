import { accuracy, type Estimate, type Tally } from "./accuracy.ts";
import { meanDifferenceInterval, unpairedInterval } from "./difference.ts";
import { holm } from "./holm.ts";
import type { Interval } from "./interval.ts";
import { mcnemarExact } from "./mcnemar.ts";
import { pairedInterval } from "./paired-interval.ts";
import { signFlip, twoSamplePermutation } from "./permutation.ts";

/** One problem's tallies at two points; null where it was not attempted at one of them. */
export type ProblemPair = Readonly<{ problem: string; first: Tally | null; second: Tally | null }>;

/**
 * `shared`: the points are cuts of the same chains, or at least answer the same problems, and are paired by problem.
 * `independent`: arms apart; nothing is paired.
 */
export type Arms = "shared" | "independent";

/** `difference`: second minus first accuracy with its interval; `p`: two-sided, of no difference. */
export type Comparison = Readonly<{
  first: Estimate | null;
  second: Estimate | null;
  difference: number | null;
  interval: Interval | null;
  p: number | null;
  test: "mcnemar-exact" | "sign-flip" | "permutation";
  /** Problems compared: those attempted at both points when shared, the smaller arm when independent. */
  problems: number;
}>;

type Options = Readonly<{ arms?: Arms; level?: number; seed?: number }>;

/**
 * Compares two points: exact McNemar or sign flips by problem when shared, a two-sample permutation when independent.
 */
export function compare(pairs: readonly ProblemPair[], options: Options = {}): Comparison {
  return options.arms === "independent" ? compareIndependent(pairs, options) : compareShared(pairs, options);
}

/** Holm-adjusted p-values of a family of comparisons, in its order. */
export function adjusted(family: readonly Comparison[]): (number | null)[] {
  return holm(family.map(({ p }) => p));
}

function compareShared(pairs: readonly ProblemPair[], { level = 0.95, seed = 1 }: Options): Comparison {
  const both = pairs.flatMap(({ first, second }) => (attempted(first) && attempted(second) ? [{ first, second }] : []));
  const differences = both.map(({ first, second }) => share(second) - share(first));
  const [first, second] = [
    accuracy(
      both.map((pair) => pair.first),
      level,
    ),
    accuracy(
      both.map((pair) => pair.second),
      level,
    ),
  ];
  const common = { first, second, difference: mean(differences), problems: both.length };
  if (!both.every((pair) => pair.first.attempts === 1 && pair.second.attempts === 1)) {
    const p = both.length === 0 ? null : signFlip(whole(both), { seed }).p;
    return { ...common, interval: meanDifferenceInterval(differences, level), p, test: "sign-flip" };
  }
  const [onlyFirst, onlySecond] = [-1, 1].map((sign) => differences.filter((d) => d === sign).length) as [
    number,
    number,
  ];
  const interval = pairedInterval({ onlyFirst, onlySecond, problems: both.length }, level);
  return {
    ...common,
    interval,
    p: both.length === 0 ? null : mcnemarExact(onlyFirst, onlySecond).p,
    test: "mcnemar-exact",
  };
}

function compareIndependent(pairs: readonly ProblemPair[], { level = 0.95, seed = 1 }: Options): Comparison {
  const arms = [
    pairs.map((pair) => pair.first).filter(attempted),
    pairs.map((pair) => pair.second).filter(attempted),
  ] as const;
  const [first, second] = [accuracy(arms[0], level), accuracy(arms[1], level)];
  const problems = Math.min(arms[0].length, arms[1].length);
  if (!first || !second)
    return { first, second, difference: null, interval: null, p: null, test: "permutation", problems };
  const { p } = twoSamplePermutation(arms[0].map(share), arms[1].map(share), { seed });
  return {
    first,
    second,
    difference: second.value - first.value,
    interval: unpairedInterval(first, second),
    p,
    test: "permutation",
    problems,
  };
}

/**
 * Differences in correct attempts, of the least number of epochs that all of them divide: whole, so that they can be
 * counted exactly.
 */
function whole(both: readonly Readonly<{ first: Tally; second: Tally }>[]): readonly number[] {
  const epochs = [...new Set(both.flatMap(({ first, second }) => [first.attempts, second.attempts]))].reduce(
    commonMultiple,
    1,
  );
  if (!Number.isSafeInteger(epochs)) return both.map(({ first, second }) => share(second) - share(first));
  return both.map(
    ({ first, second }) => second.correct * (epochs / second.attempts) - first.correct * (epochs / first.attempts),
  );
}

const commonMultiple = (a: number, b: number): number => (a / divisor(a, b)) * b;

const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));

const attempted = (tally: Tally | null): tally is Tally => tally !== null && tally.attempts > 0;

const share = ({ correct, attempts }: Tally) => correct / attempts;

const mean = (values: readonly number[]) =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
