import fc from "fast-check";
import { expect, test } from "vitest";
import { isotonic } from "../../src/metrics/isotonic.ts";

test("violators are pooled into their weighted mean", () => {
  expect(isotonic([1, 3, 2, 4])).toEqual([1, 2.5, 2.5, 4]);
  expect(isotonic([1, 3, 2, 4], [1, 3, 1, 1])).toEqual([1, 2.75, 2.75, 4]);
  expect(isotonic([4, 2, 3, 1], undefined, false)).toEqual([4, 2.5, 2.5, 1]);
  expect(isotonic([])).toEqual([]);
});

test("the fits are scikit-learn's", () => {
  // sklearn/tests/test_isotonic.py, and with weights IsotonicRegression of scikit-learn 1.9.1
  expect(isotonic([3, 7, 5, 9, 8, 7, 10])).toEqual([3, 6, 6, 8, 8, 8, 10]);
  const weighted = isotonic([0.3, 0.42, 0.38, 0.55, 0.51], [10, 20, 30, 40, 50]);
  [0.3, 0.396, 0.396, 0.527777778, 0.527777778].forEach((value, i) => expect(weighted[i]).toBeCloseTo(value, 8));
});

test("the fit is the min-max formula's, for any values and weights", () => {
  const cell = fc.record({ value: fc.integer({ min: 0, max: 20 }), weight: fc.integer({ min: 1, max: 5 }) });
  fc.assert(
    fc.property(fc.array(cell, { minLength: 1, maxLength: 9 }), (cells) => {
      const mean = (from: number, to: number) => {
        const part = cells.slice(from, to + 1);
        return part.reduce((sum, c) => sum + c.value * c.weight, 0) / part.reduce((sum, c) => sum + c.weight, 0);
      };
      const minMax = cells.map((_, i) =>
        Math.max(
          ...cells.slice(0, i + 1).map((_, from) => Math.min(...cells.slice(i).map((_, to) => mean(from, i + to)))),
        ),
      );
      const fit = isotonic(
        cells.map((c) => c.value),
        cells.map((c) => c.weight),
      );
      fit.forEach((value, i) => expect(value).toBeCloseTo(minMax[i]!, 9));
    }),
  );
});
