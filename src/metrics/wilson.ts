import type { Interval } from "./interval.ts";
import { criticalValue } from "./normal.ts";

/**
 * Wilson's score interval for a proportion (Wilson, 1927; Newcombe, 1998, method 3), no continuity correction.
 * `successes` of `trials` independent problems, both counts; they need not be whole, so that an effective
 * number of trials can be given. Proportions in [0, 1]; null without trials, when nothing is known.
 */
export function wilson(successes: number, trials: number, level = 0.95): Interval | null {
  if (trials <= 0) return null;
  const z = criticalValue(level);
  const p = successes / trials;
  const spread = 1 + (z * z) / trials;
  const centre = (p + (z * z) / (2 * trials)) / spread;
  const half = (z / spread) * Math.sqrt((p * (1 - p)) / trials + (z * z) / (4 * trials * trials));
  return {
    low: successes <= 0 ? 0 : Math.max(0, centre - half),
    high: successes >= trials ? 1 : Math.min(1, centre + half),
  };
}
