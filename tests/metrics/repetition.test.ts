import fc from "fast-check";
import { expect, test } from "vitest";
import { repetitionLoop } from "../../src/metrics/repetition.ts";

const repeat = (ids: readonly number[], turns: number) => Array.from({ length: turns }, () => ids).flat();

test("a loop is found with its start, period and unfinished turn", () => {
  const ids = [9, 8, 7, ...repeat([1, 2, 3, 4], 7), 1, 2];
  expect(repetitionLoop(ids)).toEqual({ start: 3, period: 4, turns: 7.5, tokens: 30 });
});

test("the shortest period of a tail is the loop's", () => {
  expect(repetitionLoop(repeat([5], 40))).toMatchObject({ start: 0, period: 1, tokens: 40 });
});

test("a chain that came out of its loop, or turned too seldom or too shortly, has none", () => {
  expect(repetitionLoop([...repeat([1, 2], 30), 9])).toBeNull();
  expect(
    repetitionLoop(
      repeat(
        Array.from({ length: 30 }, (_, i) => i),
        2,
      ),
    ),
  ).toBeNull();
  expect(repetitionLoop(repeat([1, 2], 5))).toBeNull();
  expect(repetitionLoop([])).toBeNull();
});

test("it agrees with looking at every period of any short chain", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 40 }), (ids) => {
      const tail = (period: number) => {
        let start = ids.length - period;
        while (start > 0 && ids[start - 1] === ids[start - 1 + period]) start--;
        return ids.length - start;
      };
      const periods = ids
        .map((_, i) => i + 1)
        .filter((period) => period * 2 <= ids.length && tail(period) >= Math.max(4, 2 * period));
      const longest = Math.max(0, ...periods.map(tail));
      const found = repetitionLoop(ids, { turns: 2, tokens: 4 });
      expect(found?.tokens ?? 0).toBe(longest);
      expect(found?.period ?? 0).toBe(periods.find((period) => tail(period) === longest) ?? 0);
    }),
  );
});
