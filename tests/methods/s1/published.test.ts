import { describe, expect, it } from "vitest";
import { greedy } from "../../../src/core/sampling.ts";
import type { Piece } from "../../../src/core/segment.ts";
import { thinkingTokens, traceIds } from "../../../src/core/trace.ts";
import { BudgetForcing, budgetForcingMethod } from "../../../src/methods/budget-forcing.ts";
import { type ForkForcing, forkWanted } from "../../../src/methods/s1/fork.ts";
import { publishedForcing } from "../../../src/methods/s1/published.ts";
import { type Quirk, type Quirks, quirksOf, quirkTable } from "../../../src/methods/s1/quirks.ts";
import { type ReadmeForcing, readmeWanted } from "../../../src/methods/s1/readme.ts";
import { budgetOf } from "../../../src/methods/s1/setting.ts";
import { answerPrompt, encodeText, ids, piecesOf, shown, toyTask } from "./toy.ts";
import { type Published, type Trace, traces, withoutText } from "./traces.ts";

const parsed = ({ variant = "s1-fork", options }: Pick<Trace, "variant" | "options">) =>
  BudgetForcing.parse({ variant, ...options });

const task = ({ emits, task: overrides }: Pick<Trace, "emits" | "task">) => toyTask([...emits, "c Z"], overrides);

