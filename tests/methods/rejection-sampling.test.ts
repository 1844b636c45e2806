import { describe, expect, it } from "vitest";
import { greedy } from "../../src/core/sampling.ts";
import { RejectionSampling, rejectionSamplingMethod as method } from "../../src/methods/rejection-sampling.ts";
import type { Assumptions } from "../../src/ports/method.ts";
import { answerPrompt, piecesOf, shown, toyTask } from "./s1/toy.ts";

const run = async (emits: readonly string[], options: object, overrides: object = {}) => {
  const toy = toyTask([...emits, "c Z"], overrides);
  const pieces = await piecesOf(method.run(toy, RejectionSampling.parse(options)));
  return {
    toy,
    pieces,
    thought: shown(pieces.find(({ kind }) => kind === "thinking")?.tokenIds ?? []),
    draws: toy.calls.map(({ draw }) => draw),
  };
};

describe("rejection sampling", () => {
  it("draws until a thought ends by itself within the limit, and answers after that draw", async () => {
    const { toy, pieces, draws } = await run(["a b d e", "a b d S an", "a S an"], { max_thinking_tokens: 2 });
    expect(draws).toEqual([0, 1, 2, 2]);
    expect(answerPrompt(pieces)).toBe("Q S th a S an");
    expect(toy.calls.map(({ maxTokens }) => maxTokens)).toEqual([4, 4, 4, 1000]);
    expect(pieces.map(({ kind, origin }) => `${kind} ${origin}`)).toEqual([
      "delimiter forced",
      "thinking sampled",
      "delimiter sampled",
      "answer sampled",
      "delimiter sampled",
    ]);
  });

  it("accepts an end right after the last token of the limit", async () => {
    expect((await run(["a b S an"], { max_thinking_tokens: 2 })).draws).toEqual([0, 0]);
  });

  it("closes a thought that ended its turn", async () => {
    const { pieces } = await run(["a Z"], { max_thinking_tokens: 2 });
    expect(answerPrompt(pieces)).toBe("Q S th a S an");
    expect(pieces[1]).toMatchObject({ stop: "eos" });
    expect(pieces[2]).toMatchObject({ origin: "forced" });
  });

  it("stays unanswered where no draw is accepted, with the last one cut at the limit", async () => {
    const { pieces, draws } = await run(["a b d e", "e d b a"], { max_thinking_tokens: 2, max_draws: 2 });
    expect(draws).toEqual([0, 1]);
    expect(pieces.at(-1)).toMatchObject({ kind: "thinking", stop: "length" });
    expect(shown(pieces.at(-1)?.tokenIds ?? [])).toBe("e d");
  });

  it("T19 accepts what s1 accepts: the end counts, and the last of a round's draws wins", async () => {
    const s1 = { max_thinking_tokens: 3, counts_end: true };
    expect((await run(["a b S"], { ...s1, round_sizes: [1] })).thought).toBe("a b");
    expect((await run(["a b d e", "a S", "d e S"], { ...s1, round_sizes: [1, 2] })).thought).toBe("d e");
    const third = await run(["a b c S", "a b d e", "a b S", "c S", "a b d e"], { ...s1, round_sizes: [1, 1, 3] });
    expect(third.thought).toBe("c");
    expect(third.draws).toEqual([0, 1, 2, 3, 4, 3]);
    expect(answerPrompt(third.pieces)).toBe("Q S th c S an");
  });

  it("T19 takes the first accepted draw where rounds are of one draw", async () => {
    expect((await run(["a b d e", "a S"], { max_thinking_tokens: 3, counts_end: true })).thought).toBe("a");
  });

  it("never draws more than it may in a round cut short", async () => {
    expect(
      (await run(["a b d e", "a b d e"], { max_thinking_tokens: 2, max_draws: 2, round_sizes: [5] })).draws,
    ).toEqual([0, 1]);
  });

  it("is refused at temperature 0", async () => {
    const options = RejectionSampling.parse({ max_thinking_tokens: 4 });
    await expect(method.check?.({ sampling: greedy, model: null }, options)).rejects.toThrow(/every draw is the same/);
    await expect(
      method.check?.({ sampling: { ...greedy, temperature: 1 }, model: null }, options),
    ).resolves.toBeUndefined();
  });

  it("draws in rounds that double up to what the engine takes at once, and takes the first that is accepted", async () => {
    const long = "a b d e";
    const { draws, thought } = await run([long, long, long, long, "a S an", "d S an", long], {
      max_thinking_tokens: 2,
    });
    expect([thought, draws]).toEqual(["a", [0, 1, 2, 3, 4, 5, 6, 4]]);
    const narrow = await run([long, long, long, "a S an"], { max_thinking_tokens: 2 }, { parallel: 1 });
    expect(narrow.draws).toEqual([0, 1, 2, 3, 3]);
  });

  const cost = (options: object, assume: Partial<Assumptions> = {}) =>
    method.cost(RejectionSampling.parse(options), { natural: 5600, perIgnoredEnd: 0, answer: 1, ...assume });

  it("expects the draws that were published, from lengths spread as those of s1-32B", () => {
    const limits = [3500, 4000, 5000, 6000, 8000, 16000];
    const published = [655, 97, 8, 3, 2, 1];
    limits.forEach((most, at) => {
      const { chains } = cost({ max_thinking_tokens: most, max_draws: null });
      expect(Math.abs(Math.log2(chains / (published[at] ?? NaN)))).toBeLessThanOrEqual(1);
    });
  });

  it("says which share of attempts finds none, where draws are bounded", () => {
    const bounded = cost({ max_thinking_tokens: 3500, max_draws: 256 });
    expect(bounded.chains).toBeLessThan(100);
    expect(bounded.unanswered).toBeGreaterThan(0.05);
    expect(bounded.unanswered).toBeLessThan(0.4);
    expect(cost({ max_thinking_tokens: 3500, max_draws: null }).unanswered).toBe(0);
    expect(cost({ max_thinking_tokens: 16000 }).unanswered).toBeLessThan(1e-6);
  });

  it("goes by the spread that was measured", () => {
    const alike = cost({ max_thinking_tokens: 5000, max_draws: 50 }, { spread: { problems: 0, draws: 0.01 } });
    expect([alike.chains, alike.unanswered]).toEqual([50, 1]);
    expect(cost({ max_thinking_tokens: 6000 }, { spread: { problems: 0, draws: 0.01 } }).chains).toBe(1);
  });

  it("is not bounded at worst without a bound", () => {
    expect(cost({ max_thinking_tokens: 10, max_draws: null }, { natural: Infinity }).chains).toBe(Infinity);
  });
});
