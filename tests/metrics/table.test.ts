import { expect, test } from "vitest";
import { type Attempted, dotsOf, tabulate } from "../../src/metrics/table.ts";

const attempt = (point: string, problem: string, correct: boolean, tokens: number): Attempted => ({
  point,
  problem,
  epoch: 0,
  correct,
  tokens,
});

const TABLE = tabulate([
  attempt("long", "p", true, 40),
  attempt("long", "q", true, 60),
  attempt("short", "p", true, 10),
  attempt("short", "p", false, 12),
  attempt("short", "q", false, 14),
]);

test("attempts fold into a row for each problem, points in the order of their mean tokens", () => {
  expect(TABLE.points).toEqual(["short", "long"]);
  expect(TABLE.problems).toEqual(["p", "q"]);
  expect(TABLE.clusters.map((row) => Array.from(row))).toEqual([
    [1, 22, 2, 1, 40, 1],
    [0, 14, 1, 1, 60, 1],
  ]);
});

test("totals give the dots back, and none where nothing was attempted", () => {
  expect(dotsOf([1, 36, 3, 2, 100, 2])).toEqual([
    { accuracy: 1 / 3, tokens: 12 },
    { accuracy: 1, tokens: 50 },
  ]);
  expect(dotsOf([0, 0, 0])).toEqual([null]);
});