describe("published budget forcing", () => {
  it.each(traces.map((trace) => [trace.id, trace] as const))("%s", async (_, trace) => {
    const toy = task(trace);
    const pieces = await piecesOf(budgetForcingMethod.run(toy, parsed(trace)));
    const rounds = toy.calls.slice(0, -1);
    expect(answerPrompt(pieces)).toBe(trace.answerPrompt);
    expect(`Q ${toy.calls.at(-1)?.after}`).toBe(trace.answerPrompt);
    expect(rounds.slice(1).map(({ after }) => after)).toEqual(trace.rounds ?? []);
    expect(thinkingTokens(pieces)).toBe(trace.thinking);
    if (trace.caps) expect(rounds.map(({ maxTokens }) => maxTokens)).toEqual(trace.caps);
    if (trace.least) expect(rounds.map(({ minTokens }) => minTokens)).toEqual(trace.least);
    if (trace.stops) expect(rounds[0]?.stops).toBe(trace.stops);
    expect(pieces.at(-1)).toMatchObject({ kind: "delimiter", origin: "sampled", tokenIds: ids("Z") });
  });

  it("T18 takes the budget of auto from the longest prompt of the batch, if that is told", () => {
    const setting = { start: ids("S th"), end: ids("S an"), cue: ids("n F") } as unknown as Parameters<
      typeof budgetOf
    >[1];
    const auto = (batch_prompt_tokens: number | null) =>
      forkWanted(
        parsed({ options: { max_thinking_tokens: "auto", max_gen_toks: 200, batch_prompt_tokens } }) as ForkForcing,
      );
    expect([1, 3].map((prompt) => budgetOf(auto(3), setting, { prompt, contextLength: 300 }))).toEqual([89, 89]);
    expect([1, 3].map((prompt) => budgetOf(auto(null), setting, { prompt, contextLength: 300 }))).toEqual([91, 89]);
    expect(() => budgetOf(auto(100), setting, { prompt: 1, contextLength: 300 })).toThrow(/auto leaves -8 tokens/);
  });

  it("T18 hands the budget of auto to the rounds", async () => {
    const toy = toyTask(["n a n S"], { contextLength: 300 });
    await piecesOf(
      budgetForcingMethod.run(
        toy,
        parsed({ options: { max_thinking_tokens: "auto", max_gen_toks: 200, batch_prompt_tokens: 3 } }),
      ),
    );
    expect(toy.calls[0]?.maxTokens).toBe(89);
  });

  it("T20 samples the thought alone at its own temperature", async () => {
    const toy = toyTask(["n a S"]);
    const pieces = await piecesOf(
      budgetForcingMethod.run(
        toy,
        parsed({ options: { max_thinking_tokens: 8, temperature_thinking: 1, top_k_thinking: 5 } }),
      ),
    );
    expect(toy.calls.map(({ sampling }) => [sampling.temperature, sampling.topK])).toEqual([
      [1, 5],
      [0, 0],
    ]);
    expect(answerPrompt(pieces)).toBe("Q S th n a S an");
  });

  it("T21 refuses ends of several tokens where ends are ignored, before any call", async () => {
    const options = parsed({ options: { ignore_ends: 1, until_thinking: "ab" } });
    const toy = toyTask([]);
    await expect(piecesOf(budgetForcingMethod.run(toy, options))).rejects.toThrow(/the end "ab" is 2 tokens/);
    await expect(budgetForcingMethod.check?.({ model: toy, sampling: greedy }, options)).rejects.toThrow(
      /each is one token/,
    );
    await expect(
      budgetForcingMethod.check?.({ model: toy, sampling: greedy }, parsed({ options: { until_thinking: "ab" } })),
    ).resolves.toBeUndefined();
    expect(toy.calls).toEqual([]);
  });

  it("T24 fails on a thought without a whole character", async () => {
    await expect(piecesOf(budgetForcingMethod.run(toyTask(withoutText.emits), parsed(withoutText)))).rejects.toThrow(
      /first whole character/,
    );
  });

  it("caps the answer at max_gen_toks, the experiment's room for it, and the context", async () => {
    const capOf = async (options: object, overrides: object = {}) => {
      const toy = toyTask(["n a S", "c Z"], overrides);
      await piecesOf(budgetForcingMethod.run(toy, parsed({ options: { max_thinking_tokens: 8, ...options } })));
      return toy.calls[1]?.maxTokens;
    };
    expect(await capOf({ max_gen_toks: 9 })).toBe(9);
    expect(await capOf({}, { maxAnswerTokens: 5 })).toBe(5);
    expect(await capOf({})).toBe(64 - 7);
  });

  it("stands unanswered where the context has no room left", async () => {
    const toy = toyTask(["n a b c d e f g h"], { contextLength: 8 });
    const pieces = await piecesOf(budgetForcingMethod.run(toy, parsed({ options: { max_thinking_tokens: 8 } })));
    expect(pieces.at(-1)).toMatchObject({ kind: "cue", origin: "forced" });
  });

  it("says who wrote what", async () => {
    const told = async (options: Record<string, unknown>, emits: string[]) =>
      (await piecesOf(budgetForcingMethod.run(toyTask([...emits, "c Z"]), parsed({ options }))))
        .map(
          ({ kind, origin, stop, tokenIds }) =>
            `${origin === "forced" ? "+" : ""}${kind}:${shown(tokenIds)}${stop ? `:${stop}` : ""}`,
        )
        .slice(1, -2);
    expect(await told({ max_thinking_tokens: 8 }, ["n a S"])).toEqual([
      "thinking:n a:delimiter",
      "delimiter:S",
      "+delimiter:an",
    ]);
    expect(await told({ max_thinking_tokens: 8 }, ["n a Z"])).toEqual(["thinking:n a:eos", "+delimiter:S an"]);
    expect(await told({ max_thinking_tokens: 4, ignore_ends: 1 }, ["n a S", "b d S"])).toEqual([
      "thinking:n a:delimiter",
      "+continuation:W",
      "thinking:b:length",
      "+delimiter:S an",
    ]);
    expect(await told({ max_thinking_tokens: 3, ignore_ends: 2 }, ["n a S", "b S", "d S"])).toEqual([
      "thinking:n a:delimiter",
      "+continuation:W",
      "+delimiter:S an",
    ]);
  });

  it("counts what the model closes by itself, and what it never closes", async () => {
    const run = async (last: string) =>
      piecesOf(budgetForcingMethod.run(toyTask(["n a S", "b S", last]), parsed({ variant: "s1-readme", options: {} })));
    const kinds = async (last: string) =>
      (await run(last))
        .map(({ kind, origin, tokenIds }) => `${origin === "forced" ? "+" : ""}${kind}:${shown(tokenIds)}`)
        .slice(3);
    expect(await kinds("S an n c Z")).toEqual(["thinking:b", "delimiter:S an", "answer:n c", "delimiter:Z"]);
    expect(await kinds("d S an c Z")).toEqual([
      "thinking:b",
      "thinking:d",
      "delimiter:S an",
      "answer:c",
      "delimiter:Z",
    ]);
    expect(await kinds("d e Z")).toEqual(["thinking:b", "answer:d e", "delimiter:Z"]);
  });

  it("gives the README's model the tokens of the joined text, and says which are no longer its own", async () => {
    const toy = toyTask(["n a b S", "a b Z", "c Z"], { encode: async (text) => encodeText(text, true) });
    const pieces = await piecesOf(budgetForcingMethod.run(toy, parsed({ variant: "s1-readme", options: {} })));
    expect(toy.calls.map(({ after }) => after)).toEqual(["S th", "S th n ab W", "S th n ab W ab"]);
    expect(pieces.slice(1, -2).map(({ kind, origin, tokenIds }) => `${kind} ${origin} ${shown(tokenIds)}`)).toEqual([
      "thinking sampled n",
      "continuation forced ab W",
      "thinking forced ab",
    ]);
    expect(toy.calls.at(-1)?.after).toBe(shown(traceIds(pieces.slice(0, -2))));
  });
});

