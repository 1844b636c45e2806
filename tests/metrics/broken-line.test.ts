import { expect, test } from "vitest";
import { brokenLine } from "../../src/metrics/broken-line.ts";
import { solve } from "../../src/metrics/solve.ts";

const TOKENS = [250, 500, 1000, 2000, 4000, 8000, 16000];

const bent = (knee: number, after: number) =>
  TOKENS.map((tokens) => ({
    tokens,
    accuracy: 0.6 + 0.1 * Math.min(0, Math.log2(tokens / knee)) + after * Math.max(0, Math.log2(tokens / knee)),
  }));

test.each([
  [2000, 0],
  [2000, -0.05],
  [2896, 0.02],
])("a bend at %d tokens with a slope of %d after it is found", (knee, after) => {
  const fit = brokenLine(bent(knee, after))!;
  expect(Math.abs(Math.log2(fit.knee / knee))).toBeLessThan(0.06);
  expect(fit.before).toBeCloseTo(0.1, 2);
  expect(fit.after).toBeCloseTo(after, 2);
});

test("three dots are too few", () => {
  expect(brokenLine(bent(2000, 0).slice(0, 3))).toBeNull();
  expect(brokenLine([{ tokens: 0, accuracy: 0 }, ...bent(2000, 0).slice(0, 3)])).toBeNull();
});

test("equations are solved with row exchange, singular ones not", () => {
  expect(
    solve(
      [
        [0, 2],
        [1, 1],
      ],
      [4, 3],
    ),
  ).toEqual([1, 2]);
  expect(
    solve(
      [
        [1, 2],
        [2, 4],
      ],
      [1, 2],
    ),
  ).toBeNull();
});
