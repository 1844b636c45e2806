/**
 * Holm's step-down adjustment of a family of p-values (Holm, 1979), in the order given. Compare each with the
 * level wanted for the whole family: the chance of any false rejection is then at most that level, whatever
 * the dependence between the tests. A null (a test that could not be made) stays null and is not counted.
 */
export function holm<P extends number | null>(ps: readonly P[]): P[] {
  const order = ps.flatMap((p, index) => (p === null ? [] : [{ p: p as number, index }])).sort((a, b) => a.p - b.p);
  const adjusted: (number | null)[] = ps.map(() => null);
  let floor = 0;
  order.forEach(({ p, index }, rank) => {
    floor = Math.max(floor, Math.min(1, (order.length - rank) * p));
    adjusted[index] = floor;
  });
  return adjusted as P[];
}

/** A p-value and the share of the level that it starts with, in any unit. */
export type Weighted = Readonly<{ p: number | null; weight: number }>;

/**
 * Holm's adjustment with unequal shares of the level (Holm, 1979, section 4): a hypothesis starts with its weight's
 * part of the level, and what was rejected leaves its part to the others. With equal weights the same as `holm`.
 */
export function weightedHolm(tests: readonly Weighted[]): (number | null)[] {
  const order = tests
    .flatMap(({ p, weight }, index) => (p === null ? [] : [{ index, weight, ratio: p / weight }]))
    .sort((a, b) => a.ratio - b.ratio);
  const adjusted: (number | null)[] = tests.map(() => null);
  let left = order.reduce((sum, { weight }) => sum + weight, 0);
  let floor = 0;
  for (const { index, weight, ratio } of order) {
    floor = Math.max(floor, Math.min(1, left * ratio));
    adjusted[index] = floor;
    left -= weight;
  }
  return adjusted;
}
