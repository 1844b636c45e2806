import { describe, expect, it } from "vitest";
import { confidenceMeasures, groupConfidences, percentile, stoppedAt } from "../../src/metrics/confidence.ts";
import {
  type Confident,
  confidenceVote,
  creditOfVoters,
  keepTop,
  onlineVote,
} from "../../src/metrics/confidence-votes.ts";
import numpy from "../fixtures/deepconf-numpy.json" with { type: "json" };
import { timed } from "./pools.ts";

const measures = ["mean", "tail", "lowest", "bottom"] as const;

describe("measures of confidence", () => {
  it.each(numpy.thoughts)("equal numpy's, windows of $window", ({ confidences, window, ...wanted }) => {
    for (const measure of measures)
      expect(confidenceMeasures[measure](confidences, window)).toBeCloseTo(wanted[measure], 9);
  });

  it.each(Object.entries(numpy.percentiles))("percentile %s equals numpy's", (q, wanted) => {
    expect(percentile(numpy.values, Number(q))).toBeCloseTo(wanted, 12);
  });

  it("are means over full windows, of all tokens where there is none", () => {
    expect(groupConfidences([1, 2, 6, 4], 2)).toEqual([1.5, 4, 5]);
    expect(groupConfidences([1, 2], 4)).toEqual([1.5]);
  });
});

describe("the online bar", () => {
  it.each([
    [[9, 9, 1, 1, 9], 2, 5, 4],
    [[9, 9, 1, 9, 9], 2, 5, null],
    [[1, 1, 1], 4, 5, null],
    [[1, 1, 9], 2, 5, 2],
  ])("stops %j, windows of %i below %i, at %j", (confidences, window, bar, wanted) => {
    expect(stoppedAt(confidences, window, bar)).toBe(wanted);
  });
});

const confident = (letter: string, confidences: readonly number[]): Confident => ({
  ...timed(letter, confidences.length, 1),
  confidences,
});

describe("confidence votes", () => {
  const voters = [3, 1, 2, 9, 2].map((confidence, at) => ({
    answer: "xAAxA"[at]!,
    correct: "xAAxA"[at] === "A",
    confidence,
  }));

  it("keep those at the percentile or above", () => {
    expect(keepTop(voters, 0.5).map(({ confidence }) => confidence)).toEqual([3, 2, 9, 2]);
    expect(keepTop(voters, 0.1).map(({ confidence }) => confidence)).toEqual([9]);
    expect(keepTop(voters, 1)).toHaveLength(5);
  });

  it("add up weights, or count", () => {
    expect(creditOfVoters(voters, true)).toBe(0);
    expect(creditOfVoters(voters, false)).toBe(1);
    expect(creditOfVoters([], true)).toBe(0);
  });

  it("differ by measure, share and weight on a pool worked by hand", () => {
    const pool = [confident("A", [9, 9]), confident("x", [1, 2]), confident("x", [1, 4])];
    const at = (more: Partial<Parameters<typeof confidenceVote>[0]>) =>
      confidenceVote({ measure: "mean", share: 1, weighted: true, window: 1, ...more })(pool, [3])[0]!;
    expect(at({})).toEqual({ k: 3, credit: 1, tokens: 9, time: 2, error: 0 }); // 9 against 1.5 + 2.5
    expect(at({ weighted: false }).credit).toBe(0);
    expect(at({ weighted: false, share: 0.1 }).credit).toBe(1);
    expect(at({ measure: "lowest" }).credit).toBe(1); // 9 against 1 + 1
  });

  it("online, stop thoughts below the warm-up's bar and pay for what they had", () => {
    const pool = [
      confident("A", [5, 5, 5, 5]),
      confident("A", [5, 5, 5, 5]),
      confident("x", [1, 1, 5, 5]),
      confident("x", [1, 1, 5, 5]),
    ];
    const [two, four] = onlineVote({ warmUp: 2, keep: 1, window: 2 }, { draws: 400 })(pool, [2, 4]);
    expect(two).toMatchObject({ tokens: 10, time: 4 });
    // both right in the warm-up (1 of 6 orders): the others stop after 2 tokens, without an answer; else the bar is 1 and none stops
    expect(four!.tokens).toBeGreaterThan(18);
    expect(four!.tokens).toBeLessThan(20);
    expect(four!.credit).toBe(1);
  });
});
