import { confidenceOf, entropyOf } from "../../../../src/core/signals.ts";
import { candidatesOf } from "../../../doubles/candidates.ts";
import { afterEach, describe, expect, test } from "vitest";
import { sampleSpan } from "../../../doubles/fake-engine.ts";
import { encode, eos, thinkEnd } from "../../../doubles/fake-tokenizer.ts";
import type { Double } from "../../../doubles/http-double.ts";
import { startLlamaServer } from "../../../doubles/llama-server-double.ts";
import { startSglang } from "../../../doubles/sglang-double.ts";
import { startVllm } from "../../../doubles/vllm-double.ts";
import { manySpans, openEngine, run, spanOf, type Opened } from "./harness.ts";

const servers = {
  vllm: () => startVllm(),
  "vllm without the stop token in its ids": () => startVllm({ trimsStop: true }),
  "vllm that stops at its own end anyway": () => startVllm({ stopsAtEos: true }),
  sglang: () => startSglang(),
  "sglang with incremental output": () => startSglang({ incremental: true }),
  "sglang that trims stops": () => startSglang({ trimsStop: true }),
  "llama-server": () => startLlamaServer(),
} as const;

const dialectOf = (name: string) =>
  (["vllm", "sglang", "llama-server"] as const).find((dialect) => name.startsWith(dialect)) ?? "vllm";

let closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closing.map((close) => close()));
  closing = [];
});

const open = async (name: keyof typeof servers, more = {}): Promise<Opened & { server: Double }> => {
  const server = await servers[name]();
  const opened = await openEngine({ base_url: server.url, dialect: dialectOf(name), ...more });
  closing.push(() => opened.engine.close(), server.close);
  return { ...opened, server };
};

const idsAndStop = ({ tokenIds, stop }: { tokenIds: readonly number[]; stop: string }) => ({ tokenIds, stop });

describe.each(Object.keys(servers) as (keyof typeof servers)[])("%s", (name) => {
  test("gives the ids of the model in process", async () => {
    const { engine } = await open(name);
    const spans = manySpans(80);
    const results = await Promise.all(spans.map((span, at) => run(engine, span, `c${at}`)));
    expect(results.map(idsAndStop)).toEqual(spans.map(sampleSpan).map(idsAndStop));
    expect(results.filter(({ stop }) => stop === "stop").length).toBeGreaterThan(20);
    expect(results.filter(({ stop }) => stop === "length").length).toBeGreaterThan(5);
  });

  test("stops at nothing but the stops of the span", async () => {
    const { engine } = await open(name);
    const span = spanOf({ stops: [], maxTokens: 200 });
    const result = await run(engine, span);
    expect(result.tokenIds).toEqual(sampleSpan(span).tokenIds);
    expect(result.tokenIds).toContain(eos);
    expect(result.tokenIds).toContain(thinkEnd);
    expect(result.stop).toBe("length");
  });

  test("a stop on the last allowed token is a stop", async () => {
    const { engine } = await open(name);
    const natural = sampleSpan(spanOf());
    expect(natural.stop).toBe("stop");
    const span = spanOf({ maxTokens: natural.tokenIds.length });
    expect(idsAndStop(await run(engine, span))).toEqual(idsAndStop(natural));
    const shorter = await run(engine, spanOf({ maxTokens: natural.tokenIds.length - 1 }));
    expect(idsAndStop(shorter)).toEqual({ tokenIds: natural.tokenIds.slice(0, -1), stop: "length" });
  });

  test("withholds stops for the first tokens", async () => {
    const { engine } = await open(name);
    for (const minTokens of [1, 5, 30]) {
      const span = spanOf({ minTokens, maxTokens: 120 });
      const result = await run(engine, span);
      expect(idsAndStop(result)).toEqual(idsAndStop(sampleSpan(span)));
      expect(result.tokenIds.slice(0, minTokens)).not.toContain(thinkEnd);
    }
  });

  test("masks the beginning of a stop of several tokens", async () => {
    const { engine } = await open(name);
    const prefix = manySpans(99)
      .map((span) => span.prefix)
      .find((candidate) => !sampleSpan(spanOf({ prefix: candidate, stops: [], maxTokens: 30 })).tokenIds.includes(eos));
    if (prefix === undefined) throw new Error("no prefix without an early end");
    const free = sampleSpan(spanOf({ prefix, stops: [], maxTokens: 60 })).tokenIds;
    const stops = [free.slice(20, 23), [eos]];
    const early = spanOf({ prefix, stops, maxTokens: 90 });
    expect(sampleSpan(early).tokenIds).toEqual(free.slice(0, 23));
    expect(idsAndStop(await run(engine, early))).toEqual(idsAndStop(sampleSpan(early)));
    const masked = { ...early, minTokens: 22 };
    expect(idsAndStop(await run(engine, masked))).toEqual(idsAndStop(sampleSpan(masked)));
    expect(sampleSpan(masked).tokenIds).not.toEqual(free.slice(0, 23));
  });

  test("passes tokens on as they come", async () => {
    const { engine } = await open(name);
    const seen: number[] = [];
    const span = spanOf({ stops: [[thinkEnd]], maxTokens: 100 });
    const result = await engine.generate(span, {
      signal: new AbortController().signal,
      chain: "c",
      onTokens: (ids) => seen.push(...ids),
    });
    expect(seen).toEqual(result.tokenIds);
  });

  test("continues a prefix exactly", async () => {
    const { engine } = await open(name);
    const span = spanOf({ stops: [], maxTokens: 60 });
    const whole = await run(engine, span);
    for (const cut of [1, 17, 40]) {
      const head = await run(engine, { ...span, maxTokens: cut });
      const tail = await run(engine, { ...span, prefix: [...span.prefix, ...head.tokenIds], maxTokens: 60 - cut });
      expect([...head.tokenIds, ...tail.tokenIds]).toEqual(whole.tokenIds);
    }
  });

  test("gives log-probabilities where asked", async () => {
    const { engine } = await open(name, { logprobs: true });
    const span = spanOf({ maxTokens: 3, stops: [] });
    // An end that was trimmed comes without one.
    const expected = name === "sglang that trims stops" ? null : sampleSpan(span).logprobs;
    expect((await run(engine, span)).logprobs).toEqual(expected);
  });

  test("gives confidences and entropies of the most probable tokens where asked", async () => {
    const { engine } = await open(name, { confidence: 20, entropy: 5 });
    const span = spanOf({ maxTokens: 3, stops: [] });
    const told = (await run(engine, span)).signals;
    if (name === "sglang that trims stops") return expect(told).toEqual({});
    const tops = (sampleSpan(span).logprobs ?? []).map((value) => candidatesOf(value, 20));
    expect(told).toEqual({
      confidences: tops.map((top) => confidenceOf(top, 20)),
      entropies: tops.map((top) => entropyOf(top, 5)),
    });
  });

  test("sends a seed of its own for each position", async () => {
    const { engine, server } = await open(name);
    const sampling = { temperature: 1, topP: 0.9, topK: 5, minP: 0.01 };
    const span = spanOf({ sampling, stops: [], maxTokens: 8 });
    await run(engine, span);
    await run(engine, { ...span, prefix: [...span.prefix, 1] });
    const seeds = server.bodies
      .slice(-2)
      .map((body) => (body["sampling_params"] as { sampling_seed: number } | undefined)?.sampling_seed ?? body["seed"]);
    expect(seeds[0]).not.toBe(seeds[1]);
    const again = await run(engine, span);
    expect(again.tokenIds).toEqual((await run(engine, span)).tokenIds);
  });

  test("reports tokens of the prompt", async () => {
    const { engine } = await open(name);
    const span = spanOf();
    expect((await run(engine, span)).promptTokens).toBe(span.prefix.length);
  });

  test("keeps markup as text where it is no markup", async () => {
    const { engine } = await open(name);
    expect(await engine.tokenize("a</think>", { special: true })).toEqual([...encode("a"), thinkEnd]);
    if (name !== "llama-server")
      expect(await engine.tokenize("a</think>", { special: false })).toEqual(encode("a<").concat(encode("/think>")));
    expect(await engine.detokenize(encode("é</think>"))).toBe("é</think>");
  });
});

