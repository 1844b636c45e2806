import { describe, expect, it } from "vitest";
import { winnerOf } from "../../../src/methods/rebase/vote.ts";

const winner = (...candidates: readonly (readonly [string | null, number])[]): number =>
  winnerOf(
    candidates.map(([answer, score]) => ({ answer, score })),
    (a, b) => a.toLowerCase() === b.toLowerCase(),
  );

describe("winnerOf", () => {
  it("adds up the scores of equal answers, and lets the best of them speak", () => {
    expect(winner(["a", 0.9], ["b", 0.4], ["B", 0.6])).toBe(2);
  });

  it("gives a tie to the higher score, then to the first", () => {
    expect(winner(["a", 0.25], ["b", 0.5], ["a", 0.25])).toBe(1);
    expect(winner(["a", 0.5], ["b", 0.5])).toBe(0);
  });

  it("lets those without an answer abstain, and falls back on the score where all do", () => {
    expect(winner([null, 1], ["a", 0])).toBe(1);
    expect(winner([null, 0.1], [null, 0.8])).toBe(1);
  });
});
