import { mostOf } from "../core/extremes.ts";
import type { Dot } from "./table.ts";

/** Bounds on thinking tokens, inclusive; a bound left out does not bind. */
export type Bounds = Readonly<{ least?: number; most?: number }>;

/** What a pair of dots is divided by: a doubling of tokens, or 1,000 more of them. */
export type Per = "doubling" | "1000 tokens";

/**
 * Control of arXiv 2501.19393, section 3.2: the share of runs, or of attempts, whose thinking tokens lie within their
 * bounds. The paper prints it for run means, in percent; here it is a proportion. Null without runs.
 */
export function control(runs: readonly (Bounds & Readonly<{ tokens: number }>)[]): number | null {
  if (runs.length === 0) return null;
  const kept = runs.filter(({ tokens, least = -Infinity, most = Infinity }) => least <= tokens && tokens <= most);
  return kept.length / runs.length;
}

/**
 * Scaling of arXiv 2501.19393: the mean slope of accuracy over all pairs of dots. The column the paper prints is
 * per doubling and in percentage points; here accuracies are proportions. Pairs at equal tokens, and per doubling
 * pairs with a dot at no tokens, have no slope and are left out. Null without a pair.
 */
export function scaling(dots: readonly Dot[], per: Per = "doubling"): number | null {
  const at = dots.map(({ tokens }) => (per === "doubling" ? Math.log2(tokens) : tokens / 1000));
  let [sum, pairs] = [0, 0];
  for (let i = 0; i < dots.length; i++)
    for (let j = i + 1; j < dots.length; j++) {
      const run = at[j]! - at[i]!;
      if (run === 0 || !Number.isFinite(run)) continue;
      sum += (dots[j]!.accuracy - dots[i]!.accuracy) / run;
      pairs++;
    }
  return pairs === 0 ? null : sum / pairs;
}

/**
 * Doublings by which two dots must lie apart for a slope between them to say anything: 15 % more tokens. The slope of a
 * nearer pair is the noise of its accuracies, many times enlarged.
 */
export const APART = 0.2;

/**
 * Scaling per doubling without the pairs that lie closer than `APART`, and of others those that `counts` leaves out. A
 * null is a dot without attempts. Null without a pair.
 */
export function scalingApart(
  dots: readonly (Dot | null)[],
  counts: (first: number, second: number) => boolean = () => true,
): number | null {
  const at = Float64Array.from(dots, (dot) => (dot && dot.tokens > 0 ? Math.log2(dot.tokens) : NaN));
  let [sum, pairs] = [0, 0];
  for (let i = 0; i < at.length; i++)
    for (let j = i + 1; j < at.length; j++) {
      const run = at[j]! - at[i]!; // not a number where a dot is missing, and then not apart
      if (!(Math.abs(run) >= APART) || !counts(i, j)) continue;
      sum += (dots[j]!.accuracy - dots[i]!.accuracy) / run;
      pairs++;
    }
  return pairs === 0 ? null : sum / pairs;
}

/** How many pairs of dots have a slope per doubling, and how many of them lie apart. */
export function pairsOf(dots: readonly Dot[]): Readonly<{ all: number; apart: number }> {
  const places = dots.filter(({ tokens }) => tokens > 0).map(({ tokens }) => Math.log2(tokens));
  const runs = places.flatMap((a, i) => places.slice(i + 1).map((b) => Math.abs(b - a))).filter((run) => run > 0);
  return { all: runs.length, apart: runs.filter((run) => run >= APART).length };
}

/** Performance of arXiv 2501.19393: the best accuracy of a sweep, a proportion. Null without dots. */
export function performance(dots: readonly Dot[]): number | null {
  return dots.length === 0 ? null : mostOf(dots.map(({ accuracy }) => accuracy));
}
