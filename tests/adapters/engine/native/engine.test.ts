import { inspect } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import { createOpenAINativeEngine, type OpenAINativeInput } from "../../../../src/adapters/engine/native/engine.ts";
import { fieldsOf, knobBody, missingKnobs, untold } from "../../../../src/adapters/engine/native/knobs.ts";
import { emptyReply, readReply, responseOf } from "../../../../src/adapters/engine/native/reply.ts";
import { countsOf } from "../../../../src/adapters/engine/native/usage.ts";
import type { HttpClient } from "../../../../src/adapters/engine/http/client.ts";
import { request, type Requests } from "../../../../src/adapters/engine/openai/request.ts";
import type { Try } from "../../../../src/adapters/engine/openai/engine.ts";
import { greedy } from "../../../../src/core/sampling.ts";
import type { Knobs, NativeEngine, NativeRequest } from "../../../../src/ports/native-engine.ts";
import type { Double, Mishap } from "../../../doubles/http-double.ts";
import { closedAddress } from "../../../doubles/steady-port.ts";
import { closedModel, startNative, type NativeQuirks, type Shape } from "../../../doubles/native-double.ts";

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => void (await Promise.all(open.splice(0).map((close) => close()))));

const none: Knobs = { effort: null, thinkingBudget: null, maxOutputTokens: null };
const asked = (knobs: Partial<Knobs> = {}, question = "What is 12 + 30?"): NativeRequest => ({
  question,
  knobs: { ...none, ...knobs },
  sampling: greedy,
  seed: 5,
});

type Started = Readonly<{ engine: NativeEngine; tries: Try[] }>;

const quick = { firstMs: 1, mostMs: 20, random: () => 0.5 };

const serve = async (...args: Parameters<typeof startNative>): Promise<Double> => {
  const server = await startNative(...args);
  open.push(server.close);
  return server;
};

const connect = async (
  server: Pick<Double, "url">,
  input: Partial<OpenAINativeInput> = {},
  env: Record<string, string> = {},
): Promise<Started> => {
  const tries: Try[] = [];
  const engine = await createOpenAINativeEngine(
    { base_url: `${server.url}/v1`, model: closedModel, knobs: "openai", ...input },
    env,
    { onTry: (tried) => tries.push(tried), backoff: quick },
  );
  open.push(() => engine.close());
  return { engine, tries };
};

const start = async (
  shape: Shape,
  input: Partial<OpenAINativeInput> = {},
  quirks: NativeQuirks = {},
  mishap?: (count: number) => Mishap | null,
): Promise<Started & { server: Double }> => {
  const server = await serve(shape, quirks, mishap ? { mishap } : {});
  return { server, ...(await connect(server, input)) };
};

const ask = ({ engine }: Started, request = asked()) =>
  engine.respond(request, { signal: new AbortController().signal, chain: "c" });

const thought = (words: number): string => Array.from({ length: words }, (_, at) => `step${at} `).join("");

