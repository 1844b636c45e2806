import { expect, test } from "vitest";
import { logLinear, onLine } from "../../src/metrics/log-linear.ts";

test("a line in log2 tokens is found exactly", () => {
  const line = logLinear([500, 1000, 4000].map((tokens) => ({ tokens, accuracy: 0.1 + 0.05 * Math.log2(tokens) })))!;
  expect(line.slope).toBeCloseTo(0.05, 12);
  expect(line.intercept).toBeCloseTo(0.1, 12);
  expect(onLine(line, 2000)).toBeCloseTo(0.1 + 0.05 * Math.log2(2000), 12);
});

test("a weight of two counts a dot twice", () => {
  const [a, b, c] = [
    { tokens: 1, accuracy: 0 },
    { tokens: 2, accuracy: 0.9 },
    { tokens: 4, accuracy: 0.4 },
  ];
  expect(logLinear([a, b, c], [1, 1, 2])!.slope).toBeCloseTo(logLinear([a, b, c, c])!.slope, 12);
});

test("the lines are those of statsmodels' OLS and WLS on log2 tokens", () => {
  // statsmodels 0.15.0
  const dots = [0.3, 0.42, 0.38, 0.55, 0.51].map((accuracy, i) => ({ tokens: 512 * 2 ** i, accuracy }));
  const [plain, weighted] = [logLinear(dots)!, logLinear(dots, [10, 20, 30, 40, 50])!];
  expect([plain.intercept, plain.slope]).toEqual([expect.closeTo(-0.173, 10), expect.closeTo(0.055, 10)]);
  expect([weighted.intercept, weighted.slope]).toEqual([expect.closeTo(-0.118, 8), expect.closeTo(0.05028571, 8)]);
});

test("no tokens and equal tokens have no slope", () => {
  expect(
    logLinear([
      { tokens: 0, accuracy: 0 },
      { tokens: 8, accuracy: 1 },
    ]),
  ).toBeNull();
  expect(
    logLinear([
      { tokens: 8, accuracy: 0 },
      { tokens: 8, accuracy: 1 },
    ]),
  ).toBeNull();
});
