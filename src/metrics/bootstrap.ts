import { blocksOf } from "./blocks.ts";
import type { Interval } from "./interval.ts";
import { normalCdf, normalQuantile } from "./normal.ts";
import { eachResample, type Resampled, type Row, sums } from "./resample.ts";

/** A number from the column totals (reused between calls: do not keep them), null where it is undefined. */
export type Statistic = (totals: Float64Array) => number | null;

export type Resampling = Resampled &
  Readonly<{
    level?: number;
    /** Quantiles of the resamples, or bias-corrected and accelerated ones (Efron, 1987). */
    method?: "percentile" | "bca";
  }>;

/** `defined`: share of resamples in which the statistic exists; `error`: its standard deviation over them. */
export type Bootstrapped = Readonly<{
  estimate: number | null;
  interval: Interval | null;
  error: number | null;
  defined: number;
}>;

/**
 * Cluster bootstrap of one statistic: problems are drawn with replacement (in blocks where there are very many), never
 * attempts.
 */
export function bootstrap(options: Resampling & Readonly<{ statistic: Statistic }>): Bootstrapped {
  const { statistic } = options;
  const [only] = bootstrapAll({ ...options, statistics: (totals) => [statistic(totals)] });
  return only ?? { estimate: null, interval: null, error: null, defined: 0 };
}

/** The same resamples for several statistics of one curve; the results in the order of the statistics. */
export function bootstrapAll(
  options: Resampling & Readonly<{ statistics: (totals: Float64Array) => readonly (number | null)[] }>,
): Bootstrapped[] {
  const { clusters, statistics, resamples = 10_000, level = 0.95, method = "percentile" } = options;
  const estimates = [...statistics(sums(clusters))];
  if (clusters.length === 0)
    return estimates.map((estimate) => ({ estimate, interval: null, error: null, defined: 0 }));
  const draws = estimates.map(() => new Float64Array(resamples).fill(NaN));
  eachResample(options, (totals, resample) => {
    statistics(totals).forEach((value, i) => {
      if (value !== null) draws[i]![resample] = value;
    });
  });
  const left = method === "bca" ? jackknife(blocksOf(clusters), statistics) : null;
  return estimates.map((estimate, i) => {
    const sorted = draws[i]!.filter((value) => !Number.isNaN(value)).sort();
    const shape = left ? { estimate, left: left.map((values) => values[i] ?? null) } : null;
    return summary(sorted, { estimate, level, resamples, shape });
  });
}

/** The value below which a share of the sorted numbers lies: Hyndman and Fan's type 6, which suits intervals. */
export function quantile(sorted: ArrayLike<number>, share: number): number | null {
  if (sorted.length === 0) return null;
  const place = Math.min(Math.max(share * (sorted.length + 1) - 1, 0), sorted.length - 1);
  const below = sorted[Math.floor(place)]!;
  return below + (place - Math.floor(place)) * (sorted[Math.ceil(place)]! - below);
}

function jackknife(rows: readonly Row[], statistics: (totals: Float64Array) => readonly (number | null)[]) {
  const totals = sums(rows);
  return rows.map((row) => [...statistics(totals.map((total, c) => total - row[c]!))]);
}

type Shape = Readonly<{ estimate: number | null; left: readonly (number | null)[] }>;

function summary(
  sorted: Float64Array,
  {
    estimate,
    level,
    resamples,
    shape,
  }: Readonly<{ estimate: number | null; level: number; resamples: number; shape: Shape | null }>,
): Bootstrapped {
  const [low, high] = [0.5 - level / 2, 0.5 + level / 2].map((share) =>
    quantile(sorted, shape ? corrected(share, sorted, shape) : share),
  );
  const interval = estimate === null || low == null || high == null ? null : { low, high };
  return { estimate, interval, error: deviation(sorted), defined: sorted.length / resamples };
}

/**
 * Efron's (1987) corrected share: bias from the resamples below the estimate (ties half), acceleration from the
 * jackknife.
 */
function corrected(share: number, sorted: Float64Array, { estimate, left }: Shape): number {
  const below = sorted.reduce((count, value) => count + (value < estimate! ? 1 : value === estimate ? 0.5 : 0), 0);
  const bias = normalQuantile((below + 0.5) / (sorted.length + 1));
  const shifted = bias + normalQuantile(share);
  return normalCdf(bias + shifted / (1 - acceleration(left) * shifted));
}

function acceleration(left: readonly (number | null)[]): number {
  const values = left.filter((value) => value !== null);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const [squares, cubes] = [2, 3].map((power) => values.reduce((sum, value) => sum + (mean - value) ** power, 0)) as [
    number,
    number,
  ];
  return squares > 0 ? cubes / (6 * squares ** 1.5) : 0;
}

function deviation(values: Float64Array): number | null {
  if (values.length < 2) return null;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}