describe.each([true, false])("a native model, streamed: %s", (stream) => {
  it("with a hidden thought is counted by what OpenAI reports", async () => {
    const started = await start("openai", { stream });
    expect(await ask(started, asked({ effort: "low" }))).toEqual({
      thought: null,
      answer: "The answer is 42",
      finish: "stop",
      finishReason: "stop",
      tokens: { prompt: 7, cached: 3, written: null, thinking: 4, answer: 4, output: 8 },
      source: "usage.completion_tokens_details.reasoning_tokens, usage.completion_tokens",
      summary: null,
      served: { model: closedModel, provider: null, tier: null },
      cost: null,
    });
    expect(started.server.bodies[0]).toEqual({
      model: closedModel,
      messages: [{ role: "user", content: "What is 12 + 30?" }],
      reasoning_effort: "low",
      stream,
      ...(stream ? { stream_options: { include_usage: true } } : {}),
    });
    expect(started.tries).toMatchObject([{ status: 200, error: null, tokens: 8, promptTokens: 7, cachedTokens: 3 }]);
  });

  it("of OpenRouter shows its thought and takes a budget", async () => {
    const started = await start("openrouter", { stream, knobs: "openrouter", send: ["temperature", "seed"] });
    expect(await ask(started, asked({ thinkingBudget: 6 }))).toMatchObject({
      thought: thought(6),
      answer: "The answer is 42",
      tokens: { thinking: 6, answer: 4, output: 10 },
    });
    expect(started.server.bodies[0]).toMatchObject({
      reasoning: { max_tokens: 6 },
      temperature: 0,
      seed: 5,
    });
    expect(started.server.bodies[0]).not.toHaveProperty("top_k");
  });

  it("of DeepSeek shows its thought under another name, and its cache", async () => {
    const started = await start("deepseek", { stream, knobs: "deepseek" });
    expect(await ask(started)).toMatchObject({
      thought: thought(10),
      tokens: { prompt: 7, cached: 5, thinking: 10, answer: 4, output: 14 },
    });
  });

  it("whose thought is counted outside of the completion is counted whole", async () => {
    const started = await start("outside", { stream });
    expect(await ask(started)).toMatchObject({
      tokens: { thinking: 10, answer: 4, output: 14 },
      source: "usage.completion_tokens_details.reasoning_tokens, usage.total_tokens - usage.prompt_tokens",
    });
  });

  it("that reports nothing has no counts, not zeros", async () => {
    const started = await start("silent", { stream });
    expect(await ask(started)).toMatchObject({
      thought: null,
      answer: "The answer is 42",
      tokens: { prompt: null, cached: null, thinking: null, answer: null, output: null },
      source: "not reported",
    });
    expect(started.tries[0]?.tokens).toBeNull();
  });

  it("says where it was cut", async () => {
    const inThought = await ask(await start("deepseek", { stream, knobs: "deepseek" }), asked({ maxOutputTokens: 3 }));
    expect(inThought).toMatchObject({
      thought: thought(3),
      answer: "",
      finish: "length",
      tokens: { thinking: 3, output: 3 },
    });
    const inAnswer = await ask(await start("deepseek", { stream, knobs: "deepseek" }), asked({ maxOutputTokens: 12 }));
    expect(inAnswer).toMatchObject({ answer: "The answer ", finish: "length" });
  });
});

describe("faults", () => {
  const kinds: readonly [string, Mishap, boolean][] = [
    ["429 with Retry-After", { kind: "status", status: 429, retryAfter: "0.05" }, true],
    ["429 without", { kind: "status", status: 429 }, true],
    ["500", { kind: "status", status: 500 }, true],
    ["garbage in a stream", { kind: "garbage" }, true],
    ["garbage as a whole", { kind: "garbage" }, false],
    ["a reset", { kind: "reset" }, true],
    ["a stream without its end", { kind: "endless" }, true],
    ["a truncated event", { kind: "truncated" }, true],
  ];

  it.each(kinds)("%s are tried again, each try is told of", async (_, mishap, stream) => {
    const started = await start("deepseek", { stream, knobs: "deepseek" }, {}, (count) => (count < 2 ? mishap : null));
    expect(await ask(started)).toMatchObject({
      thought: thought(10),
      answer: "The answer is 42",
      tokens: { output: 14 },
    });
    expect(started.tries.map(({ error }) => error !== null)).toEqual([true, true, false]);
    expect(started.server.bodies).toHaveLength(3);
  });

  it("are given up in the end", async () => {
    const started = await start("openai", { timeouts: { patience: 0.2 } }, {}, () => ({ kind: "status", status: 500 }));
    await expect(ask(started)).rejects.toThrow(/mishap.*given up/);
  });

  it("that a router puts into the body of a 200 are faults", () => {
    expect(() => readReply(emptyReply(), { error: { code: 429, message: "slow down" } })).toThrow("slow down");
    expect(() =>
      readReply(emptyReply(), { choices: [{ delta: {}, error: { code: 502, message: "the model is away" } }] }),
    ).toThrow("the model is away");
  });

  it("of a request are said once, not tried again", async () => {
    const started = await start("openai", { extra: { temperature: 0 } });
    await expect(ask(started)).rejects.toThrow(/Unsupported parameter: 'temperature'/);
    expect(started.server.bodies).toHaveLength(1);
  });

  it("end with the caller's own reason when it gives up", async () => {
    const started = await start("openai", {}, {}, () => ({ kind: "stall" }));
    const abort = new AbortController();
    const reason = new Error("enough");
    setTimeout(() => abort.abort(reason), 50);
    await expect(started.engine.respond(asked(), { signal: abort.signal, chain: "c" })).rejects.toBe(reason);
  });
});

