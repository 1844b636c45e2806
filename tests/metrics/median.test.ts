import { expect, test } from "vitest";
import { median, medianInterval } from "../../src/metrics/median.ts";
import { random } from "../../src/metrics/random.ts";

test.each([
  [[], null],
  [[3], 3],
  [[4, 1], 2.5],
  [[5, 1, 3], 3],
  [[1, 1, 1, 9], 1],
  [[1, 1, 9, 9], 5],
])("the median of %j is %j", (values, expected) => expect(median(values)).toBe(expected));

test("problems are drawn whole, with all their values", () => {
  expect(medianInterval([[7, 7], [7]])).toEqual({ estimate: 7, interval: { low: 7, high: 7 } });
  const two = medianInterval([
    [1, 1, 1],
    [9, 9],
  ]);
  expect(two).toEqual({ estimate: 1, interval: { low: 1, high: 9 } });
  expect(medianInterval([[], []])).toBeNull();
});

test("the interval of the median covers the true one about as often as it says", () => {
  const { uniform } = random(5);
  const covered = Array.from({ length: 200 }, () => {
    const { low, high } = medianInterval(Array.from({ length: 50 }, () => [uniform()]))!.interval;
    return low <= 0.5 && 0.5 <= high;
  });
  expect(covered.filter(Boolean).length).toBeGreaterThanOrEqual(180);
});
