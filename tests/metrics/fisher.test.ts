import { expect, test } from "vitest";
import { fisherExact } from "../../src/metrics/fisher.ts";
import { holm, weightedHolm } from "../../src/metrics/holm.ts";

test("Fisher's exact test gives the values of R's fisher.test", () => {
  expect(fisherExact({ won: 3, lost: 1 }, { won: 1, lost: 3 })).toBeCloseTo(0.4857142857, 9);
  expect(fisherExact({ won: 6, lost: 21 }, { won: 75, lost: 6 })).toBeLessThan(1e-10);
  expect(fisherExact({ won: 10, lost: 2 }, { won: 3, lost: 15 })).toBeCloseTo(0.0005367241, 9);
});

test("groups without a disagreement tell nothing", () => {
  expect(fisherExact({ won: 0, lost: 0 }, { won: 8, lost: 3 })).toBe(1);
  expect(fisherExact({ won: 0, lost: 0 }, { won: 0, lost: 0 })).toBe(1);
});

test("Holm with equal weights is Holm, in any unit", () => {
  const ps = [0.01, 0.04, null, 0.03, 0.5];
  const weighted = weightedHolm(ps.map((p) => ({ p, weight: 3 })));
  holm(ps).forEach((p, i) => (p === null ? expect(weighted[i]).toBeNull() : expect(weighted[i]).toBeCloseTo(p, 12)));
});

test("a heavier hypothesis needs less, and leaves its part to the others", () => {
  const [heavy, light] = weightedHolm([
    { p: 0.03, weight: 3 },
    { p: 0.03, weight: 1 },
  ]);
  expect(heavy).toBeCloseTo(0.04, 12);
  expect(light).toBeCloseTo(0.04, 12);
  expect(
    weightedHolm([
      { p: 0.01, weight: 1 },
      { p: 0.9, weight: 3 },
    ]),
  ).toEqual([0.04, expect.closeTo(0.9, 12)]);
});
