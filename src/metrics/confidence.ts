import { leastOf } from "../core/extremes.ts";
/**
 * DeepConf's measures of a thought (arXiv 2508.15260; deepconf/utils.py), from the confidences of its tokens: minus
 * the mean log-probability of the likeliest candidates at each, so that high is sure. Windows are counted in tokens.
 * All are means of confidences, and NaN of an empty thought.
 */
export const confidenceMeasures = {
  /** Of all tokens. */
  mean: (confidences: readonly number[]): number => mean(confidences),
  /** Of the last window. */
  tail: (confidences: readonly number[], window: number): number => mean(confidences.slice(-window)),
  /** Of the least confident window. */
  lowest: (confidences: readonly number[], window: number): number => leastOf(groupConfidences(confidences, window)),
  /** Of the least confident tenth of the windows; of one, where there are fewer than twenty. */
  bottom: (confidences: readonly number[], window: number): number => {
    const groups = [...groupConfidences(confidences, window)].sort((a, b) => a - b);
    return mean(groups.slice(0, Math.max(1, Math.floor(groups.length * 0.1))));
  },
} as const;

export type ConfidenceMeasure = keyof typeof confidenceMeasures;

/** Group confidences: means of every full window of neighbours; of all tokens where they are fewer than a window. */
export function groupConfidences(confidences: readonly number[], window: number): readonly number[] {
  if (confidences.length < window) return [mean(confidences)];
  let sum = confidences.slice(0, window).reduce((total, value) => total + value, 0);
  const means = [sum / window];
  for (let end = window; end < confidences.length; end++) {
    sum += confidences[end]! - confidences[end - window]!;
    means.push(sum / window);
  }
  return means;
}

/** Tokens of a thought when its first full window falls below the bar, or null where none does. */
export function stoppedAt(confidences: readonly number[], window: number, bar: number): number | null {
  if (confidences.length < window) return null;
  const first = groupConfidences(confidences, window).findIndex((value) => value < bar);
  return first < 0 ? null : first + window;
}

/** Percentile q (0 to 100) as numpy has it: linear between the two nearest values. Throws of no values. */
export function percentile(values: readonly number[], q: number): number {
  if (values.length === 0) throw new Error("percentile of no values");
  const sorted = [...values].sort((a, b) => a - b);
  const at = ((sorted.length - 1) * q) / 100;
  const [low, high] = [sorted[Math.floor(at)]!, sorted[Math.ceil(at)]!];
  return low + (high - low) * (at - Math.floor(at));
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
