import { describe, expect, it } from "vitest";
import { distributionOf, drawFrom } from "../../../../src/adapters/engine/llama/distribution.ts";
import { greedy, type Sampling } from "../../../../src/core/sampling.ts";

const distribution = distributionOf([7, 0.4, 3, 0.3, 9, 0.2, 1, 0.1]);
const whole: Sampling = { ...greedy, temperature: 1 };
const none: ReadonlySet<number> = new Set();

const draw =
  (sampling: Sampling, masked = none) =>
  (random: number): number =>
    drawFrom(distribution, { sampling, masked, random });

/** Share of each token over an even grid of random numbers. */
const shares = (sampling: Sampling, masked = none): Record<number, number> => {
  const drawn = Array.from({ length: 1000 }, (_, at) => draw(sampling, masked)((at + 0.5) / 1000));
  return Object.fromEntries([...new Set(drawn)].map((id) => [id, drawn.filter((other) => other === id).length / 1000]));
};

describe("drawFrom", () => {
  it("draws each token as often as it is probable", () => {
    expect(shares(whole)).toEqual({ 7: 0.4, 3: 0.3, 9: 0.2, 1: 0.1 });
  });

  it("takes the best token when greedy, the lowest id among equals", () => {
    expect(draw(greedy)(0.99)).toBe(7);
    const tied = distributionOf([8, 0.5, 2, 0.5]);
    expect(drawFrom(tied, { sampling: greedy, masked: none, random: 0 })).toBe(2);
  });

  it("takes masked tokens out and renormalises the rest", () => {
    expect(draw(greedy, new Set([7]))(0)).toBe(3);
    expect(shares(whole, new Set([7, 1]))).toEqual({ 3: 0.6, 9: 0.4 });
  });

  it("keeps the k best tokens", () => {
    expect(shares({ ...whole, topK: 2 })).toEqual({ 7: expect.closeTo(4 / 7, 2), 3: expect.closeTo(3 / 7, 2) });
  });

  it("keeps the fewest tokens whose share reaches topP", () => {
    expect(Object.keys(shares({ ...whole, topP: 0.6 }))).toEqual(["3", "7"]);
    expect(Object.keys(shares({ ...whole, topP: 0.75 }))).toEqual(["3", "7", "9"]);
  });

  it("keeps tokens of at least minP of the best token's probability", () => {
    expect(Object.keys(shares({ ...whole, minP: 0.5 }))).toEqual(["3", "7", "9"]);
  });

  it("sharpens with a low temperature and flattens with a high one", () => {
    const weights = [0.4, 0.3, 0.2, 0.1].map((p) => p ** 2);
    const sum = weights.reduce((a, b) => a + b);
    expect(shares({ ...whole, temperature: 0.5 })[7]).toBeCloseTo((weights[0] ?? 0) / sum, 2);
    expect(shares({ ...whole, temperature: 100 })[1]).toBeCloseTo(0.25, 1);
    expect(shares({ ...whole, temperature: 1e-6 })).toEqual({ 7: 1 });
  });

  it("never draws a token without probability", () => {
    const certain = distributionOf([4, 1, 5, 0]);
    expect(drawFrom(certain, { sampling: whole, masked: none, random: 1 - 2 ** -31 })).toBe(4);
  });

  it("refuses to draw where everything is masked", () => {
    expect(() => draw(greedy, new Set([1, 3, 7, 9]))(0)).toThrow("masked");
  });
});
