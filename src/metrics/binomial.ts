/** Natural logarithm of n!, exact to rounding: summed below 1,000, Stirling's series above. */
export function logFactorial(n: number): number {
  if (n >= SUMMED) return (n + 0.5) * Math.log(n) - n + Math.log(2 * Math.PI) / 2 + 1 / (12 * n) - 1 / (360 * n ** 3);
  return TABLE[n] ?? missing(n);
}

/** Natural logarithm of "n choose k"; minus infinity where k is outside 0..n. */
export function logChoose(n: number, k: number): number {
  return k < 0 || k > n ? -Infinity : logFactorial(n) - logFactorial(k) - logFactorial(n - k);
}

/** Chance of exactly k successes in n trials of chance p. */
export function binomialPmf(k: number, n: number, p: number): number {
  if (p <= 0) return k === 0 ? 1 : 0;
  if (p >= 1) return k === n ? 1 : 0;
  return Math.exp(logChoose(n, k) + k * Math.log(p) + (n - k) * Math.log1p(-p));
}

/** Chance of at most k successes in n trials of chance p. */
export function binomialCdf(k: number, n: number, p: number): number {
  if (k < 0 || k >= n || p <= 0) return k < 0 ? 0 : 1;
  if (p >= 1) return 0;
  return k > n * p ? 1 - lowerTail(n - k - 1, n, 1 - p) : lowerTail(k, n, p);
}

/**
 * Summed downwards from k, which lies below the mean, each chance from the one above it, until nothing more is added.
 */
function lowerTail(k: number, n: number, p: number): number {
  let sum = 0;
  for (let chance = binomialPmf(k, n, p), i = k; chance > sum * 1e-17; i--) {
    sum += chance;
    chance *= (i / (n - i + 1)) * ((1 - p) / p);
  }
  return Math.min(1, sum);
}

const SUMMED = 1000;
const TABLE = Float64Array.from({ length: SUMMED }, (_, n) => n);
for (let n = 0, sum = 0; n < SUMMED; n++) TABLE[n] = sum += Math.log(Math.max(1, n));

function missing(n: number): never {
  throw new Error(`logFactorial wants a non-negative integer, not ${n}`);
}
