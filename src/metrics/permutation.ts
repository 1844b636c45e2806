import { logChoose } from "./binomial.ts";
import { random } from "./random.ts";
import { signSumTail } from "./sign-sums.ts";

/** A two-sided p-value; `exact` when every rearrangement was counted, else seeded random ones were drawn. */
export type Permuted = Readonly<{ p: number; exact: boolean }>;

type Draws = Readonly<{ draws?: number; seed?: number }>;

/**
 * Paired permutation test of two points on the same problems: one difference per problem (summed or averaged over
 * its epochs), whose sign is a fair coin when the points do not differ (Fisher, 1935). Whole differences are counted
 * exactly; others by 10,000 seeded draws, the data included among them. Where already Hoeffding's (1963) bound is
 * smaller than any p that the draws could give, the bound is used. No problems, or no difference anywhere: p = 1.
 */
export function signFlip(differences: readonly number[], { draws = 10_000, seed = 1 }: Draws = {}): Permuted {
  const sizes = differences.map(Math.abs).filter((size) => size > 0);
  const observed = Math.abs(differences.reduce((sum, difference) => sum + difference, 0));
  const counted = sizes.every(Number.isSafeInteger) ? signSumTail(sizes, observed) : null;
  if (counted !== null) return { p: counted, exact: true };
  const bound = 2 * Math.exp(-(observed ** 2) / (2 * sizes.reduce((sum, size) => sum + size * size, 0)));
  if (bound < 1 / (draws + 1)) return { p: bound, exact: false };
  return atLeast(observed, { draws, size: sizes.length }, flipper(sizes, seed));
}

/**
 * Permutation test of two points with independent arms: one value per problem and arm; without a difference the
 * arm is a random label. Values of 0 and 1 are counted exactly (the hypergeometric distribution of Fisher's test,
 * two-sided by the size of the difference), others by seeded draws. An empty arm: p = 1.
 */
export function twoSamplePermutation(
  first: readonly number[],
  second: readonly number[],
  { draws = 10_000, seed = 1 }: Draws = {},
): Permuted {
  if (first.length === 0 || second.length === 0) return { p: 1, exact: true };
  const pooled = [...first, ...second];
  if (pooled.every((value) => value === 0 || value === 1)) return { p: relabelExact(first, second), exact: true };
  const [few, many] = [first.length, second.length].sort((a, b) => a - b) as [number, number];
  const total = sum(pooled);
  const { below } = random(seed);
  return atLeast(Math.abs(sum(first) / first.length - sum(second) / second.length), { draws, size: few }, () => {
    let drawn = 0; // of the smaller arm; what is left makes the other
    for (let i = 0; i < few; i++) {
      swap(pooled, i, i + below(pooled.length - i));
      drawn += pooled[i]!;
    }
    return Math.abs(drawn / few - (total - drawn) / many);
  });
}

/** The size of the sum under random signs, each from a random bit. */
function flipper(sizes: readonly number[], seed: number): () => number {
  const { bits } = random(seed);
  const [values, total] = [Float64Array.from(sizes), sum(sizes)];
  return () => {
    let added = 0;
    for (let i = 0; i < values.length; i += 32) {
      let word = bits();
      for (let j = i; j < Math.min(i + 32, values.length); j++, word >>>= 1) if (word & 1) added += values[j]!;
    }
    return Math.abs(2 * added - total);
  };
}

function relabelExact(first: readonly number[], second: readonly number[]): number {
  const [n, m] = [first.length, second.length];
  const [right, solved] = [first.filter(Boolean).length, first.filter(Boolean).length + second.filter(Boolean).length];
  const gap = (x: number) => Math.abs(x * m - (solved - x) * n); // n m times the difference in accuracy, whole
  let p = 0;
  for (let x = Math.max(0, solved - m); x <= Math.min(n, solved); x++)
    if (gap(x) >= gap(right)) p += Math.exp(logChoose(n, x) + logChoose(m, solved - x) - logChoose(n + m, solved));
  return Math.min(1, p);
}

/** Draws of more values in all than this are stopped early; `ENOUGH` extreme ones then suffice. */
const MANY = 2e7;
const ENOUGH = 400;

/**
 * Counts the data among the draws, so the test keeps its level at any number of draws (Phipson and Smyth, 2010). Long
 * draws end with the 400th extreme one, which keeps the level too (Besag and Clifford, 1991).
 */
function atLeast(
  observed: number,
  { draws, size }: Readonly<{ draws: number; size: number }>,
  draw: () => number,
): Permuted {
  const enough = draws * size > MANY ? ENOUGH : Infinity;
  let extreme = 0;
  for (let i = 1; i <= draws; i++) {
    if (draw() >= observed - 1e-12 * (1 + observed)) extreme++;
    if (extreme === enough) return { p: extreme / i, exact: false };
  }
  return { p: (extreme + 1) / (draws + 1), exact: false };
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

function swap(values: number[], i: number, j: number): void {
  [values[i], values[j]] = [values[j]!, values[i]!];
}
