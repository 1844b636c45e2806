import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { greedy } from "../../src/core/sampling.ts";
import { ask, events, post, serveScripted, type Served } from "./serve-harness.ts";

let served: Served;
beforeAll(async () => {
  served = await serveScripted();
});
afterAll(() => served.close());

const path = "/v1/completions";
const url = () => served.server.url;
const prompt = "<s>12+30<think>";
const base = { model: "pico", prompt, temperature: 0, max_tokens: 40, seed: 5, return_token_ids: true };

const inProcess = async (changes = {}) => {
  const prefix = await served.engine.tokenize(prompt, { special: true });
  const stops = served.engine.info.eosIds.map((id) => [id]);
  const span = { prefix, maxTokens: 40, minTokens: 0, stops, sampling: greedy, seed: 5, ...changes };
  return served.engine.generate(span, { signal: new AbortController().signal, chain: "test" });
};

describe("/v1/completions", () => {
  test("gives the ids, the text and the counts of the engine", async () => {
    const expected = await inProcess();
    const answer = await ask(url(), path, base);
    const choice = answer.choices?.[0];
    expect(choice?.token_ids).toEqual(expected.tokenIds);
    expect(choice?.prompt_token_ids).toEqual(await served.engine.tokenize(prompt, { special: true }));
    expect(choice?.finish_reason).toBe("stop");
    expect(choice?.stop_reason).toBeNull();
    expect(choice?.text).toBe(await served.engine.detokenize(expected.tokenIds.slice(0, -1)));
    expect(answer.usage).toMatchObject({
      completion_tokens: expected.tokenIds.length,
      prompt_tokens: choice?.prompt_token_ids?.length,
      prompt_tokens_details: { cached_tokens: 0 },
    });
  });

  test("takes token ids, and a seed that reproduces the result in process", async () => {
    const prefix = await served.engine.tokenize(prompt, { special: true });
    const sampling = { temperature: 1, topP: 1, topK: 0, minP: 0 };
    for (const seed of [1, 4294967295]) {
      const expected = await inProcess({ sampling, seed });
      const answer = await ask(url(), path, { ...base, prompt: prefix, temperature: 1, seed });
      expect(answer.choices?.[0]?.token_ids).toEqual(expected.tokenIds);
    }
  });

  test("streams the same", async () => {
    const whole = await ask(url(), path, base);
    const parts = await events(url(), path, { ...base, stream_options: { include_usage: true } });
    const choices = parts.flatMap((part) => part.choices?.[0] ?? []);
    expect(choices.flatMap((choice) => choice.token_ids)).toEqual(whole.choices?.[0]?.token_ids);
    expect(choices.map((choice) => choice.text).join("")).toBe(whole.choices?.[0]?.text);
    expect(choices.map((choice) => choice.finish_reason).filter((reason) => reason !== null)).toEqual(["stop"]);
    expect(parts.at(-1)).toMatchObject({ choices: [], usage: whole.usage });
  });

  test("max_tokens is 16 by default and obeyed", async () => {
    const { max_tokens: _, ...rest } = base;
    const answer = await ask(url(), path, { ...rest, ignore_eos: true });
    expect(answer.choices?.[0]).toMatchObject({ finish_reason: "length" });
    expect(answer.choices?.[0]?.token_ids).toHaveLength(16);
  });

  test("stop ids are named, min_tokens withholds them", async () => {
    const [end] = await served.engine.tokenize("</think>", { special: true });
    const answer = await ask(url(), path, { ...base, max_tokens: 200, stop_token_ids: [end] });
    const choice = answer.choices?.[0];
    expect(choice).toMatchObject({ finish_reason: "stop", stop_reason: end });
    const natural = choice?.token_ids?.length ?? 0;
    expect(choice?.token_ids?.at(-1)).toBe(end);
    expect(choice?.text).not.toContain("</think>");
    const later = await ask(url(), path, {
      ...base,
      max_tokens: 400,
      stop_token_ids: [end],
      min_tokens: natural + 3,
      include_stop_str_in_output: true,
    });
    expect(later.choices?.[0]?.token_ids?.length).toBeGreaterThan(natural + 3);
    expect(later.choices?.[0]?.text).toContain("</think>");
  });

  test("stops at a text that spans tokens, streamed or not", async () => {
    const free = await ask(url(), path, { ...base, max_tokens: 30, ignore_eos: true });
    const text = String(free.choices?.[0]?.text);
    const stop = text.slice(6, 9);
    const expected = text.slice(0, text.indexOf(stop));
    const answer = await ask(url(), path, { ...base, max_tokens: 30, ignore_eos: true, stop: [stop, "never there"] });
    expect(answer.choices?.[0]).toMatchObject({ text: expected, finish_reason: "stop", stop_reason: stop });
    const parts = await events(url(), path, { ...base, max_tokens: 30, ignore_eos: true, stop });
    expect(parts.map((part) => part.choices?.[0]?.text).join("")).toBe(expected);
  });

  test.each([
    ["an unknown field", { max_thinking_token: 5 }, "max_thinking_token"],
    ["a field that would be ignored", { presence_penalty: 0.5 }, "presence_penalty: only 0 is supported"],
    ["more answers than anybody reads", { n: 200 }, "n: at most 128"],
    ["alternatives nobody sees", { best_of: 3 }, "best_of"],
    ["an id that the model does not have", { prompt: [1, 99_999_999] }, "beyond the vocabulary"],
    ["an empty prompt", { prompt: [] }, "prompt"],
    ["biases", { logit_bias: { "5": -100 } }, "logit_bias"],
    ["more than the context", { max_tokens: 100_000 }, "exceed the context length"],
  ])("refuses %s", async (_, changes, message) => {
    const response = await post(url(), path, { ...base, ...changes });
    expect(response.status).toBe(400);
    expect(JSON.stringify(await response.json())).toContain(message);
    const streamed = await post(url(), path, { ...base, ...changes, stream: true });
    expect(streamed.status).toBe(400);
  });

  test("another model is a 404", async () => {
    const response = await post(url(), path, { ...base, model: "pica" });
    expect(response.status).toBe(404);
    expect(JSON.stringify(await response.json())).toContain('there is \\"pico\\"');
  });
});

