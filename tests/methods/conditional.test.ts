import { describe, expect, it } from "vitest";
import { greedy } from "../../src/core/sampling.ts";
import { Conditional, conditionalMethod as method, suffixOf } from "../../src/methods/conditional.ts";
import type { Piece } from "../../src/core/segment.ts";
import { thinkingTokens } from "../../src/core/trace.ts";
import { answerPrompt, ids, piecesOf, shown, toyTask } from "./s1/toy.ts";

const run = async (emits: readonly string[], options: object, overrides: object = {}) => {
  const asked: string[] = [];
  const toy = toyTask([...emits, "c Z"], {
    contextLength: 300,
    prompt: async (text: string) => (asked.push(text), ids("Q")),
    ...overrides,
  });
  const pieces = await piecesOf(method.run(toy, Conditional.parse(options)));
  return { toy, pieces, asked: asked[0] ?? "" };
};

describe("conditional control", () => {
  it("asks for tokens after the question, and leaves the thought alone", async () => {
    const { asked, toy, pieces } = await run(["a b d S an"], { by: "tokens", amount: 2 }, { maxAnswerTokens: 8 });
    expect(asked).toBe("Q\n\nThink for up to 2 tokens.");
    expect(toy.calls[0]?.maxTokens).toBeGreaterThan(250);
    expect(answerPrompt(pieces)).toBe("Q S th a b d S an");
  });

  it("forces what it asked for, by either algorithm", async () => {
    const strict = await run(["a b d e"], { by: "tokens", amount: 2, forced: true }, { maxAnswerTokens: 8 });
    expect(answerPrompt(strict.pieces)).toBe("Q S th a b S an n F");
    const fork = await run(["a b d e"], { by: "tokens", amount: 2, forced: true, variant: "s1-fork" });
    expect(answerPrompt(fork.pieces)).toBe("Q S th a b n S an n F");
  });

  it("counts steps down from its own opening, up to 0 where forced", async () => {
    const steps = { by: "steps", amount: 2, forced: true, step_start: "S" };
    const { toy, pieces, asked } = await run(["1 n a n S 0 b"], steps);
    expect(asked).toBe("Q\n\nThink for up to 2 steps.");
    expect(toy.calls[0]?.stops).toBe("S 0, S an, Z, X");
    expect(answerPrompt(pieces)).toBe("Q S 1 n a n S an");
  });

  it("lets a model that answers before 0 answer, and asks it twice as s1 does", async () => {
    const steps = { by: "steps", amount: 2, forced: true, step_start: "S" };
    expect(answerPrompt((await run(["1 n a n S an b"], steps)).pieces)).toBe("Q S 1 n a n S an");
    expect(answerPrompt((await run(["1 n a n S an b Z"], { ...steps, variant: "s1-fork" })).pieces)).toBe(
      "Q S 1 n a n S an b S an",
    );
  });

  it("counts on where steps are asked for only", async () => {
    const { pieces } = await run(["1 n S 0 n a S an"], { by: "steps", amount: 1, step_start: "S" });
    expect(answerPrompt(pieces)).toBe("Q S 1 n S 0 n a S an");
  });

  it("has the paper's words for short and long, or the file's", () => {
    expect(suffixOf(Conditional.parse({ by: "class", class: "short" }))).toMatch(
      /^\n\nAnswer after a short amount of thinking\. /,
    );
    expect(suffixOf(Conditional.parse({ by: "class", class: "long" }))).toMatch(
      /absolutely sure that you have the correct answer\.$/,
    );
    expect(suffixOf(Conditional.parse({ by: "class", class: "quick", prompts: { quick: " Quick!" } }))).toBe(" Quick!");
    expect(suffixOf(Conditional.parse({ by: "tokens", amount: 8, prompt: " Use {amount}." }))).toBe(" Use 8.");
  });

  it("refuses step delimiters that the vocabulary changes", async () => {
    const broken = toyTask([], { decode: async () => "?" });
    const options = Conditional.parse({ by: "steps", amount: 2, step_start: "S" });
    await expect(method.check?.({ sampling: greedy, model: broken }, options)).rejects.toThrow(
      /"S" becomes "\?" in this model's vocabulary/,
    );
    await expect(method.check?.({ sampling: greedy, model: toyTask([]) }, options)).resolves.toBeUndefined();
  });
});

describe("heads of steps", () => {
  const thoughtOf = (pieces: readonly Piece[]): readonly string[] =>
    pieces.filter(({ kind }) => kind === "thinking").map(({ tokenIds }) => shown(tokenIds));
  const steps = { by: "steps", amount: 2, step_start: "S", step_mark: "\n", forced: true };

  it("are delimiters of the model, and no thinking", async () => {
    const { pieces } = await run(["1 0 n a b n S 1 n d n S 0"], steps);
    expect(pieces.map(({ kind, origin, tokenIds }) => `${kind} ${origin} ${shown(tokenIds)}`)).toEqual([
      "delimiter forced S",
      "delimiter sampled 1 0 n",
      "thinking sampled a b n",
      "delimiter sampled S 1 n",
      "thinking sampled d n",
      "delimiter forced S an",
      "answer sampled c",
      "delimiter sampled Z",
    ]);
    expect(pieces.findLast(({ kind }) => kind === "thinking")?.stop).toBe("delimiter");
    expect(thinkingTokens(pieces)).toBe(5);
  });

  it("leave nothing of a step without a line of its own", async () => {
    expect(thoughtOf((await run(["1 S 1 n a n S 0"], steps)).pieces)).toEqual(["a n"]);
    expect(thoughtOf((await run(["1 n a n S 1 S 0"], steps)).pieces)).toEqual(["a n", ""]);
  });

  it("count an answer that the model began unasked as a step without its first line, as published", async () => {
    const { pieces } = await run(["1 n a n S an n b Z"], { ...steps, variant: "s1-fork" });
    expect(thoughtOf(pieces)).toEqual(["a n", "b"]);
  });

  it("end at the mark where it ends no line", async () => {
    const { pieces } = await run(["1 : a n b S 1 : d S 0"], { ...steps, step_mark: ":" });
    expect(thoughtOf(pieces)).toEqual(["a n b", "d"]);
  });

  it.each([
    ["1 n a n S 1 n b", 3],
    ["a b d", 3],
  ])("keep what the model is given: %s", async (emitted, thinking) => {
    const { pieces } = await run([`${emitted} S 0`], steps);
    expect(answerPrompt(pieces)).toBe(`Q S ${emitted} S an`);
    expect(thinkingTokens(pieces)).toBe(thinking);
  });
});
