import { expect, test } from "vitest";
import { binomialCdf } from "../../src/metrics/binomial.ts";
import { normalCdf } from "../../src/metrics/normal.ts";
import { random } from "../../src/metrics/random.ts";
import { signSumTail } from "../../src/metrics/sign-sums.ts";

/** Every choice of signs, one by one. */
function enumerated(sizes: readonly number[], observed: number): number {
  let extreme = 0;
  for (let signs = 0; signs < 2 ** sizes.length; signs++) {
    const sum = sizes.reduce((total, size, i) => total + ((signs >> i) & 1 ? size : -size), 0);
    if (Math.abs(sum) >= observed) extreme++;
  }
  return extreme / 2 ** sizes.length;
}

test("small sums are the shares of all sign choices, to the last digit", () => {
  for (const sizes of [
    [1],
    [2, 2, 2],
    [1, 1, 2, 3, 5, 8],
    [7, 7, 7, 1, 1, 12, 3, 3, 3, 3],
    [6, 4, 2, 2, 2, 9, 9, 1, 30, 30, 30, 5],
  ])
    for (let observed = 0; observed <= sizes.reduce((a, b) => a + b); observed++)
      expect(signSumTail(sizes, observed)).toBe(enumerated(sizes, observed));
});

test("many equal sizes are the binomial, also where its ends are cut off", () => {
  for (const [n, observed] of [
    [1000, 60],
    [50_000, 0],
    [50_000, 500],
    [50_000, 2000],
  ] as const)
    expect(
      signSumTail(Array<number>(n).fill(1), observed)! / Math.min(1, 2 * binomialCdf((n - observed) / 2, n, 0.5)),
    ).toBeCloseTo(1, 6);
});

test("many unequal sizes come to the normal distribution", () => {
  const { below } = random(3);
  const sizes = Array.from({ length: 20_000 }, () => 1 + below(10));
  const deviation = Math.sqrt(sizes.reduce((sum, size) => sum + size * size, 0));
  for (const z of [0.5, 1, 2, 3]) {
    const step = sizes.reduce((a, b) => a + b) % 2; // sums are all even or all odd
    const observed = 2 * Math.round((z * deviation - step) / 2) + step;
    expect(signSumTail(sizes, observed)! / (2 * normalCdf(-(observed - 1) / deviation))).toBeCloseTo(1, 3);
  }
});

test("what cannot be is not quite 0, and what would take too long is left alone", () => {
  expect(signSumTail(Array<number>(50_000).fill(1), 50_000)).toBeGreaterThan(0);
  expect(signSumTail(Array<number>(50_000).fill(1), 50_000)).toBeLessThan(1e-50);
  expect(
    signSumTail(
      Array.from({ length: 20_000 }, (_, i) => 1 + i * 977),
      5,
    ),
  ).toBeNull();
});
