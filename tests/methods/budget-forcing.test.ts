import { greedy } from "../../src/core/sampling.ts";
import { describe, expect, it } from "vitest";
import type { Kind, Piece, Stop } from "../../src/core/segment.ts";
import { BudgetForcing, budgetForcingMethod } from "../../src/methods/budget-forcing.ts";
import { type Bounds, nextStep, type Step } from "../../src/methods/strict-forcing.ts";
import { directTask, toyDelimiters } from "../fixtures/tasks.ts";
import { parrot, toy, toyEngine } from "../fixtures/toy-engine.ts";

const piece = (kind: Kind, tokens: number, stop: Stop | null = null): Piece => ({
  kind,
  origin: stop || kind === "answer" ? "sampled" : "forced",
  stop,
  tokenIds: Array.from({ length: tokens }, () => 9),
});
const thought = (tokens: number, stop: Stop): Piece => piece("thinking", tokens, stop);
const wait = (tokens = 1): Piece => piece("continuation", tokens);
const closed = piece("delimiter", 1);
const free: Bounds = { maxThinking: Infinity, minThinking: 0, ignoreEnds: 0, continuationTokens: 1, contextRoom: 1000 };

const table: readonly [string, Piece[], Partial<Bounds>, Step][] = [
  ["begins by thinking", [], {}, "think"],
  ["closes at once with budget 0", [], { maxThinking: 0 }, "forceEnd"],
  ["lets a natural end stand", [thought(5, "delimiter")], {}, "keepEnd"],
  ["lets a natural end at the budget stand", [thought(5, "delimiter")], { maxThinking: 5 }, "keepEnd"],
  ["forces the end at the budget", [thought(5, "length")], { maxThinking: 5 }, "forceEnd"],
  ["lets an end as the first token stand", [thought(0, "delimiter")], {}, "keepEnd"],
  ["closes the thought itself where the model ended its turn", [thought(5, "eos")], {}, "forceEnd"],
  ["ignores an end", [thought(5, "delimiter")], { ignoreEnds: 1 }, "ignoreEnd"],
  ["ignores an end of turn like an end", [thought(5, "eos")], { ignoreEnds: 1 }, "ignoreEnd"],
  ["ignores an end as the first token", [thought(0, "delimiter")], { ignoreEnds: 1 }, "ignoreEnd"],
  ["thinks on after a continuation", [thought(5, "delimiter"), wait()], { ignoreEnds: 1 }, "think"],
  [
    "ignores no more ends than it was asked to",
    [thought(5, "delimiter"), wait(), thought(3, "delimiter")],
    { ignoreEnds: 1 },
    "keepEnd",
  ],
  [
    "ignores two ends in a row",
    [thought(5, "delimiter"), wait(), thought(0, "delimiter")],
    { ignoreEnds: 2 },
    "ignoreEnd",
  ],
  [
    "ignores where the continuation just fits",
    [thought(5, "delimiter")],
    { ignoreEnds: 1, maxThinking: 6 },
    "ignoreEnd",
  ],
  [
    "forces the end after a continuation that filled the budget",
    [thought(5, "delimiter"), wait()],
    { ignoreEnds: 1, maxThinking: 6 },
    "forceEnd",
  ],
  [
    "lets the end stand where the continuation no longer fits",
    [thought(5, "delimiter")],
    { ignoreEnds: 1, maxThinking: 6, continuationTokens: 2 },
    "keepEnd",
  ],
  [
    "lets ignores lapse once the budget is spent",
    [thought(6, "delimiter")],
    { ignoreEnds: 1, maxThinking: 6 },
    "keepEnd",
  ],
  [
    "lets ignores lapse at the budget even with nothing to insert",
    [thought(6, "delimiter")],
    { ignoreEnds: 1, maxThinking: 6, continuationTokens: 0 },
    "keepEnd",
  ],
  [
    "ignores with nothing to insert below the budget",
    [thought(5, "delimiter")],
    { ignoreEnds: 1, maxThinking: 6, continuationTokens: 0 },
    "ignoreEnd",
  ],
  [
    "counts continuations against the budget",
    [thought(3, "delimiter"), wait(2), thought(2, "length")],
    { ignoreEnds: 1, maxThinking: 7 },
    "forceEnd",
  ],
  [
    "cuts before an end that would have been ignored",
    [thought(4, "length")],
    { ignoreEnds: 1, maxThinking: 4 },
    "forceEnd",
  ],
  ["ignores ends below the minimum", [thought(5, "delimiter")], { minThinking: 8 }, "ignoreEnd"],
  [
    "ignores beyond the count below the minimum",
    [thought(2, "delimiter"), wait(), thought(2, "delimiter")],
    { minThinking: 8, ignoreEnds: 1 },
    "ignoreEnd",
  ],
  ["lets an end at the minimum stand", [thought(8, "delimiter")], { minThinking: 8 }, "keepEnd"],
  [
    "goes on ignoring above the minimum where it was asked to",
    [thought(9, "delimiter")],
    { minThinking: 8, ignoreEnds: 1 },
    "ignoreEnd",
  ],
  ["puts the maximum before the minimum", [thought(5, "length")], { minThinking: 8, maxThinking: 5 }, "forceEnd"],
  ["answers once closed", [thought(5, "length"), closed], { maxThinking: 5 }, "answer"],
  ["answers after a cue", [thought(5, "length"), closed, piece("cue", 3)], { maxThinking: 5 }, "answer"],
  ["is done once answered", [thought(5, "delimiter"), closed, piece("answer", 2, "eos")], {}, "done"],
  ["is done without an answer where the context is full", [thought(1000, "length")], {}, "done"],
  ["cannot extend into a full context", [thought(1000, "delimiter")], { ignoreEnds: 1 }, "keepEnd"],
];

