import { expect, test } from "vitest";
import { mcnemarExact } from "../../src/metrics/mcnemar.ts";
import { signFlip, twoSamplePermutation } from "../../src/metrics/permutation.ts";

const DARWIN = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48];

test("Darwin's maize has Fisher's 1726 of 32768 sign choices", () => {
  // Fisher (1935), The Design of Experiments, section 21; recounted by Odiase and Ogbonmwan (2007) and by scipy.stats.permutation_test
  expect(signFlip(DARWIN)).toEqual({ p: expect.closeTo(1726 / 32768, 12), exact: true });
});

test("drawn signs come close to counted ones, and the same seed gives the same value", () => {
  const halves = DARWIN.map((difference) => difference / 1024);
  const drawn = signFlip(halves, { draws: 20_000, seed: 5 });
  expect(drawn.exact).toBe(false);
  expect(Math.abs(drawn.p - 1726 / 32768)).toBeLessThan(0.006);
  expect(signFlip(halves, { draws: 20_000, seed: 5 })).toEqual(drawn);
});

test("on one epoch the sign-flip test is McNemar's exact test", () => {
  const differences = [...Array(6).fill(1), ...Array(16).fill(-1), ...Array(70).fill(0)];
  expect(signFlip(differences).p).toBeCloseTo(mcnemarExact(6, 16).p, 12);
});

test("the lady tasting tea is Fisher's 34 of 70", () => {
  // scipy.stats.fisher_exact says the same
  expect(twoSamplePermutation([1, 1, 1, 0], [1, 0, 0, 0])).toEqual({ p: expect.closeTo(34 / 70, 12), exact: true });
});

test("relabelled means come close to the counted value", () => {
  const [first, second] = [
    [0.5, 1, 1, 0.75, 1, 0.5],
    [0, 0.25, 0.5, 0, 0.25, 0.25],
  ];
  const { p, exact } = twoSamplePermutation(first, second, { draws: 20_000 });
  expect(exact).toBe(false);
  expect(Math.abs(p - 6 / 924)).toBeLessThan(0.002); // of 924 labellings, 3 choices of the equal values 0.5 on either side
});

test("a p-value bounded instead of drawn is never below the counted one, and stays below what the draws can tell", () => {
  const sums = Array.from({ length: 4000 }, (_, i) => (i % 9 < 5 ? 1 : -1));
  const bounded = signFlip(sums.map((value) => value * Math.SQRT2));
  expect(bounded.exact).toBe(false);
  expect(bounded.p).toBeGreaterThan(signFlip(sums).p);
  expect(bounded.p).toBeLessThan(1 / 10_001);
});

test("draws that end early tell the same as counting", () => {
  const sums = Array.from({ length: 4000 }, (_, i) => (i < 2000 + 15 ? 1 : -1) * (1 + (i % 3)));
  const [counted, drawn] = [signFlip(sums), signFlip(sums.map((value) => value * Math.SQRT2))];
  expect([counted.exact, drawn.exact]).toEqual([true, false]);
  expect(counted.p).toBeGreaterThan(0.3);
  expect(Math.abs(drawn.p / counted.p - 1)).toBeLessThan(0.2); // 400 extreme draws: an error of 5 %
});

test("the larger arm may stand on either side", () => {
  const [few, many] = [[0.5, 1, 1], Array.from({ length: 60 }, (_, i) => (i % 4) / 4)];
  expect(Math.abs(twoSamplePermutation(few, many).p - twoSamplePermutation(many, few).p)).toBeLessThan(0.02);
});

test("nothing to compare is no evidence", () => {
  expect(signFlip([]).p).toBe(1);
  expect(signFlip([0, 0]).p).toBe(1);
  expect(twoSamplePermutation([], [1]).p).toBe(1);
});
