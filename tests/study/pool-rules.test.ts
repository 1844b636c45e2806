import { describe, expect, it } from "vitest";
import { poolRules } from "../../src/study/pool-rules.ts";
import type { PoolAttempt } from "../../src/study/votes.ts";

const attempt = (problem: string, answer: string, thinking: number, more: Partial<PoolAttempt> = {}): PoolAttempt => ({
  problem,
  outcome: answer === "1" ? "correct" : "incorrect",
  answer,
  tokens: thinking + 2,
  score: null,
  thinking,
  confidences: null,
  ...more,
});

const same = (a: string, b: string) => a === b;
const pool = (problem: string, more: Partial<PoolAttempt> = {}) => [
  attempt(problem, "1", 3, more),
  attempt(problem, "2", 5, more),
  attempt(problem, "1", 7, more),
  attempt(problem, "1", 9, more),
];

describe("rules over a pool", () => {
  const rows = poolRules([...pool("p"), ...pool("q")], same);

  it("are held against the majority of all, at every k", () => {
    expect([...new Set(rows.map(({ rule }) => rule))]).toEqual([
      "majority",
      "first finish",
      "short-3",
      "early stopping, windows of 5",
      "adaptive consistency",
    ]);
    expect(rows.filter(({ rule }) => rule === "majority").map(({ k, tokens, time }) => [k, tokens, time])).toEqual([
      [1, 8, expect.closeTo(6, 9)],
      [2, 16, expect.closeTo((5 + 7 + 9 + 7 + 9 + 9) / 6, 9)],
      [4, 32, expect.closeTo(9, 9)],
    ]);
  });

  it("all cost what the majority costs at k = 1, and are right as often", () => {
    for (const { accuracy, tokens } of rows.filter(({ k }) => k === 1)) {
      expect(accuracy.value).toBeCloseTo(0.75, 12);
      expect(tokens).toBeCloseTo(8, 9);
    }
  });

  it("stop the losers: the first of four ends after 3 tokens", () => {
    const first = rows.find(({ rule, k }) => rule === "first finish" && k === 4);
    expect(first?.tokens).toBeCloseTo(14, 9);
    expect(first?.time).toBeCloseTo(3, 9);
  });

  it("need known lengths, and confidences where they ask for them", () => {
    expect(poolRules(pool("p", { thinking: null }), same)).toEqual([]);
    expect(poolRules([], same)).toEqual([]);
    const confident = poolRules(pool("p", { confidences: [1, 2, 3] }), same, { window: 2 });
    expect(new Set(confident.map(({ rule }) => rule)).size).toBe(5 + 9);
    const one = [...pool("p", { confidences: [1, 2, 3] }), ...pool("q")];
    expect(new Set(poolRules(one, same).map(({ rule }) => rule)).size).toBe(5);
  });
});
