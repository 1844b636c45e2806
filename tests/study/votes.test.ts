import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type PoolAttempt, ballotsOf, ksUpTo, voteCurve } from "../../src/study/votes.ts";
import { bestOfK, type ScoredBallot, weightedVote } from "../../src/study/weighted.ts";

const attempt = (answer: string | null, right = false, more: Partial<PoolAttempt> = {}): PoolAttempt => ({
  problem: "p",
  outcome: answer === null ? "no-answer" : right ? "correct" : "incorrect",
  answer,
  tokens: 10,
  score: null,
  thinking: 8,
  confidences: null,
  ...more,
});

const same = (a: string, b: string) => Number(a) === Number(b);

describe("ballots", () => {
  it("are cast for one answer where the grader holds two for equal", () => {
    expect(ballotsOf([attempt("0.5", true), attempt(".5", true), attempt("2")], same)).toEqual([
      { answer: "0.5", correct: true },
      { answer: "0.5", correct: true },
      { answer: "2", correct: false },
    ]);
  });

  it("follow most verdicts where equal answers were graded both ways, and are wrong in a tie", () => {
    expect(
      ballotsOf([attempt("1", true), attempt("1.0"), attempt("01", true)], same).map(({ correct }) => correct),
    ).toEqual([true, true, true]);
    expect(ballotsOf([attempt("1", true), attempt("1.0")], same).map(({ correct }) => correct)).toEqual([false, false]);
  });

  it("are not cast without an answer", () => {
    expect(ballotsOf([attempt(null), attempt("7", false, { outcome: "cut" })], same)).toEqual([
      { answer: null, correct: false },
      { answer: null, correct: false },
    ]);
  });
});

describe("voteCurve", () => {
  const pool = [attempt("1", true), attempt("1", true), attempt("2"), attempt(null)];

  it("gives every smaller k from one pool", () => {
    const curve = voteCurve(pool, same);
    expect(curve.map(({ k, tokens }) => [k, tokens])).toEqual([
      [1, 10],
      [2, 20],
      [4, 40],
    ]);
    expect(curve.map(({ majority }) => majority?.value)).toEqual(
      [0.5, 4 / 6, 1].map((value) => expect.closeTo(value, 12)),
    );
    expect(curve.map(({ pass }) => pass?.value)).toEqual([0.5, 5 / 6, 1].map((value) => expect.closeTo(value, 12)));
    expect(curve[0]?.weighted).toBeNull();
  });

  it("averages over problems", () => {
    const second = [
      attempt("9", false, { problem: "q", tokens: 30 }),
      attempt("9", false, { problem: "q", tokens: 30 }),
      attempt("9", false, { problem: "q", tokens: 30 }),
      attempt("9", false, { problem: "q", tokens: 30 }),
    ];
    expect(voteCurve([...pool, ...second], same, [4])).toMatchObject([{ k: 4, tokens: 80, majority: { value: 0.5 } }]);
  });

  it("leaves out what failed, which makes the pool smaller", () => {
    expect(
      voteCurve([...pool.slice(0, 3), attempt(null, false, { outcome: "error" })], same).map(({ k }) => k),
    ).toEqual([1, 2, 3]);
  });

  it("refuses a vote larger than the pool", () => {
    expect(() => voteCurve(pool, same, [2, 8])).toThrow("a vote of 8 needs a pool of 8 attempts, this one has 4");
  });

  it("has nothing to say of nothing", () => {
    expect(voteCurve([], same)).toEqual([]);
  });

  it("goes over 64 samples in powers of two", () => {
    const large = Array.from({ length: 64 }, (_, at) => attempt(String(at % 5), at % 5 === 0));
    const curve = voteCurve(large, same);
    expect(curve.map(({ k }) => k)).toEqual([1, 2, 4, 8, 16, 32, 64]);
    expect(curve.at(-1)?.majority?.value).toBeCloseTo(tied(large), 12);
  });
});

/** Share of the leading answers that are right, counted by hand. */
function tied(pool: readonly PoolAttempt[]): number {
  const votes = new Map<string, number>();
  for (const { answer } of pool) votes.set(answer ?? "", (votes.get(answer ?? "") ?? 0) + 1);
  const most = Math.max(...votes.values());
  const leaders = [...votes].filter(([, count]) => count === most).map(([answer]) => answer);
  return leaders.includes("0") ? 1 / leaders.length : 0;
}

describe("ksUpTo", () => {
  it.each([
    [1, [1]],
    [6, [1, 2, 4, 6]],
    [64, [1, 2, 4, 8, 16, 32, 64]],
  ])("%i", (size, ks) => expect(ksUpTo(size)).toEqual(ks));
});

/** All subsets of k. */
const subsets = <T>(items: readonly T[], k: number): readonly (readonly T[])[] => {
  if (k === 0) return [[]];
  return items.flatMap((item, at) => subsets(items.slice(at + 1), k - 1).map((rest) => [item, ...rest]));
};

const scored: fc.Arbitrary<readonly ScoredBallot[]> = fc
  .array(fc.record({ answer: fc.constantFrom("a", "b", "c", null), score: fc.integer({ min: -4, max: 0 }) }), {
    minLength: 1,
    maxLength: 7,
  })
  .map((pool) => pool.map(({ answer, score }) => ({ answer, score, correct: answer === "a" })));

const bestOf = (subset: readonly ScoredBallot[]): number => {
  const most = Math.max(...subset.map(({ score }) => score));
  const leaders = subset.filter(({ score }) => score === most);
  return leaders.filter(({ correct }) => correct).length / leaders.length;
};

const heaviest = (subset: readonly ScoredBallot[]): number => {
  const weights = new Map<string, number>();
  for (const { answer, score } of subset)
    if (answer !== null) weights.set(answer, (weights.get(answer) ?? 0) + Math.exp(score));
  const most = Math.max(...weights.values());
  const leaders = [...weights].filter(([, weight]) => weight >= most - 1e-12);
  return leaders.length === 0 ? 0 : leaders.filter(([answer]) => answer === "a").length / leaders.length;
};

const overSubsets = (
  pool: readonly ScoredBallot[],
  k: number,
  credit: (subset: readonly ScoredBallot[]) => number,
): number => {
  const all = subsets(pool, k);
  return all.reduce((sum, subset) => sum + credit(subset), 0) / all.length;
};

describe("scored votes", () => {
  it("best of k is the mean over all subsets", () => {
    fc.assert(
      fc.property(scored, (pool) => {
        for (const [at, value] of bestOfK(pool).entries())
          expect(value).toBeCloseTo(overSubsets(pool, at + 1, bestOf), 9);
      }),
      { numRuns: 200 },
    );
  });

  it("weighted votes come near the mean over all subsets", () => {
    fc.assert(
      fc.property(scored, (pool) => {
        for (const [at, value] of weightedVote(pool, { draws: 4000 }).entries())
          expect(Math.abs(value - overSubsets(pool, at + 1, heaviest))).toBeLessThan(0.05);
      }),
      { numRuns: 30, seed: 1 },
    );
  });

  it("are on the curve where every attempt has a score", () => {
    const [k1, k2] = voteCurve([attempt("1", true, { score: -0.1 }), attempt("2", false, { score: -3 })], same);
    expect([k1?.best?.value, k2?.best?.value, k2?.weighted?.value, k2?.majority?.value]).toEqual([0.5, 1, 1, 0.5]);
  });
});
