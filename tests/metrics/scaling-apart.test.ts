import { expect, test } from "vitest";
import { pairsOf, scaling, scalingApart } from "../../src/metrics/s1-metrics.ts";
import { summarise } from "../../src/metrics/curve.ts";

const curve = [
  { tokens: 16, accuracy: 0.3 },
  { tokens: 32, accuracy: 0.4 },
  { tokens: 52.22, accuracy: 0.713 },
  { tokens: 52.27, accuracy: 0.72 },
  { tokens: 104, accuracy: 0.87 },
];

test("two dots that lie on each other do not make the slope", () => {
  expect(100 * scaling(curve)!).toBeGreaterThan(60);
  expect(100 * scalingApart(curve)!).toBeGreaterThan(20);
  expect(100 * scalingApart(curve)!).toBeLessThan(40);
  expect(pairsOf(curve)).toEqual({ all: 10, apart: 9 });
});

test("of dots that lie apart it is s1's formula", () => {
  const apart = curve.filter((_, i) => i !== 2);
  expect(scalingApart(apart)).toBeCloseTo(scaling(apart)!, 12);
});

test("no pair apart, no slope", () => {
  expect(scalingApart(curve.slice(2, 4))).toBeNull();
  expect(scalingApart([])).toBeNull();
});

test("a pair whose tokens differ by no more than their noise is left out of the summary", () => {
  // At the second point two of forty problems think much longer: 20 % more on average, and not for certain.
  const clusters = Array.from({ length: 40 }, (_, i) =>
    Float64Array.from([i % 2, 100, 1, (i + (i < 2 ? 1 : 0)) % 2, i === 0 ? 900 : 100, 1, i % 4 === 0 ? 0 : 1, 400, 1]),
  );
  const table = { points: ["a", "b", "c"], problems: clusters.map((_, i) => `${i}`), clusters };
  const { scaling: plain, scalingApart: apart } = summarise(table, { resamples: 200 });
  const [a, b, c] = [0, 1, 2].map((p) => clusters.reduce((sum, row) => sum + row[3 * p]!, 0) / 40);
  const to = [Math.log2(400 / 100), Math.log2(400 / 120)];
  expect(apart.estimate).toBeCloseTo(((c! - a!) / to[0]! + (c! - b!) / to[1]!) / 2, 9);
  expect(plain.estimate).not.toBeCloseTo(apart.estimate!, 9);
});
