import { describe, expect, it } from "vitest";
import { createScriptedEngine } from "../../src/adapters/engine/scripted/engine.ts";
import { UserError } from "../../src/core/user-error.ts";
import { InlineFormat } from "../../src/formats/inline.ts";
import { resolveFormat } from "../../src/formats/resolve.ts";
import { greedy } from "../../src/core/sampling.ts";
import { budgetForcingMethod } from "../../src/methods/budget-forcing.ts";
import { unforcedMethod } from "../../src/methods/unforced.ts";
import { judge } from "../../src/runner/attempt.ts";
import { directChain, taskOf } from "../../src/runner/task.ts";
import type { Piece } from "../../src/core/segment.ts";
import type { Method } from "../../src/ports/method.ts";
import type { ScriptedInput } from "../../src/adapters/engine/scripted/options.ts";

/** A model that writes its end mark as ordinary text, its first letter in one token with a full stop. */
const merging: ScriptedInput = {
  tokens: [".E", "ND", "seven", "it", "is", "Wait", "boxed"],
  rules: [
    { after: "{Q}", emit: "seven it is.END" },
    { after: "END", emit: "\\boxed{7}</s>" },
    { after: "Wait", emit: " is it" },
  ],
};

const plain = { prompt: "<s>{problem}{Q}", thinking_end: "END", end_of_turn: "</s>", plain_delimiters: true };

type Told = Readonly<{ told: readonly string[]; thinking: number; outcome: string }>;

const play = async (script: ScriptedInput, format: object, method: Method, options: object): Promise<Told> => {
  const engine = createScriptedEngine(script);
  const { prompt, delimiters } = await resolveFormat(InlineFormat.parse(format), engine, "m");
  const chain = directChain(engine, {
    sampling: greedy,
    seed: 1,
    signal: new AbortController().signal,
    nameOf: () => "c",
  });
  const problem = { id: "p", text: "x", target: "7", tags: {} };
  const own = { problem, prompt: async (text: string) => (await prompt(text)).ids, maxAnswerTokens: 16, chain };
  const task = taskOf({ engine, delimiters }, own);
  const pieces: Piece[] = [];
  await method.check?.({ sampling: greedy, model: { ...task } }, method.options.parse(options));
  for await (const piece of method.run(task, method.options.parse(options))) pieces.push(piece);
  const trace = await Promise.all(
    pieces.map(async (piece) => ({ ...piece, text: await engine.detokenize(piece.tokenIds) })),
  );
  const grader = {
    name: "g",
    version: "1",
    grade: async (answer: string) => ({
      verdict: answer.includes("{7}") ? ("correct" as const) : ("incorrect" as const),
      answer,
      rule: "r",
    }),
    equivalent: (a: string, b: string) => a === b,
  };
  const { outcome } = await judge(trace, problem, { grader: grader as never, own: null });
  return {
    told: trace.map(({ kind, origin, text, stop }) => `${kind} ${origin} ${text}${stop ? ` (${stop})` : ""}`),
    thinking: trace.filter(({ kind }) => kind === "thinking").reduce((sum, { tokenIds }) => sum + tokenIds.length, 0),
    outcome,
  };
};

describe("an end of ordinary text that merges with the thought", () => {
  it("is natural, and its shared token counts as thought", async () => {
    for (const max_thinking_tokens of [null, 6]) {
      const { told, thinking, outcome } = await play(merging, plain, budgetForcingMethod, { max_thinking_tokens });
      expect([told, thinking, outcome]).toEqual([
        [
          "thinking sampled seven it is (delimiter)",
          "thinking sampled .E (delimiter)",
          "delimiter sampled ND",
          "answer sampled \\boxed{7} (eos)",
          "delimiter sampled </s>",
        ],
        6,
        "correct",
      ]);
    }
  });

  it("is forced where the budget ends before it", async () => {
    const { told } = await play(merging, plain, budgetForcingMethod, { max_thinking_tokens: 5 });
    expect(told.slice(0, 2)).toEqual(["thinking sampled seven it is (length)", "delimiter forced END"]);
  });

  it("is ignored as a whole, what it shared with the thought written again", async () => {
    const { told } = await play(merging, plain, budgetForcingMethod, { ignore_ends: 1, max_thinking_tokens: 10 });
    expect(told.slice(0, 3)).toEqual([
      "thinking sampled seven it is (delimiter)",
      "continuation forced .Wait",
      "thinking sampled  is  (length)",
    ]);
  });

  it("is found by a baseline too", async () => {
    const { told, outcome } = await play(merging, plain, unforcedMethod, {});
    expect(told.slice(0, 3)).toEqual([
      "thinking sampled seven it is.E (delimiter)",
      "delimiter sampled ND",
      "answer sampled \\boxed{7} (eos)",
    ]);
    expect(outcome).toBe("correct");
  });
});

