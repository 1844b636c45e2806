import { expect, test } from "vitest";
import { accuracy } from "../../src/metrics/accuracy.ts";
import { meanDifferenceInterval, unpairedInterval } from "../../src/metrics/difference.ts";
import { pairedInterval, tangoInterval } from "../../src/metrics/paired-interval.ts";

const once = (correct: number, problems: number) =>
  accuracy(Array.from({ length: problems }, (_, i) => ({ correct: i < correct ? 1 : 0, attempts: 1 })))!;

/** Newcombe (1998), Statistics in Medicine 17, 873-890, table II, method 10; statsmodels says the same. */
test.each([
  [56, 70, 48, 80, 0.0524, 0.3339],
  [9, 10, 3, 10, 0.1705, 0.809],
  [5, 56, 0, 29, -0.0381, 0.1926],
])("%d/%d less %d/%d has Newcombe's published interval", (a, m, b, n, low, high) => {
  const interval = unpairedInterval(once(b, n), once(a, m));
  expect(interval.low).toBeCloseTo(low, 4);
  expect(interval.high).toBeCloseTo(high, 4);
});

/**
 * The airway table of Bentur et al. in Fagerland, Lydersen and Laake (2013), BMC Medical Research Methodology 13:91, and the
 * example of scoreci.mp in the R package PropCIs; values from the score statistic with its nuisance maximised numerically (scipy).
 */
test.each([
  [7, 1, 21, -0.517232, -0.026003],
  [40, 20, 160, -0.218064, -0.030865],
  [25, 28, 618, -0.018785, 0.028732],
])("%d and %d disagreements of %d have Tango's score interval", (onlyFirst, onlySecond, problems, low, high) => {
  const interval = tangoInterval({ onlyFirst, onlySecond, problems })!;
  expect(interval.low).toBeCloseTo(low, 5);
  expect(interval.high).toBeCloseTo(high, 5);
  if (problems > 60) expect(pairedInterval({ onlyFirst, onlySecond, problems })).toEqual(interval);
});

test("for few problems the mid-p of the airway table is summed over all tables", () => {
  // the same sum with scipy's multinomial and a numerical maximum: mid-p passes 0.025 at these limits
  const interval = pairedInterval({ onlyFirst: 7, onlySecond: 1, problems: 21 })!;
  expect(interval.low).toBeCloseTo(-0.52267, 4);
  expect(interval.high).toBeCloseTo(-0.02362, 4);
});

test("a lone problem bounds next to nothing, and full agreement in one direction reaches the end", () => {
  expect(pairedInterval({ onlyFirst: 0, onlySecond: 1, problems: 1 })!.low).toBeLessThan(-0.8);
  expect(pairedInterval({ onlyFirst: 0, onlySecond: 30, problems: 30 })!.high).toBe(1);
});

test("the interval of means is close to Agresti and Min's, who add an agreement as well", () => {
  // diffpropci.mp(40, 20, 160) of the R package PropCIs: -0.2160 to -0.0309
  const { low, high } = meanDifferenceInterval([...Array(40).fill(-1), ...Array(20).fill(1), ...Array(100).fill(0)])!;
  expect(Math.abs(low + 0.216)).toBeLessThan(0.002);
  expect(Math.abs(high + 0.0309)).toBeLessThan(0.002);
});

test("exchanging the points mirrors the interval", () => {
  const [one, other] = [
    pairedInterval({ onlyFirst: 3, onlySecond: 9, problems: 40 })!,
    pairedInterval({ onlyFirst: 9, onlySecond: 3, problems: 40 })!,
  ];
  expect(one.low).toBeCloseTo(-other.high, 9);
  expect(one.high).toBeCloseTo(-other.low, 9);
});

test("agreement everywhere still leaves a width, the smaller the more problems there are", () => {
  for (const problems of [30, 200]) {
    const { low, high } = pairedInterval({ onlyFirst: 0, onlySecond: 0, problems })!;
    expect(high).toBeCloseTo(problems === 30 ? 0.09503 : 3.8415 / (problems + 3.8415), 3); // 1 - 0.05 ** (1 / 30) where tables are summed
    expect(low).toBeCloseTo(-high, 9);
    expect(meanDifferenceInterval(Array(problems).fill(0))!.high).toBeGreaterThan(1 / problems);
  }
});

test("the interval of means is the adjusted Wald interval on ones and zeros", () => {
  const [n, gain] = [41, 6];
  const half = (1.959964 * Math.sqrt(13 / n - (gain / n) ** 2)) / Math.sqrt(n); // 9 + 3 disagreements and twice a half
  const { low, high } = meanDifferenceInterval([...Array(9).fill(1), ...Array(3).fill(-1), ...Array(28).fill(0)])!;
  expect(low).toBeCloseTo(gain / n - half, 6);
  expect(high).toBeCloseTo(gain / n + half, 6);
});

test("no problems, no interval", () => {
  expect([pairedInterval({ onlyFirst: 0, onlySecond: 0, problems: 0 }), meanDifferenceInterval([])]).toEqual([
    null,
    null,
  ]);
});