describe("nextStep", () => {
  it.each(table)("%s", (_, trace, bounds, step) => {
    expect(nextStep(trace, { ...free, ...bounds })).toBe(step);
  });
});

/** Thinks `first` words and ends; after each Wait, `again` words and ends; answers one word. */
const thinker = (first: number, again: number, end: readonly number[] = [toy.end]) =>
  parrot((prefix) => {
    const closedAt = prefix.lastIndexOf(end[end.length - 1] as number);
    const from = Math.max(prefix.lastIndexOf(toy.think), prefix.lastIndexOf(toy.wait));
    if (closedAt > from) return prefix.length - closedAt > 1 ? toy.eos : toy.words + 1;
    const said = prefix.length - 1 - from;
    const length = prefix.includes(toy.wait) ? again : first;
    return said < length ? toy.words : (end[said - length] ?? toy.eos);
  });

const run = async (options: Partial<BudgetForcing>, engine = toyEngine(thinker(5, 2)), overrides = {}) => {
  const pieces: Piece[] = [];
  for await (const p of budgetForcingMethod.run(directTask(engine, overrides), BudgetForcing.parse(options)))
    pieces.push(p);
  return pieces
    .map(
      ({ kind, origin, stop, tokenIds }) =>
        `${origin === "forced" ? "+" : ""}${kind}:${tokenIds.length}${stop ? `:${stop}` : ""}`,
    )
    .join(" ");
};

