import { describe, expect, it } from "vitest";
import { Unforced, unforcedMethod } from "../../src/methods/unforced.ts";
import { ids, piecesOf, shown, toyTask } from "./s1/toy.ts";

const run = async (emits: string, options: object = {}, overrides: object = {}) => {
  const toy = toyTask([emits], overrides);
  const pieces = await piecesOf(unforcedMethod.run(toy, Unforced.parse(options)));
  return {
    toy,
    told: pieces.map(
      ({ kind, origin, stop, tokenIds }) => `${kind} ${origin} ${shown(tokenIds)}${stop ? ` (${stop})` : ""}`,
    ),
  };
};

describe("unforced", () => {
  it("T17 asks once, writes nothing, and finds the thought between the model's own delimiters", async () => {
    const { toy, told } = await run("S th n a n S an n c Z", { max_tokens: 63 });
    expect(told).toEqual([
      "delimiter sampled S th",
      "thinking sampled n a n (delimiter)",
      "delimiter sampled S an",
      "answer sampled n c (eos)",
      "delimiter sampled Z",
    ]);
    expect(toy.calls).toMatchObject([{ after: "", maxTokens: 63, minTokens: 0, stops: "Z, X" }]);
  });

  it("has the rest of the context where no number is given", async () => {
    expect((await run("c Z")).toy.calls[0]?.maxTokens).toBe(63);
  });

  it("takes a reply without a thought for the answer", async () => {
    expect((await run("c d Z")).told).toEqual(["answer sampled c d (eos)", "delimiter sampled Z"]);
  });

  it("takes nothing of a thought in which the turn ended for an answer", async () => {
    expect((await run("S th a Z")).told).toEqual([
      "delimiter sampled S th",
      "thinking sampled a (eos)",
      "delimiter sampled Z",
    ]);
  });

  it("does not take a thought that was cut for an answer", async () => {
    expect((await run("S th a b c", { max_tokens: 4 })).told).toEqual([
      "delimiter sampled S th",
      "thinking sampled a b (length)",
    ]);
  });

  it("finds the thought where the prompt has opened it", async () => {
    const delimiters = { thinkingStart: [], thinkingEnd: ids("S an"), endOfTurn: [ids("Z")], answerCue: [] };
    expect((await run("a S an c Z", {}, { delimiters })).told).toEqual([
      "thinking sampled a (delimiter)",
      "delimiter sampled S an",
      "answer sampled c (eos)",
      "delimiter sampled Z",
    ]);
    expect((await run("a b c", { max_tokens: 2 }, { delimiters })).told).toEqual(["thinking sampled a b (length)"]);
  });
});
