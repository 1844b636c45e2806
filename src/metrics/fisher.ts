import { logChoose } from "./binomial.ts";

/** Won and lost problems of one group: those on which two points disagree. */
export type Split = Readonly<{ won: number; lost: number }>;

/**
 * Fisher's exact test of two groups (two-sided, counts): whether a disagreement is a gain as often in one as in the
 * other. Of matched pairs this is the exact test of an interaction of setting and group in a conditional logistic
 * regression: problems on which the points agree say nothing of it (Breslow and Day, 1980). No disagreement: p = 1.
 */
export function fisherExact(a: Split, b: Split): number {
  const [first, second, won] = [a.won + a.lost, b.won + b.lost, a.won + b.won];
  const chance = (k: number): number =>
    Math.exp(logChoose(first, k) + logChoose(second, won - k) - logChoose(first + second, won));
  const observed = chance(a.won);
  let p = 0;
  for (let k = Math.max(0, won - second); k <= Math.min(first, won); k++) {
    const own = chance(k);
    if (own <= observed * (1 + 1e-9)) p += own;
  }
  return Math.min(1, p);
}
