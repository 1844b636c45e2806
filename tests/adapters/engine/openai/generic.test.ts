import { afterEach, expect, test } from "vitest";
import { preflight } from "../../../../src/conformance/preflight.ts";
import { driftOf } from "../../../../src/adapters/engine/openai/text.ts";
import { sampleSpan } from "../../../doubles/fake-engine.ts";
import { decode, encode, eos, idOf, thinkEnd, writeTokenizer } from "../../../doubles/fake-tokenizer.ts";
import { startGeneric, type GenericQuirks } from "../../../doubles/generic-double.ts";
import { openEngine, run, spanOf } from "./harness.ts";

let closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closing.map((close) => close()));
  closing = [];
});

const open = async (quirks: GenericQuirks = {}, setup: Parameters<typeof startGeneric>[1] = {}) => {
  const server = await startGeneric(quirks, setup);
  const opened = await openEngine({
    base_url: server.url,
    dialect: "generic",
    tokenizer: writeTokenizer(),
    context_length: 4096,
  });
  closing.push(() => opened.engine.close(), server.close);
  return { ...opened, server };
};

/** A prefix whose text is read back as the same ids, after which nothing but plain text comes for a while. */
const spans = Array.from({ length: 40 }, (_, at) => spanOf({ prefix: encode(`What is ${at * 3}?`), maxTokens: 24 }));
const clean = spans.filter((span) => {
  const { tokenIds } = sampleSpan(span);
  return encode(decode(tokenIds)).join() === tokenIds.join() && !decode(tokenIds).includes("\ufffd");
});

test("stops at the text of a delimiter and at the end of generation", async () => {
  const { engine } = await open();
  expect(clean.length).toBeGreaterThan(10);
  for (const span of clean) {
    const expected = sampleSpan(span);
    expect(await run(engine, span)).toMatchObject({ tokenIds: expected.tokenIds, stop: expected.stop });
  }
  const ends = clean.map((span) => sampleSpan(span).tokenIds.at(-1));
  expect(ends).toContain(eos);
  expect(ends).toContain(thinkEnd);
});

test("says in its identity that it is inexact", async () => {
  const { engine } = await open();
  expect(engine.info.identity).toMatchObject({ dialect: "generic", exact: false });
  expect(engine.info.eosIds).toEqual([eos]);
  expect(engine.info.chatTemplate).toBe("{{ messages }}");
  expect(engine.info.bosText).toBe("<|user|>");
});

test("reports how far each prefix drifts", async () => {
  const { engine, tries } = await open();
  await run(engine, spanOf({ prefix: encode("Wait"), maxTokens: 2 }));
  await run(engine, spanOf({ prefix: encode("x").concat(encode("W"), encode("a"), encode("it")), maxTokens: 2 }));
  expect(tries.map(({ drift }) => drift)).toEqual([0, 3]);
});

test("drift counts the ids from the first difference on", () => {
  expect(driftOf([1, 2, 3], [1, 2, 3])).toBe(0);
  expect(driftOf([1, 2, 3], [1, 9])).toBe(2);
  expect(driftOf([1, 2], [1, 2, 3])).toBe(1);
});

test("breaks off an answer that is longer than its tokens can be", async () => {
  await expect(open({ endless: true })).rejects.toThrow(/max_tokens: 70000 characters for 1 tokens/);
});

test("forbids beginnings of stops by logit_bias", async () => {
  const { engine, server } = await open();
  const span = spanOf({ prefix: encode("What is 9?"), minTokens: 4, maxTokens: 4 });
  const { tokenIds } = await run(engine, span);
  expect(server.bodies.at(-1)?.["logit_bias"]).toEqual({ [String(thinkEnd)]: -100, [String(eos)]: -100 });
  expect(tokenIds).not.toContain(thinkEnd);
});

test("drops the text of a broken answer and asks again", async () => {
  const { engine, tries } = await open({}, { mishap: (count) => (count % 2 === 1 ? { kind: "reset" } : null) });
  const span = clean.find((candidate) => sampleSpan(candidate).tokenIds.length > 4) ?? spanOf();
  expect((await run(engine, span)).tokenIds).toEqual(sampleSpan(span).tokenIds);
  expect(tries.map(({ error }) => error === null)).toEqual([false, true]);
});

