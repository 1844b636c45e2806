import { quantile } from "./bootstrap.ts";
import type { Interval } from "./interval.ts";
import { random } from "./random.ts";

/** The middle value, or the mean of the two in the middle; null of nothing. */
export const median = (values: readonly number[]): number | null =>
  middle(
    [...values].sort((a, b) => a - b),
    () => 1,
    values.length,
  );

/** Of sorted values, each counted `weight(index)` times and `total` times together. */
function middle(sorted: readonly number[], weight: (at: number) => number, total: number): number | null {
  let passed = 0;
  let lower: number | null = null;
  for (let at = 0; at < sorted.length; at++) {
    const times = weight(at);
    passed += times;
    if (lower !== null && times > 0) return (lower + sorted[at]!) / 2;
    if (2 * passed > total) return sorted[at]!;
    if (2 * passed === total && times > 0) lower = sorted[at]!;
  }
  return lower;
}

const MOST_STEPS = 1e6;

/**
 * Median of all values with its 95 % interval by cluster bootstrap: problems are drawn with replacement, each with all
 * its values. Percentiles; the interval is as coarse as the values are. Null without values.
 */
export function medianInterval(
  problems: readonly (readonly number[])[],
  seed = 1,
): Readonly<{ estimate: number; interval: Interval }> | null {
  const asked = problems.filter((values) => values.length > 0);
  const values = asked
    .flatMap((own, problem) => own.map((value) => ({ value, problem })))
    .sort((a, b) => a.value - b.value);
  if (values.length === 0) return null;
  const [sorted, owners] = [values.map(({ value }) => value), values.map(({ problem }) => problem)];
  const { below } = random(seed);
  const resample = (): number => {
    const drawn = new Uint32Array(asked.length);
    let total = 0;
    for (let i = 0; i < asked.length; i++) {
      const problem = below(asked.length);
      drawn[problem]!++;
      total += asked[problem]!.length;
    }
    return middle(sorted, (at) => drawn[owners[at]!]!, total)!;
  };
  const resamples = Math.round(Math.min(2000, Math.max(200, MOST_STEPS / values.length)));
  const medians = Float64Array.from({ length: resamples }, resample).sort();
  return {
    estimate: middle(sorted, () => 1, sorted.length)!,
    interval: { low: quantile(medians, 0.025)!, high: quantile(medians, 0.975)! },
  };
}
