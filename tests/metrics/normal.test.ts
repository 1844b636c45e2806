import { expect, test } from "vitest";
import { criticalValue, normalCdf, normalQuantile } from "../../src/metrics/normal.ts";

test.each([
  [-8, 6.220960574271785e-16],
  [-3.5, 0.00023262907903552504],
  [-1.96, 0.024997895148220435],
  [0, 0.5],
  [0.5, 0.691462461274013],
  [2.9, 0.998134186699616],
  [5, 0.9999997133484281],
])("the normal distribution at %d is %d", (z, chance) => {
  expect(Math.abs(normalCdf(z) / chance - 1)).toBeLessThan(1e-12);
});

test.each([
  [0.975, 1.959963984540054],
  [0.9, 1.2815515655446004],
  [0.3, -0.5244005127080409],
  [1e-10, -6.361340902404056],
  [0.5, 0],
])("the normal quantile of %d is %d", (probability, z) => {
  expect(normalQuantile(probability)).toBeCloseTo(z, 12);
});

// the values above are those of scipy.stats.norm 1.17.1
test("quantile and distribution undo one another, and certainty is infinitely far away", () => {
  for (let z = -6; z <= 6; z += 0.25) expect(normalQuantile(normalCdf(z))).toBeCloseTo(z, 6);
  expect([normalQuantile(0), normalQuantile(1)]).toEqual([-Infinity, Infinity]);
  expect(criticalValue(0.95)).toBeCloseTo(1.959964, 6);
});