/** Everything observable of all traces of a variant under some quirks. */
async function observed(variant: Published, quirks: Quirks): Promise<readonly string[]> {
  const ends = [
    { ...withoutText, id: "T24" },
    { id: "T21", options: { ignore_ends: 1, until_thinking: "ab" }, emits: ["a b", "a b"] },
  ];
  const own =
    variant === "s1-fork"
      ? [...traces.filter((trace) => trace.variant !== "s1-readme"), ...ends]
      : traces.filter((trace) => trace.variant === variant);
  return Promise.all(own.map((trace) => observe(variant, trace, quirks)));
}

async function observe(
  variant: Published,
  { options, emits }: Pick<Trace, "options" | "emits">,
  quirks: Quirks,
): Promise<string> {
  const filled = parsed({ variant, options });
  const wanted = variant === "s1-fork" ? forkWanted(filled as ForkForcing) : readmeWanted(filled as ReadmeForcing);
  const toy = toyTask([...emits, "c Z"], { encode: async (text) => encodeText(text, variant === "s1-readme") });
  const pieces: Piece[] | string = await piecesOf(publishedForcing(toy, wanted, quirks)).then(
    (all) => [...all],
    String,
  );
  return JSON.stringify([pieces, toy.calls]);
}

describe("quirks", () => {
  const published: readonly Published[] = ["s1-fork", "s1-readme"];
  const held = published.flatMap((variant) =>
    (Object.keys(quirkTable) as Quirk[])
      .filter((quirk) => quirkTable[quirk][variant])
      .map((quirk) => [variant, quirk] as const),
  );

  it.each(held)("%s: some golden trace changes without %s", async (variant, quirk) => {
    const quirks = quirksOf(variant);
    expect(await observed(variant, { ...quirks, [quirk]: false })).not.toEqual(await observed(variant, quirks));
  });

  it("are each said in a sentence", () => {
    for (const { why } of Object.values(quirkTable)) expect(why).toMatch(/^[A-Z].*\.$/s);
  });
});

describe("the separator", () => {
  it("is the experiment's to choose or to leave out", async () => {
    const closing = async (options: Record<string, unknown>, emits = "a b d") =>
      answerPrompt(
        await piecesOf(
          budgetForcingMethod.run(toyTask([emits, "c Z"]), parsed({ options: { max_thinking_tokens: 2, ...options } })),
        ),
      );
    expect(await closing({ separator: null })).toBe("Q S th a b S an n F");
    expect(await closing({ separator: "Wait" })).toBe("Q S th a b W S an n F");
    expect(await closing({ separator: "b" })).toBe("Q S th a b S an n F");
  });

  it("is refused where the vocabulary has no token for it", async () => {
    const encode = async (text: string) => {
      if (text === "\n") throw new Error("no token");
      return encodeText(text);
    };
    const fit = { model: toyTask([], { encode }), sampling: greedy };
    await expect(budgetForcingMethod.check?.(fit, parsed({ options: {} }))).rejects.toThrow(
      /no token for the separator "\\n"/,
    );
    await expect(budgetForcingMethod.check?.(fit, parsed({ options: { separator: null } }))).resolves.toBeUndefined();
  });
});
