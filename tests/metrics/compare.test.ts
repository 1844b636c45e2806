import { expect, test } from "vitest";
import { adjusted, compare, type ProblemPair } from "../../src/metrics/compare.ts";
import { mcnemarExact } from "../../src/metrics/mcnemar.ts";
import { signFlip } from "../../src/metrics/permutation.ts";

const pair = (first: number, second: number, attempts = 1): ProblemPair => ({
  problem: `${first}${second}`,
  first: { correct: first, attempts },
  second: { correct: second, attempts },
});

const times = (count: number, row: ProblemPair) => Array<ProblemPair>(count).fill(row);

const TABLE = [...times(10, pair(1, 1)), ...times(2, pair(1, 0)), ...times(11, pair(0, 1)), ...times(7, pair(0, 0))];

test("shared arms of one epoch are McNemar's, paired by problem", () => {
  const { difference, p, test: name, problems, interval } = compare(TABLE);
  expect([difference, p, name, problems]).toEqual([
    expect.closeTo(0.3, 12),
    mcnemarExact(2, 11).p,
    "mcnemar-exact",
    30,
  ]);
  expect(interval!.low).toBeGreaterThan(0);
});

test("independent arms of the same numbers are less certain", () => {
  const [shared, independent] = [compare(TABLE), compare(TABLE, { arms: "independent" })];
  expect(independent.difference).toBeCloseTo(shared.difference!, 12);
  expect(independent.test).toBe("permutation");
  expect(independent.p!).toBeGreaterThan(shared.p!);
  expect(independent.interval!.high - independent.interval!.low).toBeGreaterThan(
    shared.interval!.high - shared.interval!.low,
  );
});

test("epochs are folded into their problem and tested by sign flips", () => {
  const pairs = [...times(8, pair(1, 3, 4)), ...times(2, pair(2, 1, 4)), ...times(10, pair(2, 2, 4))];
  const { difference, p, test: name } = compare(pairs);
  expect(difference).toBeCloseTo(14 / 80, 12);
  expect(name).toBe("sign-flip");
  expect(p).toBeCloseTo(24 / 1024, 12); // of 1024 sign choices 12 reach 14, and 12 reach -14
});

test("unequal numbers of epochs are brought to one number and counted exactly", () => {
  const pairs: ProblemPair[] = [
    ...times(6, { problem: "a", first: { correct: 0, attempts: 2 }, second: { correct: 3, attempts: 3 } }),
    ...times(3, { problem: "b", first: { correct: 1, attempts: 2 }, second: { correct: 2, attempts: 3 } }),
  ];
  expect(compare(pairs).p).toBe(signFlip([...Array<number>(6).fill(6), ...Array<number>(3).fill(1)]).p); // of six: 6 less 0, 4 less 3
});

test("a problem attempted at one point alone is left out when shared and kept when independent", () => {
  const pairs = [...TABLE, { problem: "half", first: { correct: 1, attempts: 1 }, second: null }];
  expect(compare(pairs)).toEqual(compare(TABLE));
  expect(compare(pairs, { arms: "independent" }).first!.value).toBeCloseTo(13 / 31, 12);
});

test("nothing to compare has no values, and leaves its family alone", () => {
  expect(compare([])).toMatchObject({ difference: null, interval: null, p: null, problems: 0 });
  expect(compare([], { arms: "independent" })).toMatchObject({ difference: null, interval: null, p: null });
  const p = mcnemarExact(2, 11).p;
  expect(adjusted([compare(TABLE), compare([]), compare(times(5, pair(1, 1)))])).toEqual([2 * p, null, 1]);
});
