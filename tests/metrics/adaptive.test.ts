import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exactAdaptive } from "../../src/metrics/adaptive-exact.ts";
import { adaptive, adaptiveConsistency, earlyStopping } from "../../src/metrics/adaptive.ts";
import type { Stopping } from "../../src/metrics/stopping.ts";
import { lengthOf, type Timed } from "../../src/metrics/pool-rule.ts";
import { mean, permutations, pools, sizes, timed, vote } from "./pools.ts";

describe("the Beta criterion of adaptive consistency", () => {
  // P(p > 1/2) for Beta(a + 1, b + 1), as the authors' two integrals give it
  it.each([
    [3, 0, 0.9375],
    [4, 0, 0.96875],
    [4, 1, 0.890625],
    [5, 1, 0.9375],
    [6, 1, 0.96484375],
    [7, 2, 0.9453125],
    [8, 3, 0.927001953125],
    [9, 3, 0.953857421875],
    [3, 3, 0.5],
  ])("holds %i votes against %i for %f sure", (first, second, chance) => {
    expect(adaptiveConsistency(chance - 1e-9).enough?.(first, second)).toBe(true);
    expect(adaptiveConsistency(chance + 1e-9).enough?.(first, second)).toBe(false);
  });

  it("is never sure of no votes", () => {
    expect(adaptiveConsistency(0.4).enough?.(0, 0)).toBe(false);
  });
});

/** The authors' loops, plain: samples in order, a look after each window. */
function plain(order: readonly Timed[], most: number, { window, enough }: Stopping) {
  let time = 0;
  for (let drawn = 1; drawn <= most; drawn++) {
    const seen = order.slice(0, drawn);
    const own = order.slice(Math.floor((drawn - 1) / window) * window, drawn);
    const sofar = time + Math.max(...own.map(lengthOf));
    const tokens = seen.reduce((sum, attempt) => sum + lengthOf(attempt), 0);
    const counts = [...new Set(seen.flatMap(({ answer }) => answer ?? []))]
      .map((own) => seen.filter(({ answer }) => answer === own).length)
      .sort((a, b) => b - a);
    if (drawn % window === 0) {
      const same = own.every(({ answer }) => answer !== null && answer === own[0]!.answer);
      if (!enough && same) return { credit: vote(own), tokens, time: sofar };
      if (enough?.(counts[0] ?? 0, counts[1] ?? 0)) return { credit: vote(seen), tokens, time: sofar };
      time = sofar;
    }
    if (drawn === most) return { credit: vote(seen), tokens, time: sofar };
  }
  throw new Error("unreachable");
}

const rules: readonly (readonly [string, Stopping])[] = [
  ["adaptive consistency", adaptiveConsistency(0.85)],
  ["early stopping, windows of 2", earlyStopping(2)],
  ["early stopping, windows of 3", earlyStopping(3)],
];

describe.each(rules)("%s", (_, stopping) => {
  it("is exact: it agrees with all orders", () => {
    fc.assert(
      fc.property(pools(6), (pool) => {
        const all = [...permutations(pool)];
        exactAdaptive(pool, stopping)!.forEach(({ credit, tokens }, at) => {
          const brute = all.map((order) => plain(order, at + 1, stopping));
          expect(credit).toBeCloseTo(mean(brute.map((one) => one.credit)), 9);
          expect(tokens).toBeCloseTo(mean(brute.map((one) => one.tokens)), 9);
        });
      }),
      { numRuns: 20 },
    );
  });

  it("is met by the drawn orders within their error, the time too", () => {
    fc.assert(
      fc.property(pools(6), (pool) => {
        const all = [...permutations(pool)];
        for (const { k, time } of adaptive(stopping, { draws: 3000 })(pool, sizes(pool)))
          expect(Math.abs(time - mean(all.map((order) => plain(order, k, stopping).time)))).toBeLessThan(0.6);
      }),
      { numRuns: 8 },
    );
  });

  it("draws orders where votes are too many to count, with an error that covers the counted value", () => {
    const pool = Array.from({ length: 24 }, (__, at) => timed("AAxAyAxAAyAx"[at % 12]!, 3 + (at % 5)));
    const unlike = pool.map((attempt, at) =>
      at % 3 === 1 ? { ...attempt, answer: `w${at}`, correct: false } : attempt,
    );
    expect(exactAdaptive(unlike, stopping)).toBeNull();
    const [drawn] = adaptive(stopping, { draws: 2000, seed: 3 })(unlike, [12]);
    const again = adaptive(stopping, { draws: 20_000, seed: 4 })(unlike, [12])[0]!;
    expect(drawn!.error).toBeGreaterThan(0);
    expect(Math.abs(drawn!.credit - again.credit)).toBeLessThan(4 * (drawn!.error + again.error));
  });
});

describe("early stopping", () => {
  it("gives the answer of the window that agrees, whatever the votes before it", () => {
    const pool = "xxxxAAAAAA".split("").map((letter) => timed(letter, 1));
    const { window } = earlyStopping();
    expect(window).toBe(5);
    expect(plain(pool, 10, earlyStopping()).credit).toBe(1);
    expect(plain(pool, 9, earlyStopping()).credit).toBe(1);
    expect(plain(pool, 8, earlyStopping()).credit).toBe(0.5);
  });

  it("costs less than the whole pool where the answers agree", () => {
    const pool = Array.from({ length: 20 }, () => timed("A", 7, 1));
    expect(adaptive(earlyStopping())(pool, [4, 20])).toEqual([
      { k: 4, credit: 1, tokens: 32, time: 8, error: 0 },
      { k: 20, credit: 1, tokens: 40, time: 8, error: 0 },
    ]);
    expect(adaptive(adaptiveConsistency())(pool, [20])).toEqual([{ k: 20, credit: 1, tokens: 32, time: 32, error: 0 }]);
  });
});