test("leaves out fields that a strict server refuses", async () => {
  const { engine, server } = await open({ strict: true });
  await run(engine, spanOf({ maxTokens: 2 }));
  expect(server.bodies.at(-1)).not.toHaveProperty("top_k");
  expect(engine.info.identity).toMatchObject({ extras: false });
  const lenient = await open();
  await run(lenient.engine, spanOf({ maxTokens: 2 }));
  expect(lenient.server.bodies.at(-1)).toHaveProperty("top_k");
});

test("refuses to go past an end of generation", async () => {
  const { engine } = await open();
  const span = clean.find((candidate) => sampleSpan(candidate).tokenIds.at(-1) === eos) ?? spanOf();
  await expect(run(engine, { ...span, stops: [[thinkEnd]] })).rejects.toThrow(
    "the model ended its turn where the method wanted it to go on",
  );
});

test("a server that hides control tokens is found out instead of asked for ever", async () => {
  const { engine } = await open({ hidesControls: true });
  const span = clean.find((candidate) => sampleSpan(candidate).tokenIds.at(-1) === thinkEnd) ?? spanOf();
  const before = sampleSpan(span).tokenIds.slice(0, -1);
  await expect(run(engine, { ...span, prefix: [...span.prefix, ...before], maxTokens: 1 })).rejects.toThrow(
    "1 tokens that it gives no text for",
  );
});

const thinking = async (quirks: GenericQuirks) => {
  const { engine } = await open(quirks);
  const delimiters = { thinkingStart: [], thinkingEnd: [thinkEnd], endOfTurn: [[eos]], answerCue: [] };
  return preflight(engine, "m", { prompt: encode("What is 9?"), delimiters });
};

test("whether the end of thinking comes back is known before anything is paid for", async () => {
  const found = await thinking({});
  expect(found.find(({ probe }) => probe === "end of thinking")).toMatchObject({ verdict: "ok" });
  await expect(thinking({ hidesControls: true })).rejects.toThrow("does not come back where it is sampled");
  const natural = await thinking({ ignoresBias: true });
  expect(natural.find(({ probe }) => probe === "end of thinking")?.finding).toMatch(/comes back$/);
  await expect(thinking({ hidesControls: true, ignoresBias: true })).rejects.toThrow("end of thinking");
});

test("plain words of the vocabulary are whole where markup stays text", async () => {
  const { engine } = await open();
  expect(encode("Hmm")).toHaveLength(1);
  expect(await engine.tokenize("Hmm</think>", { special: false })).toEqual([
    ...encode("Hmm"),
    ...encode("<"),
    ...encode("/think>"),
  ]);
});

test("the markup of the fixture is single ids", () => {
  expect(encode("</think>")).toEqual([idOf("</think>")]);
});

test("leaves out a beginning of a text that the host puts in front by itself", async () => {
  const { engine, server } = await open({ addsBos: true });
  const plain = (await open()).engine;
  const [span] = clean.map((one) => ({ ...one, prefix: [...encode("<|user|>"), ...one.prefix] }));
  expect(await run(engine, span!)).toMatchObject({ tokenIds: (await run(plain, span!)).tokenIds });
  expect(String(server.bodies.at(-1)?.["prompt"])).not.toContain("<|user|>");
});

test("notices a second beginning of a text, and a prompt that is changed", async () => {
  const { engine } = await open({ addsBos: true });
  // The count comes with the end of a reply: one that is cut off at a delimiter has none.
  const short = { ...clean[0]!, maxTokens: 1, stops: [] };
  await expect(run(engine, short)).rejects.toThrow(
    /read \d+ prompt tokens where \d+ were written: it may put a second beginning of a text in front/,
  );
  const changing = (await open({ changesPrompt: true })).engine;
  await expect(run(changing, short)).rejects.toThrow(/were written: it changes what it is sent/);
});

test("goes on all the same where it is told to", async () => {
  const server = await startGeneric({ addsBos: true });
  const options = {
    base_url: server.url,
    dialect: "generic",
    tokenizer: writeTokenizer(),
    context_length: 4096,
  } as const;
  const { engine } = await openEngine({ ...options, any_prompt_count: true });
  closing.push(() => engine.close(), server.close);
  expect((await run(engine, clean[0]!)).tokenIds.length).toBeGreaterThan(0);
});
