import { expect, test } from "vitest";
import { wilson } from "../../src/metrics/wilson.ts";

/** Newcombe (1998), Statistics in Medicine 17, 857-872, table I, method 3 (score, no continuity correction); statsmodels and scipy say the same. */
test.each([
  [81, 263, 0.2553, 0.3662],
  [15, 148, 0.0624, 0.1605],
  [0, 20, 0, 0.1611],
  [1, 29, 0.0061, 0.1718],
])("%d of %d is Newcombe's published interval", (successes, trials, low, high) => {
  const interval = wilson(successes, trials)!;
  expect(interval.low).toBeCloseTo(low, 4);
  expect(interval.high).toBeCloseTo(high, 4);
});

test("the interval is mirrored when right and wrong change places", () => {
  const [few, many] = [wilson(3, 30)!, wilson(27, 30)!];
  expect(many.low).toBeCloseTo(1 - few.high, 12);
  expect(many.high).toBeCloseTo(1 - few.low, 12);
});

test("it ends at 0 and 1 exactly, widens with the level and is unknown without trials", () => {
  expect(wilson(0, 7)!.low).toBe(0);
  expect(wilson(7, 7)!.high).toBe(1);
  expect(wilson(5, 10, 0.99)!.low).toBeLessThan(wilson(5, 10)!.low);
  expect(wilson(0, 0)).toBeNull();
});