describe("budget forcing", () => {
  it("leaves a natural thought alone", async () => {
    expect(await run({})).toBe("+delimiter:1 thinking:5:delimiter delimiter:1 answer:1:eos delimiter:1");
  });

  it("cuts one token before the end would come", async () => {
    expect(await run({ max_thinking_tokens: 4 })).toBe(
      "+delimiter:1 thinking:4:length +delimiter:1 answer:1:eos delimiter:1",
    );
  });

  it.each([4, 5, 6, 9, 20])("makes every thought exactly %i tokens long, cut or extended", async (exact) => {
    const trace = await run({ exact_thinking_tokens: exact });
    const thought = [...trace.matchAll(/(?:thinking|continuation):(\d+)/g)].map(([, tokens]) => Number(tokens));
    expect(thought.reduce((a, b) => a + b, 0)).toBe(exact);
    expect(trace).toMatch(/(?<!continuation:1 )delimiter:1 answer/);
  });

  it("states an exact length as both bounds, in a family of its own, and leaves no other bound to set", async () => {
    const exact = BudgetForcing.parse({ exact_thinking_tokens: 64 });
    expect(budgetForcingMethod.label(exact)).toBe("=64");
    expect(budgetForcingMethod.facts(exact)).toMatchObject({
      budget: 64,
      minimum: 64,
      family: "budget forcing, exact length",
    });
    const both = BudgetForcing.parse({ exact_thinking_tokens: 64, max_thinking_tokens: 32 });
    await expect(
      budgetForcingMethod.check?.({ sampling: greedy, model: directTask(toyEngine(thinker(5, 2))) }, both),
    ).rejects.toThrow("leaves no other bound to set");
  });

  it("takes an end after the last allowed token for natural", async () => {
    expect(await run({ max_thinking_tokens: 5 })).toBe(
      "+delimiter:1 thinking:5:delimiter delimiter:1 answer:1:eos delimiter:1",
    );
  });

  it("asks for no thought at budget 0", async () => {
    const engine = toyEngine(thinker(5, 2));
    expect(await run({ max_thinking_tokens: 0 }, engine)).toBe("+delimiter:1 +delimiter:1 answer:1:eos delimiter:1");
    expect(engine.spans).toHaveLength(1);
  });

  it("forces the cue after a forced end alone", async () => {
    const cue = { delimiters: { ...toyDelimiters, answerCue: [20, 21] } };
    expect(await run({ max_thinking_tokens: 2 }, undefined, cue)).toContain(
      "thinking:2:length +delimiter:1 +cue:2 answer",
    );
    expect(await run({}, undefined, cue)).not.toContain("cue");
  });

  it("puts Wait in place of ignored ends and counts it", async () => {
    expect(await run({ ignore_ends: 2, max_thinking_tokens: 10 })).toBe(
      "+delimiter:1 thinking:5:delimiter +continuation:1 thinking:2:delimiter +continuation:1 thinking:1:length +delimiter:1 answer:1:eos delimiter:1",
    );
  });

  it("withholds the end where nothing is put in its place", async () => {
    const engine = toyEngine(thinker(5, 2));
    const trace = await run({ ignore_ends: 1, continuation: null }, engine);
    expect(trace).toContain("thinking:5:delimiter +continuation:0 thinking:");
    expect(engine.spans[1]?.minTokens).toBe(1);
  });

  it("goes on to a minimum", async () => {
    expect(await run({ min_thinking_tokens: 8 })).toContain(
      "thinking:5:delimiter +continuation:1 thinking:2:delimiter delimiter:1",
    );
  });

  it("recognises a delimiter of two tokens, also after the last allowed token", async () => {
    const two = { delimiters: { ...toyDelimiters, thinkingEnd: [toy.end, toy.end2] } };
    const engine = () => toyEngine(thinker(5, 2, [toy.end, toy.end2]));
    expect(await run({}, engine(), two)).toContain("thinking:5:delimiter delimiter:2 answer:1");
    expect(await run({ max_thinking_tokens: 5 }, engine(), two)).toContain("thinking:5:delimiter delimiter:2");
    expect(await run({ max_thinking_tokens: 4 }, engine(), two)).toContain("thinking:4:length +delimiter:2");
  });

  it("closes a thought that ended its turn without a delimiter", async () => {
    const engine = toyEngine(thinker(5, 2, [toy.eos]));
    expect(await run({}, engine)).toContain("thinking:5:eos +delimiter:1 answer");
  });

  it("stops unanswered where a thought without a budget fills the context", async () => {
    const engine = toyEngine(
      parrot(() => toy.words),
      { contextLength: 64 },
    );
    expect(await run({}, engine)).toBe("+delimiter:1 thinking:53:length");
  });

  it("needs no opening delimiter where the prompt opens the thought", async () => {
    expect(
      await run({ max_thinking_tokens: 0 }, undefined, { delimiters: { ...toyDelimiters, thinkingStart: [] } }),
    ).toBe("+delimiter:1 answer:1:eos delimiter:1");
  });
});
