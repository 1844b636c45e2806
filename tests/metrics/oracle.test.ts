import fc from "fast-check";
import { expect, test } from "vitest";
import { accuracyOf, oracle, tokensFor } from "../../src/metrics/oracle.ts";

test("each problem gets the cheapest budget that solves it, the cheapest gains first", () => {
  const path = oracle([
    [
      { cost: 0, value: 0 },
      { cost: 10, value: 1 },
      { cost: 20, value: 0 },
    ],
    [
      { cost: 0, value: 0 },
      { cost: 10, value: 0 },
      { cost: 20, value: 1 },
    ],
    [
      { cost: 0, value: 0 },
      { cost: 10, value: 0 },
      { cost: 20, value: 0 },
    ],
    [
      { cost: 0, value: 1 },
      { cost: 10, value: 1 },
      { cost: 20, value: 1 },
    ],
  ]);
  expect(path).toEqual([
    { tokens: 0, accuracy: 0.25 },
    { tokens: 2.5, accuracy: 0.5 },
    { tokens: 7.5, accuracy: 0.75 },
  ]);
  expect(accuracyOf(path, 5)).toBeCloseTo(0.625, 12);
  expect(accuracyOf(path, 99)).toBe(0.75);
  expect([tokensFor(path, 0.5), tokensFor(path, 0.9)]).toEqual([2.5, null]);
});

test("is above every fixed setting, whatever the problems", () => {
  const problem = fc.array(fc.record({ cost: fc.integer({ min: 0, max: 99 }), value: fc.constantFrom(0, 0.5, 1) }), {
    minLength: 4,
    maxLength: 4,
  });
  fc.assert(
    fc.property(fc.array(problem, { minLength: 1, maxLength: 12 }), (problems) => {
      const path = oracle(problems);
      const mean = (of: (settings: (typeof problems)[number]) => number) =>
        problems.reduce((sum, settings) => sum + of(settings), 0) / problems.length;
      for (const at of [0, 1, 2, 3]) {
        const [tokens, accuracy] = [mean((s) => s[at]!.cost), mean((s) => s[at]!.value)];
        expect(accuracyOf(path, tokens) ?? 1).toBeGreaterThanOrEqual(accuracy - 1e-9);
      }
    }),
  );
});

test("without problems there is nothing", () => {
  expect(oracle([])).toEqual([]);
});
