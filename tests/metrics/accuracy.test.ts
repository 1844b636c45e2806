import { expect, test } from "vitest";
import { accuracy, meanOfShares } from "../../src/metrics/accuracy.ts";
import { wilson } from "../../src/metrics/wilson.ts";

const tallies = (correct: readonly number[], attempts: number) => correct.map((c) => ({ correct: c, attempts }));

test("one attempt each is Wilson's interval", () => {
  const estimate = accuracy(tallies([1, 0, 0, 1, 1], 1))!;
  expect(estimate).toEqual({ value: 0.6, interval: wilson(3, 5), effective: 5 });
});

test("epochs that always agree add nothing", () => {
  const estimate = accuracy(tallies([4, 0, 0, 4, 4, 0, 4, 0, 0, 0], 4))!;
  expect(estimate.value).toBe(0.4);
  expect(estimate.effective).toBe(10);
});

test("epochs that differ freely count nearly in full", () => {
  const { effective } = accuracy(
    tallies(
      Array.from({ length: 300 }, (_, i) => [0, 1, 1, 2][i % 4]!),
      2,
    ),
  )!;
  expect(effective / 600).toBeGreaterThan(0.95);
  expect(effective / 600).toBeLessThan(1.05);
});

test("the design effect is that of cluster-robust errors", () => {
  // statsmodels 0.15.0, OLS on a constant with cov_type "cluster", use_correction False: variance 0.01475 against 0.55 x 0.45 / 40
  const ten = tallies([4, 3, 0, 1, 4, 2, 0, 4, 3, 1], 4);
  const { effective } = accuracy(Array.from({ length: 1000 }, () => ten).flat())!;
  expect(40_000 / effective).toBeCloseTo(2.3838, 3);
});

test("a point where all is right keeps the width of its problems", () => {
  expect(accuracy(tallies([8, 8, 8], 8))!.interval).toEqual(wilson(3, 3));
});

test("shares such as pass@k have an interval, and nothing attempted has none", () => {
  const { value, interval } = meanOfShares([0.5, 1, 0.25, 0.25])!;
  expect(value).toBe(0.5);
  expect(interval.low).toBeLessThan(0.3);
  expect([accuracy([]), accuracy([{ correct: 0, attempts: 0 }]), meanOfShares([])]).toEqual([null, null, null]);
});
