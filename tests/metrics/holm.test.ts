import { expect, test } from "vitest";
import { holm } from "../../src/metrics/holm.ts";

const near = (ps: readonly (number | null)[]) => ps.map((p) => (p === null ? null : expect.closeTo(p, 12)));

test("four tests of 0.01, 0.04, 0.03, 0.005 are adjusted as in the worked example", () => {
  // values of multipletests(method="holm") in statsmodels 0.15.0
  expect(holm([0.01, 0.04, 0.03, 0.005])).toEqual(near([0.03, 0.06, 0.06, 0.02]));
});

test("an adjusted value is never below a smaller one's, nor above one", () => {
  expect(holm([0.02, 0.021, 0.9])).toEqual(near([0.06, 0.06, 0.9]));
  expect(holm([0.6, 0.7])).toEqual([1, 1]);
});

test("a test that could not be made is left out of the family", () => {
  expect(holm([0.01, null, 0.04])).toEqual(near([0.02, null, 0.04]));
  expect(holm([])).toEqual([]);
});