const tagged: ScriptedInput = {
  rules: [
    { after: "x<think>", emit: "maybe {7} hmm</s>" },
    { after: "</think>", emit: "{7}</s>" },
    { after: "now.</think>\n", emit: "{7}</s>" },
    { after: "Alright,", emit: " so</think>" },
  ],
};
const thinking = { thinking_start: "<think>", thinking_end: "</think>", end_of_turn: "</s>" };

describe("a thought in which the turn ends", () => {
  it("is no answer in the baseline, opened by the prompt or by the model", async () => {
    const opened = await play(tagged, { ...thinking, prompt: "<s>{problem}<think>" }, unforcedMethod, {});
    expect([opened.told, opened.outcome]).toEqual([
      ["thinking sampled maybe {7} hmm (eos)", "delimiter sampled </s>"],
      "no-answer",
    ]);
    const script = { rules: [{ after: "x", emit: "<think>maybe {7} hmm</s>" }] };
    const own = await play(script, { ...thinking, prompt: "<s>{problem}" }, unforcedMethod, {});
    expect([own.told[1], own.outcome]).toEqual(["thinking sampled maybe {7} hmm (eos)", "no-answer"]);
    const answered = await play(
      { rules: [{ after: "x", emit: "It is {7}</s>" }] },
      { ...thinking, prompt: "<s>{problem}" },
      unforcedMethod,
      {},
    );
    expect([answered.told[0], answered.outcome]).toEqual(["answer sampled It is {7} (eos)", "correct"]);
  });

  it("is cut where room ran out", async () => {
    const { outcome } = await play(tagged, { ...thinking, prompt: "<s>{problem}<think>" }, unforcedMethod, {
      max_tokens: 3,
    });
    expect(outcome).toBe("cut");
  });

  it("is closed by budget forcing, and the answer asked for", async () => {
    const { told, outcome } = await play(
      tagged,
      { ...thinking, prompt: "<s>{problem}<think>" },
      budgetForcingMethod,
      {},
    );
    expect([told[1], outcome]).toEqual(["delimiter forced </think>", "correct"]);
  });
});

describe("words at a cut", () => {
  const format = { ...thinking, prompt: "<s>{problem}<think>" };

  it("stand before the mark, or around it, and a natural end gets none", async () => {
    const closed = async (closing: string) =>
      (await play(tagged, format, budgetForcingMethod, { max_thinking_tokens: 1, closing })).told.slice(0, 3);
    expect((await closed("Time is up."))[1]).toBe("delimiter forced Time is up.</think>");
    expect(await closed("I answer now.</think>\n")).toEqual([
      "thinking sampled maybe (length)",
      "delimiter forced I answer now.</think>\n",
      "answer sampled {7} (eos)",
    ]);
    const natural = await play(tagged, format, budgetForcingMethod, { opening: "Alright,", closing: "Up." });
    expect(natural.told.slice(0, 3)).toEqual([
      "thinking forced Alright,",
      "thinking sampled  so (delimiter)",
      "delimiter sampled </think>",
    ]);
  });

  it("are refused with two marks, or an opening longer than the budget", async () => {
    const refused = async (options: object) => {
      const error: unknown = await play(tagged, format, budgetForcingMethod, options).then(
        () => null,
        (reason: unknown) => reason,
      );
      expect(error).toBeInstanceOf(UserError);
      return (error as Error).message;
    };
    expect(await refused({ closing: "</think> and </think>" })).toBe("closing holds the end mark 2 times");
    expect(await refused({ continuation: "Wait".repeat(3_000_000), ignore_ends: 1 })).toBe(
      "continuation has 12,000,000 characters, the model's context holds 4096 tokens",
    );
    expect(await refused({ continuation: "Wait".repeat(5000), ignore_ends: 1 })).toMatch(
      /^continuation has \d+ tokens, the model's context holds 4096 tokens$/,
    );
    expect(await refused({ variant: "s1-fork", continuation: "Wait".repeat(3_000_000), ignore_ends: 1 })).toMatch(
      /^continuation has 12,000,000 characters/,
    );
    expect(await refused({ opening: "Alright,", max_thinking_tokens: 1 })).toMatch(
      /^opening takes \d tokens, more than the budget of 1/,
    );
  });
});