test("what a server does not report is null", async () => {
  const { engine } = await open("vllm");
  expect((await run(engine, spanOf())).cachedTokens).toBeNull();
});

test("cached tokens are reported where the server does", async () => {
  const server = await startVllm({ cachedTokens: 16 });
  const { engine, tries } = await openEngine({
    base_url: server.url,
    dialect: "vllm",
  });
  closing.push(() => engine.close(), server.close);
  const span = spanOf({ prefix: encode("a".repeat(20)), maxTokens: 5, stops: [] });
  expect((await run(engine, span)).cachedTokens).toBe(16);
  expect(tries).toHaveLength(1);
  expect(tries[0]).toMatchObject({
    status: 200,
    error: null,
    tokens: 5,
    promptTokens: 20,
    cachedTokens: 16,
    drift: null,
  });
});

test("every sampling field is sent, whatever the server's defaults", async () => {
  const { engine, server } = await open("llama-server");
  await run(engine, spanOf());
  expect(server.bodies.at(-1)).toMatchObject({
    temperature: 0,
    top_k: 0,
    top_p: 1,
    min_p: 0,
    typical_p: 1,
    repeat_penalty: 1,
    dry_multiplier: 0,
    mirostat: 0,
    xtc_probability: 0,
  });
  const other = await open("vllm");
  await run(other.engine, spanOf());
  expect(other.server.bodies.at(-1)).toMatchObject({
    temperature: 0,
    top_k: -1,
    top_p: 1,
    min_p: 0,
    repetition_penalty: 1,
    presence_penalty: 0,
    frequency_penalty: 0,
    ignore_eos: true,
    return_token_ids: true,
    seed: expect.any(Number),
  });
});

test("the template that llama.cpp makes up for a model without one is not taken for the model's", async () => {
  const madeUp =
    "{%- for message in messages -%}\n  {{- '<|im_start|>' + message.role + '\n' + message.content + '<|im_end|>\n' -}}\n{%- endfor -%}\n{%- if add_generation_prompt -%}\n  {{- '<|im_start|>assistant\n' -}}\n{%- endif -%}";
  for (const [template, expected] of [
    [madeUp, null],
    ["{{ messages }}", "{{ messages }}"],
  ] as const) {
    const server = await startLlamaServer({}, template);
    const { engine } = await openEngine({ base_url: server.url, dialect: "llama-server" });
    expect(engine.info.chatTemplate).toBe(expected);
    closing.push(() => engine.close(), server.close);
  }
});
