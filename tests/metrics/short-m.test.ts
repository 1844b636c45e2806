import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Timed } from "../../src/metrics/pool-rule.ts";
import { shortM } from "../../src/metrics/short-m.ts";
import { mean, permutations, pools, sizes, timed } from "./pools.ts";

/**
 * The rule from scratch in one order: of the first k, those who end first (the earlier of two that are equally long);
 * the most frequent answer wins, a tie goes to the one whose first member ends first.
 */
function inOrder(order: readonly Timed[], k: number, m: number) {
  const ended = order
    .slice(0, k)
    .sort((a, b) => a.thinking - b.thinking)
    .slice(0, m);
  const last = ended.at(-1)!.thinking;
  const answers = ended.flatMap(({ answer }) => answer ?? []);
  const votes = (own: string) => answers.filter((answer) => answer === own).length;
  const winner = answers.find((answer) => votes(answer) === Math.max(...answers.map(votes)));
  return {
    credit: winner !== undefined && "AB".includes(winner) ? 1 : 0,
    tokens: ended.reduce((sum, { thinking, answering }) => sum + thinking + answering, 0) + (k - ended.length) * last,
    time: last,
  };
}

describe("short-m@k", () => {
  it.each([1, 2, 3])("with m = %i agrees with all orders of all subsets, ties averaged", (m) => {
    fc.assert(
      fc.property(pools(6), (pool) => {
        const all = [...permutations(pool)];
        for (const point of shortM(m)(pool, sizes(pool))) {
          const brute = all.map((order) => inOrder(order, point.k, m));
          expect(point.credit).toBeCloseTo(mean(brute.map(({ credit }) => credit)), 9);
          expect(point.tokens).toBeCloseTo(mean(brute.map(({ tokens }) => tokens)), 9);
          expect(point.time).toBeCloseTo(mean(brute.map(({ time }) => time)), 9);
          expect(point.error).toBe(0);
        }
      }),
      { numRuns: 25 },
    );
  });

  it("pays for the others until the m-th ends: thoughts of 3, 5, 9 tokens, worked by hand", () => {
    const pool = [timed("A", 3, 1), timed("x", 5, 1), timed("x", 9, 1)];
    const [one, two, three] = shortM(1)(pool, [1, 2, 3]);
    expect(one!.credit).toBeCloseTo(1 / 3, 12);
    expect(one!.tokens).toBeCloseTo(17 / 3 + 1, 12);
    expect(one!.time).toBeCloseTo(17 / 3, 12);
    // of {3,5}, {3,9} the first is right, of {5,9} it is wrong; both thoughts run to the shorter length
    expect(two!.credit).toBeCloseTo(2 / 3, 12);
    expect(two!.time).toBeCloseTo((3 + 3 + 5) / 3, 12);
    expect(two!.tokens).toBeCloseTo((2 * (3 + 3 + 5)) / 3 + 1, 12);
    expect(three!.tokens).toBeCloseTo(10, 12);
    expect([three!.credit, three!.time].map((value) => Number(value.toFixed(9)))).toEqual([1, 3]);
    expect(shortM(3)(pool, [3])[0]!.credit).toBe(0);
  });

  it("gives a tie among three to the shortest", () => {
    expect(shortM(3)([timed("x", 9), timed("A", 2), timed("y", 4)], [3])[0]!.credit).toBe(1);
    expect(shortM(3)([timed("A", 9), timed("x", 2), timed("-", 1)], [3])[0]!.credit).toBe(0);
  });

  it("draws where sets of m are too many, within the error of the counted value", () => {
    const pool = Array.from({ length: 30 }, (_, at) => timed("AxAxyABxz-"[at % 10]!, 1 + ((at * 29) % 25)));
    const [counted] = shortM(3)(pool, [8]);
    const [drawn] = shortM(3, { draws: 4000, mostSets: 100 })(pool, [8]);
    expect([counted!.error, drawn!.error > 0]).toEqual([0, true]);
    expect(Math.abs(drawn!.credit - counted!.credit)).toBeLessThan(4 * drawn!.error);
    expect(drawn).toMatchObject({ tokens: counted!.tokens, time: counted!.time });
  });
});