describe("a long hidden thought", () => {
  const waitOf = async (thinksFirst: boolean): Promise<number> => {
    const seen: number[] = [];
    const client = { post: async () => new Promise((resolve) => setTimeout(resolve, 30, {})) } as unknown as HttpClient;
    const pool = {
      use: async (_: string, __: AbortSignal, task: (endpoint: unknown) => Promise<{ waitMs: number }>) =>
        void seen.push((await task({ url: "http://x", client })).waitMs),
    } as unknown as Requests["pool"];
    const requests: Requests = {
      pool,
      limits: { total: 1000, stall: 1000 },
      redact: (text) => text,
      onTry: () => undefined,
      now: Date.now,
    };
    await request(requests, {
      chain: "c",
      signal: new AbortController().signal,
      path: "/",
      body: {},
      onEvent: () => "more",
      onEnd: () => undefined,
      drift: null,
      thinksFirst,
    });
    return seen[0] ?? NaN;
  };

  it("is not taken for a busy server", async () => {
    expect(await waitOf(true)).toBe(0);
    expect(await waitOf(false)).toBeGreaterThan(20);
  });
});

describe("before anything is spent", () => {
  it("an address that nobody answers is refused", async () => {
    await expect(connect({ url: await closedAddress() })).rejects.toThrow(/cannot reach http:\/\/127\.0\.0\.1:\d+/);
  });

  it("a wrong name is refused, with the right ones", async () => {
    const server = await serve("openai");
    await expect(connect(server, { model: "closed-2" })).rejects.toMatchObject({
      message: expect.stringContaining('has no model "closed-2"'),
      hint: 'it has "closed-1"',
    });
    expect(server.bodies).toEqual([]);
  });

  it("a variant after a colon is the model", async () => {
    const started = await start("openai", { model: `${closedModel}:floor` });
    await expect(ask(started)).rejects.toThrow("does not exist");
  });

  it("a server without a list of models is taken at its word, and a bare address has /v1", async () => {
    const server = await serve("openai", { unlisted: true });
    expect(await ask(await connect(server, { base_url: server.url }))).toMatchObject({ answer: "The answer is 42" });
  });

  it("a missing variable is named", async () => {
    await expect(connect(await serve("openai"), { api_key_env: "NO_SUCH_KEY" })).rejects.toThrow(
      "environment variable NO_SUCH_KEY is not set",
    );
  });
});

describe("the key", () => {
  const key = "planted+key/0123456789==";
  const everything = (value: unknown): string =>
    inspect(value, { depth: 12, showHidden: true, getters: true }) + JSON.stringify(value);
  const hidden = (value: unknown): void => {
    for (const form of [key, encodeURIComponent(key), Buffer.from(key).toString("base64")])
      expect(everything(value)).not.toContain(form);
  };

  it("is sent, and is in no error, no record and no fact, though the server echoes it", async () => {
    const server = await serve("openai", {}, { key, mishap: () => ({ kind: "status", status: 500 }) });
    const { engine, tries } = await connect(
      server,
      { api_key_env: "MY_KEY", timeouts: { patience: 0.05 } },
      { MY_KEY: key },
    );
    const error: unknown = await engine
      .respond(asked(), { signal: new AbortController().signal, chain: "c" })
      .catch((reason: unknown) => reason);
    expect(String(error)).toContain("you sent Bearer [redacted]");
    for (const value of [error, tries, engine, engine.info]) hidden(value);
  });

  it("is not in the complaint about it", async () => {
    const error: unknown = await connect(
      await serve("openai", {}, { key: "another" }),
      { api_key_env: "MY_KEY" },
      { MY_KEY: key },
    ).catch((reason: unknown) => reason);
    expect(String(error)).toContain("refuses the key");
    hidden(error);
  });
});