describe("budget forcing over /v1/completions", () => {
  const opened = { ...base, prompt: "<s>12+30" };

  test("forces the end at the budget, whatever the client", async () => {
    const answer = await ask(url(), path, { ...opened, max_thinking_tokens: 7 });
    const text = await served.engine.detokenize(answer.choices?.[0]?.token_ids ?? []);
    const [, thought = ""] = /^<think>(.*?)<\/think>/s.exec(text) ?? [];
    expect(await served.engine.tokenize(thought, { special: false })).toHaveLength(7);
  });

  test("a model's name with a budget does the same", async () => {
    const byField = await ask(url(), path, { ...opened, max_thinking_tokens: 7, ignore_ends: 1 });
    const byName = await ask(url(), path, { ...opened, model: "pico@bf-7-w1" });
    expect(byName.choices?.[0]?.token_ids).toEqual(byField.choices?.[0]?.token_ids);
  });

  test("ignores ends and goes on after the continuation", async () => {
    const answer = await ask(url(), path, { ...opened, max_tokens: 2000, ignore_ends: 2, continuation: "Hmm" });
    const text = String(answer.choices?.[0]?.text);
    expect(text.split("Hmm").length).toBeGreaterThanOrEqual(3);
    expect(text.split("</think>")).toHaveLength(2);
  });

  test("refuses a budget without room for an answer, and a continuation without ends to ignore", async () => {
    expect((await post(url(), path, { ...opened, max_thinking_tokens: 4090 })).status).toBe(400);
    expect((await post(url(), path, { ...opened, continuation: "Hmm" })).status).toBe(400);
  });
});

describe("tokens", () => {
  test("/tokenize and /detokenize are the engine's", async () => {
    const ids = await served.engine.tokenize("12</think>", { special: true });
    expect(await ask(url(), "/tokenize", { prompt: "12</think>" })).toMatchObject({
      tokens: ids,
      count: ids.length,
      max_model_len: 4096,
    });
    expect((await ask(url(), "/tokenize", { prompt: "12</think>", parse_special: false })).tokens).toEqual(
      await served.engine.tokenize("12</think>", { special: false }),
    );
    expect(await ask(url(), "/detokenize", { tokens: ids })).toEqual({ prompt: "12</think>" });
  });

  test("/v1/models and /health", async () => {
    expect(await (await fetch(`${url()}/health`)).json()).toEqual({ status: "ok" });
    const models = (await (await fetch(`${url()}/v1/models`)).json()) as { data: unknown[] };
    expect(models.data).toEqual([
      expect.objectContaining({
        id: "pico",
        owned_by: "overthink",
        max_model_len: 4096,
        eos_token_ids: served.engine.info.eosIds,
      }),
    ]);
  });
});
