import type { Tally } from "./accuracy.ts";
import { bootstrap } from "./bootstrap.ts";
import type { Interval } from "./interval.ts";

/**
 * Variance of single answers split in two: `problem` (some problems are harder) and `epoch` (the same problem is
 * answered differently when asked again). `share`: of the first in both; 1 under greedy decoding. `error`: of the
 * accuracy, as measured.
 */
export type Components = Readonly<{
  problem: number;
  epoch: number;
  share: number | null;
  error: number;
  problems: number;
  epochs: number;
}>;

/** Of one problem: how many values, their sum, and the sum of their squares. */
type Group = Readonly<{ count: number; sum: number; squares: number }>;

/** Totals over problems that the split is made of: problems, values, their sum and squares, sum²/count and count². */
const totalsOf = ({ count, sum, squares }: Group): readonly number[] => [
  1,
  count,
  sum,
  squares,
  (sum * sum) / count,
  count * count,
];

/**
 * One-way random-effects analysis of variance by the method of moments (Searle, Casella and McCulloch, 1992, section
 * 3.6), unequal numbers of epochs allowed. `groups`: the values of one problem each, 0 or 1 or any score. A negative
 * component is reported as 0. Null unless there are two problems and one of them has two epochs.
 */
export function varianceComponents(groups: readonly (readonly number[])[]): Components | null {
  const centre = mean(groups.flat());
  return split(columnSums(groups.map((group) => group.map((value) => value - centre)).map(groupOf)));
}

/** The same of answers that are right or wrong, with the interval of the share by cluster bootstrap over problems. */
export function varianceOfTallies(
  tallies: readonly Tally[],
  resamples = 1000,
): (Components & Readonly<{ interval: Interval | null }>) | null {
  const groups = tallies
    .filter(({ attempts }) => attempts > 0)
    .map(({ correct, attempts }) => ({ count: attempts, sum: correct, squares: correct }));
  const components = split(columnSums(groups));
  if (!components) return null;
  if (!isTelling(groups)) return { ...components, interval: null };
  const { interval } = bootstrap({
    clusters: groups.map(totalsOf),
    statistic: (totals) => split(totals)?.share ?? null,
    resamples,
  });
  return { ...components, interval };
}

/**
 * Ten problems solved at least once and ten missed at least once; with fewer, the resamples of a share say little of
 * it.
 */
const isTelling = (groups: readonly Group[]): boolean =>
  [({ sum }: Group) => sum > 0, ({ sum, count }: Group) => sum < count].every(
    (holds) => groups.filter(holds).length >= 10,
  );

const groupOf = (values: readonly number[]): Group => ({
  count: values.length,
  sum: values.reduce((a, b) => a + b, 0),
  squares: values.reduce((a, b) => a + b * b, 0),
});

const columnSums = (groups: readonly Group[]): readonly number[] =>
  groups
    .filter(({ count }) => count > 0)
    .map(totalsOf)
    .reduce((sums, row) => sums.map((sum, i) => sum + row[i]!), [0, 0, 0, 0, 0, 0]);

function split(totals: ArrayLike<number>): Components | null {
  const [problems, attempts, sum, squares, byProblem, counts] = [0, 1, 2, 3, 4, 5].map((i) => totals[i]!) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (problems < 2 || attempts === problems) return null;
  const between = Math.max(0, byProblem - (sum * sum) / attempts) / (problems - 1);
  const epoch = Math.max(0, squares - byProblem) / (attempts - problems);
  const epochs = (attempts - counts / attempts) / (problems - 1);
  const problem = Math.max(0, (between - epoch) / epochs);
  const share = problem + epoch > 0 ? problem / (problem + epoch) : null;
  return { problem, epoch, share, error: errorOfAccuracy({ problem, epoch }, { problems, epochs }), problems, epochs };
}

/**
 * Standard error of an accuracy over P problems and E epochs: what more epochs can reduce, and what only more problems
 * can.
 */
export function errorOfAccuracy(
  { problem, epoch }: Pick<Components, "problem" | "epoch">,
  { problems, epochs }: Pick<Components, "problems" | "epochs">,
): number {
  return Math.sqrt(problem / problems + epoch / (problems * epochs));
}

const mean = (values: readonly number[]) =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