describe("counts", () => {
  it.each([
    [{ reasoning_tokens: 5, completion_tokens: 9 }, null, { thinking: 5, answer: 4, output: 9 }],
    [{ completion_tokens: 9 }, null, { thinking: null, answer: null, output: 9 }],
    [
      { completion_tokens: 9, completion_tokens_details: { reasoning_tokens: 0 } },
      null,
      { thinking: 0, answer: 9, output: 9 },
    ],
    [
      { completion_tokens: 9, completion_tokens_details: { reasoning_tokens: 0 } },
      "a thought to read",
      { thinking: null, answer: null, output: 9 },
    ],
    [
      { completion_tokens: 3, completion_tokens_details: { reasoning_tokens: 8 } },
      null,
      { thinking: 8, answer: null, output: 3 },
    ],
    [{ completion_tokens: 9, completion_tokens_details: null }, null, { thinking: null, answer: null, output: 9 }],
    [{ completion_tokens: "9" }, null, { thinking: null, answer: null, output: null }],
    [undefined, null, { thinking: null, answer: null, output: null }],
  ])("of %j beside the thought %j", (usage, shown, tokens) => {
    expect(countsOf(usage, shown).tokens).toMatchObject(tokens);
  });

  it("name the fields they came from", () => {
    expect(countsOf({ completion_tokens: 9 }, null).source).toBe("usage.completion_tokens, thinking not reported");
  });
});

describe("replies", () => {
  it("may hold the thought as parts of the content", () => {
    const reply = emptyReply();
    readReply(reply, {
      choices: [
        {
          message: {
            content: [
              { type: "thinking", thinking: [{ type: "text", text: "hm" }] },
              { type: "text", text: "42" },
            ],
          },
          finish_reason: "stop",
        },
      ],
    });
    expect(responseOf(reply)).toMatchObject({ thought: "hm", answer: "42" });
  });

  it("that name the thought twice have it once", () => {
    const reply = emptyReply();
    readReply(reply, {
      choices: [{ message: { reasoning: "hm", reasoning_content: "hm", content: "42" }, finish_reason: "stop" }],
    });
    expect(responseOf(reply).thought).toBe("hm");
  });

  it("keep the server's own word for the end", () => {
    const reply = emptyReply();
    readReply(reply, {
      choices: [{ message: { content: null, refusal: "I cannot." }, finish_reason: "content_filter" }],
    });
    expect(responseOf(reply)).toMatchObject({
      answer: "I cannot.",
      finish: "content-filter",
      finishReason: "content_filter",
    });
  });
});

describe("knobs", () => {
  it("go where the family has them, what goes along included", () => {
    const request = {
      ...asked({ thinkingBudget: 2000, maxOutputTokens: 4000 }),
      sampling: { ...greedy, temperature: 1 },
    };
    expect(knobBody(fieldsOf("anthropic"), {}, request)).toEqual({
      thinking: { type: "enabled", budget_tokens: 2000 },
      max_tokens: 4000,
    });
    expect(
      knobBody(
        fieldsOf("gemini"),
        { extra_body: { google: { thinking_config: { include_thoughts: true } } } },
        request,
      ),
    ).toEqual({
      extra_body: { google: { thinking_config: { include_thoughts: true, thinking_budget: 2000 } } },
      max_tokens: 4000,
      temperature: 1,
      top_p: 1,
    });
  });

  it("go where a mapping of one's own says", () => {
    expect(knobBody(fieldsOf({ effort: "options.depth", sampling: [] }), {}, asked({ effort: "deep" }))).toEqual({
      options: { depth: "deep" },
    });
  });

  it("that a server lacks are known before it is asked", () => {
    expect(missingKnobs(fieldsOf("openai"), { effort: "low", thinkingBudget: 5, maxOutputTokens: 9 })).toEqual([
      "thinking_budget",
    ]);
    expect(missingKnobs(fieldsOf("openai"), none)).toEqual([]);
  });

  it("leave the extra fields of the options as they were", () => {
    const extra = { reasoning: { exclude: true } };
    knobBody(fieldsOf("openrouter"), extra, asked({ effort: "low" }));
    expect(extra).toEqual({ reasoning: { exclude: true } });
  });

  it("of sampling that a server is not told are named", () => {
    expect(untold(fieldsOf("openai"), greedy)).toEqual(["temperature"]);
    expect(untold(fieldsOf("gemini"), { ...greedy, temperature: 1, topK: 5 })).toEqual(["top_k"]);
    expect(untold(fieldsOf("openrouter"), greedy)).toEqual([]);
  });
});
