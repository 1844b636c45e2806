import { afterEach, describe, expect, it, vi } from "vitest";
import { createAnthropicEngine } from "../../../../src/adapters/engine/native/anthropic/engine.ts";
import { createGeminiEngine } from "../../../../src/adapters/engine/native/gemini/engine.ts";
import { createOpenAINativeEngine } from "../../../../src/adapters/engine/native/engine.ts";
import type { AnthropicInput, GeminiInput, OpenAINativeInput } from "../../../../src/adapters/engine/native/options.ts";
import type { ServiceName } from "../../../../src/adapters/engine/native/services.ts";
import type { Try } from "../../../../src/adapters/engine/openai/try.ts";
import { greedy } from "../../../../src/core/sampling.ts";
import type { Knobs, NativeEngine, NativeRequest } from "../../../../src/ports/native-engine.ts";
import { writeTokenizer } from "../../../doubles/fake-tokenizer.ts";
import { anthropicError, messageFor, startAnthropic } from "../../../doubles/services/anthropic.ts";
import { geminiError, replyFor, startGemini } from "../../../doubles/services/gemini.ts";
import {
  type ChatService,
  completionFor,
  openAIError,
  type OpenAIQuirks,
  responseFor,
  shapes,
  startChat,
} from "../../../doubles/services/openai.ts";
import { comment, data, type Json, type RawService, type Sent } from "../../../doubles/services/raw.ts";

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  vi.useRealTimers();
  await Promise.all(open.splice(0).map((close) => close()));
});

const env = { MY_KEY: "key-1" };
const quick = { firstMs: 1, mostMs: 20, random: () => 0.5 };
const none: Knobs = { effort: null, thinkingBudget: null, maxOutputTokens: null };

const asked = (knobs: Partial<Knobs> = {}, question = "What is 12 + 30?"): NativeRequest => ({
  question,
  knobs: { ...none, ...knobs },
  sampling: greedy,
  seed: 5,
});

type Started = Readonly<{ engine: NativeEngine; tries: Try[]; server: RawService }>;

const started = async (
  server: RawService,
  create: (hooks: { onTry: (tried: Try) => void; backoff: typeof quick }) => Promise<NativeEngine>,
): Promise<Started> => {
  open.push(server.close);
  const tries: Try[] = [];
  const engine = await create({ onTry: (tried) => tries.push(tried), backoff: quick });
  open.push(() => engine.close());
  return { engine, tries, server };
};

const claude = async (quirks: Parameters<typeof startAnthropic>[0] = {}, input: Partial<AnthropicInput> = {}) => {
  const server = await startAnthropic(quirks);
  return started(server, (hooks) =>
    createAnthropicEngine(
      { base_url: server.url, model: "claude-opus-4-8", api_key_env: "MY_KEY", ...input },
      env,
      hooks,
    ),
  );
};

const gemini = async (quirks: Parameters<typeof startGemini>[0] = {}, input: Partial<GeminiInput> = {}) => {
  const server = await startGemini(quirks);
  return started(server, (hooks) =>
    createGeminiEngine(
      { base_url: server.url, model: "gemini-3.1-pro-preview", api_key_env: "MY_KEY", ...input },
      env,
      hooks,
    ),
  );
};

const chat = async (service: ChatService, quirks: OpenAIQuirks = {}, input: Partial<OpenAINativeInput> = {}) => {
  const server = await startChat(service, quirks);
  return started(server, (hooks) =>
    createOpenAINativeEngine(
      {
        base_url: `${server.url}${shapes[service].prefix}`,
        model: "m",
        api_key_env: "MY_KEY",
        ...(service === "gemini" ? { knobs: "gemini" } : { service: service as ServiceName, protocol: "chat" }),
        ...input,
      },
      env,
      hooks,
    ),
  );
};

const responses = (quirks: OpenAIQuirks = {}, input: Partial<OpenAINativeInput> = {}) =>
  chat("openai", quirks, { model: "gpt-5.4", protocol: "responses", ...input });

const ask = ({ engine }: Started, request = asked()) =>
  engine.respond(request, { signal: new AbortController().signal, chain: "c" });

const steps = (count: number): string => Array.from({ length: count }, (_, step) => `step${step} `).join("");

describe("knobs, as each service documents them", () => {
  const body = async (start: Promise<Started>, knobs: Partial<Knobs>, path: string): Promise<Json> => {
    const one = await start;
    await ask(one, asked(knobs));
    return one.server.bodies(path).at(-1) ?? {};
  };
  const message = [{ role: "user", content: "What is 12 + 30?" }];

  it("OpenAI chat: reasoning_effort and max_completion_tokens, no temperature", async () => {
    expect(await body(chat("openai"), { effort: "low", maxOutputTokens: 9 }, "/v1/chat/completions")).toEqual({
      reasoning_effort: "low",
      max_completion_tokens: 9,
      model: "m",
      messages: message,
      stream: true,
      stream_options: { include_usage: true },
    });
  });

  it("OpenAI Responses: reasoning.effort and max_output_tokens, and nothing is kept there", async () => {
    expect(await body(responses(), { effort: "xhigh", maxOutputTokens: 90 }, "/v1/responses")).toEqual({
      store: false,
      reasoning: { effort: "xhigh" },
      max_output_tokens: 90,
      model: "gpt-5.4",
      input: "What is 12 + 30?",
      stream: true,
    });
  });

  it("Anthropic: an effort thinks adaptively; max_tokens is the model's most where nobody says it", async () => {
    expect(await body(claude(), { effort: "low" }, "/v1/messages")).toEqual({
      model: "claude-opus-4-8",
      max_tokens: 128_000,
      messages: message,
      output_config: { effort: "low" },
      thinking: { type: "adaptive" },
      stream: true,
    });
  });

  it("Anthropic: none turns thinking off, or to its lowest where it cannot be", async () => {
    expect(await body(claude(), { effort: "none" }, "/v1/messages")).toMatchObject({ thinking: { type: "disabled" } });
    const sonnet = claude({}, { model: "claude-sonnet-5-5" });
    expect(await body(sonnet, { effort: "none" }, "/v1/messages")).toMatchObject({
      thinking: { type: "between_tools" },
    });
  });

  it("Anthropic: a budget on older models", async () => {
    const sent = await body(
      claude({}, { model: "claude-sonnet-4-5", max_tokens: 9000 }),
      { thinkingBudget: 2048 },
      "/v1/messages",
    );
    expect(sent).toMatchObject({ max_tokens: 9000, thinking: { type: "enabled", budget_tokens: 2048 } });
  });

  it("Gemini: thinkingLevel and maxOutputTokens, and no temperature to Gemini 3", async () => {
    const sent = await body(
      gemini(),
      { effort: "low", maxOutputTokens: 99 },
      "/v1beta/models/gemini-3.1-pro-preview:streamGenerateContent",
    );
    expect(sent).toEqual({
      contents: [{ role: "user", parts: [{ text: "What is 12 + 30?" }] }],
      generationConfig: { seed: 5, maxOutputTokens: 99, thinkingConfig: { thinkingLevel: "LOW" } },
    });
  });

  it("Gemini: thinkingBudget and temperature to 2.5, and further fields as they are", async () => {
    const sent = await body(
      gemini(
        {},
        {
          model: "gemini-2.5-flash",
          send: ["temperature"],
          extra: { generationConfig: { thinkingConfig: { includeThoughts: true } }, serviceTier: "flex" },
        },
      ),
      { thinkingBudget: 6 },
      "/v1beta/models/gemini-2.5-flash:streamGenerateContent",
    );
    expect(sent).toEqual({
      contents: [{ role: "user", parts: [{ text: "What is 12 + 30?" }] }],
      generationConfig: { temperature: 0, thinkingConfig: { includeThoughts: true, thinkingBudget: 6 } },
      serviceTier: "flex",
    });
  });

  it.each([
    ["openrouter", { effort: "low" }, { reasoning: { effort: "low" }, seed: 5 }],
    ["openrouter", { thinkingBudget: 6 }, { reasoning: { max_tokens: 6 } }],
    ["deepseek", { effort: "max", maxOutputTokens: 99 }, { reasoning_effort: "max", max_tokens: 99 }],
    ["deepseek", { effort: "none" }, { thinking: { type: "disabled" } }],
    ["qwen", { effort: "xhigh" }, { reasoning_effort: "xhigh", seed: 5 }],
    ["qwen", { thinkingBudget: 6 }, { enable_thinking: true, thinking_budget: 6 }],
    ["qwen", { effort: "none" }, { enable_thinking: false }],
    ["xai", { effort: "high", maxOutputTokens: 99 }, { reasoning_effort: "high", max_completion_tokens: 99 }],
    ["mistral", { effort: "high", maxOutputTokens: 99 }, { reasoning_effort: "high", max_tokens: 99 }],
    ["groq", { effort: "low" }, { reasoning_effort: "low", reasoning_format: "parsed", seed: 5 }],
    ["together", { effort: "low" }, { reasoning_effort: "low" }],
    ["gemini", { thinkingBudget: 6 }, { extra_body: { google: { thinking_config: { thinking_budget: 6 } } } }],
    ["gemini", { effort: "low" }, { reasoning_effort: "low" }],
  ] as const)("%s with %j sends %j", async (service, knobs, fields) => {
    const sent = await body(chat(service), knobs, `${shapes[service].prefix}/chat/completions`);
    expect(sent).toMatchObject(fields);
    expect(Object.keys(sent)).not.toContain("temperature");
  });

  it("gpt-oss on Groq has its thought apart anyway, and is not asked for it", async () => {
    const sent = await body(chat("groq", {}, { model: "openai/gpt-oss-120b" }), {}, "/openai/v1/chat/completions");
    expect(sent).not.toHaveProperty("reasoning_format");
  });
});

describe("counts, as each service reports them", () => {
  it.each([
    ["openai", { prompt: 7, cached: 3, thinking: 4, answer: 4, output: 8 }, /^usage\.completion_tokens_details/],
    ["openrouter", { prompt: 7, cached: 3, thinking: 4, answer: 4, output: 8 }, /^usage\.completion_tokens_details/],
    ["deepseek", { prompt: 7, cached: 5, thinking: 4, answer: 4, output: 8 }, /^usage\.completion_tokens_details/],
    ["qwen", { thinking: 4, answer: 4, output: 8 }, /^usage\.completion_tokens_details/],
    ["groq", { thinking: 4, answer: 4, output: 8 }, /^usage\.completion_tokens_details/],
    ["xai", { thinking: 4, answer: 4, output: 8 }, /usage\.total_tokens - usage\.prompt_tokens$/],
    [
      "gemini",
      { thinking: 4, answer: 4, output: 8 },
      /^usage\.total_tokens - usage\.prompt_tokens - usage\.completion/,
    ],
    ["mistral", { thinking: null, answer: null, output: 8 }, /thinking not reported/],
    ["together", { thinking: null, answer: null, output: 8 }, /thinking not reported/],
  ] as const)("%s: %j", async (service, tokens, source) => {
    const effort = service === "mistral" ? "high" : "low";
    const word = { low: 4, high: 16 }[effort];
    for (const stream of [true, false]) {
      const response = await ask(await chat(service, {}, { stream }), asked({ effort }));
      expect(response.tokens).toMatchObject({ ...tokens, output: tokens.output - 4 + word });
      expect(response.source).toMatch(source);
    }
  });

  it("a thought that nobody counts is counted with the model's tokenizer, and that is said", async () => {
    const response = await ask(await chat("mistral", {}, { tokenizer: writeTokenizer() }), asked({ effort: "high" }));
    expect(response.thought).toBe(steps(16));
    expect(response.source).toMatch(/^thought counted with the tokenizer, usage\.completion_tokens/);
    expect(response.tokens.thinking).toBeGreaterThan(0);
  });

  it("Responses: output_tokens_details, and a summary is never a thought", async () => {
    expect(await ask(await responses(), asked({ effort: "low" }))).toMatchObject({
      thought: null,
      summary: "A summary.",
      answer: "The answer is 42",
      tokens: { prompt: 7, cached: 3, thinking: 4, answer: 4, output: 8 },
      source: "usage.output_tokens_details.reasoning_tokens, usage.output_tokens",
      served: { model: "gpt-5.4-2026-03-05", provider: null, tier: "default" },
    });
  });

  it("Anthropic: the details, cached tokens beside the input, and a summary is never a thought", async () => {
    expect(await ask(await claude(), asked({ effort: "low" }))).toMatchObject({
      thought: null,
      summary: "A summary.",
      answer: "The answer is 42",
      tokens: { prompt: 12, cached: 3, written: 2, thinking: 4, answer: 4, output: 8 },
      source: "usage.output_tokens_details.thinking_tokens, usage.output_tokens",
      served: { model: "claude-opus-4-8-20260901", provider: null, tier: "standard" },
    });
  });

  it("Gemini: thoughts beside the candidates, told or left over in the total", async () => {
    const tokens = { prompt: 7, cached: 3, thinking: 4, answer: 4, output: 8 };
    expect(await ask(await gemini(), asked({ effort: "low" }))).toMatchObject({
      thought: null,
      summary: "A summary.",
      answer: "The answer is 42",
      tokens,
      source: "usageMetadata.thoughtsTokenCount, usageMetadata.candidatesTokenCount",
      served: { model: "gemini-3.1-pro-preview-001", provider: null, tier: "standard" },
    });
    const left = await ask(await gemini({ uncounted: true }), asked({ effort: "low" }));
    expect(left).toMatchObject({ tokens, source: expect.stringMatching(/totalTokenCount - .*promptTokenCount - /) });
  });

  it("OpenRouter names its cost and supplier, xAI its cost in ticks", async () => {
    expect(await ask(await chat("openrouter"))).toMatchObject({
      cost: { money: 0.0123, source: "usage.cost" },
      served: { model: "m-served", provider: "Supplier", tier: null },
    });
    expect((await ask(await chat("xai"))).cost).toEqual({ money: 0.0123, source: "usage.cost_in_usd_ticks" });
  });
});

describe("thoughts", () => {
  it.each([
    ["deepseek", "thought"],
    ["qwen", "thought"],
    ["groq", "thought"],
    ["openrouter", "thought"],
    ["mistral", "thought"],
    ["openai", null],
    ["xai", null],
  ] as const)("of %s: %s", async (service, shown) => {
    const effort = service === "mistral" ? "high" : "low";
    const response = await ask(await chat(service), asked({ effort }));
    expect([response.thought, response.answer]).toEqual([
      shown === null ? null : steps({ low: 4, high: 16 }[effort]),
      "The answer is 42",
    ]);
  });

  it("that OpenRouter only summarises are no thoughts", async () => {
    const answer = (sent: Json): Json => {
      const whole = completionFor("openrouter", sent) as { choices: { message: Json }[] } & Json;
      Object.assign(whole.choices[0]?.message ?? {}, { reasoning_details: [{ type: "reasoning.summary" }] });
      return whole;
    };
    expect(await ask(await chat("openrouter", { answer }))).toMatchObject({ thought: null, summary: steps(10) });
  });
});

describe("ends", () => {
  const chatEnd = async (service: ChatService, reason: string, content = "The answer is 42") => {
    const answer = (): Json => ({
      model: "m",
      choices: [{ index: 0, message: { role: "assistant", content }, finish_reason: reason }],
      usage: { prompt_tokens: 7, completion_tokens: 4, total_tokens: 11 },
    });
    return ask(await chat(service, { answer }, { timeouts: { patience: 5 } }));
  };

  it.each([
    ["openai", "length", "length"],
    ["mistral", "model_length", "model-length"],
    ["openai", "content_filter", "content-filter"],
    ["openai", "stop", "stop"],
    ["together", "eos", "stop"],
  ] as const)("%s: %s is %s", async (service, reason, finish) => {
    expect(await chatEnd(service, reason)).toMatchObject({ finish, finishReason: reason });
  });

  it("a reply without a word is empty", async () => {
    expect(await chatEnd("openai", "stop", " \n")).toMatchObject({ finish: "empty" });
  });

  it("a refusal text of OpenAI is a refusal, though its word is stop", async () => {
    const answer = (): Json => ({
      choices: [{ index: 0, message: { content: null, refusal: "I cannot." }, finish_reason: "stop" }],
    });
    expect(await ask(await chat("openai", { answer }))).toMatchObject({
      finish: "refusal",
      finishReason: "stop",
      answer: "I cannot.",
    });
  });

  it.each(["insufficient_system_resource", "aborted", "error"])("%s is asked again, three times", async (reason) => {
    let broken = 2;
    const answer = (sent: Json): Json | null => {
      if (broken-- <= 0) return null;
      return {
        ...completionFor("deepseek", sent),
        choices: [{ index: 0, message: { content: "half" }, finish_reason: reason }],
      };
    };
    const mended = await chat("deepseek", { answer });
    expect(await ask(mended)).toMatchObject({ finish: "stop", answer: "The answer is 42" });
    expect(mended.tries.map(({ costUnknown }) => costUnknown)).toEqual([true, true, false]);
    expect(mended.tries.map(({ tokens }) => tokens)).toEqual([null, null, 14]);
    broken = 9;
    await expect(ask(await chat("deepseek", { answer }))).rejects.toMatchObject({
      name: "Interrupted",
      finishReason: reason,
      message: `the reply broke off: ${reason}, 3 times`,
    });
  });

  it("a word that nobody knows is said, and not graded", async () => {
    await expect(chatEnd("openai", "tired")).rejects.toThrow('ended its reply with "tired"');
  });

  it.each([
    [{ status: "incomplete", incomplete_details: { reason: "max_output_tokens" } }, "length", "max_output_tokens"],
    [{ status: "incomplete", incomplete_details: { reason: "content_filter" } }, "content-filter", "content_filter"],
    [{ status: "completed" }, "stop", "completed"],
  ])("Responses: %j is %s", async (changes, finish, finishReason) => {
    const answer = (sent: Json): Json => ({ ...responseFor(sent), ...changes });
    expect(await ask(await responses({ answer }))).toMatchObject({ finish, finishReason });
  });

  it("Responses: failed is broken off, and a refusal part a refusal", async () => {
    let failed = true;
    const answer = (sent: Json): Json => {
      const whole = responseFor(sent);
      if (!failed) return { ...whole, output: [{ type: "message", content: [{ type: "refusal", refusal: "No." }] }] };
      failed = false;
      return { ...whole, status: "failed", error: { code: "server_error", message: "sorry" } };
    };
    const one = await responses({ answer });
    expect(await ask(one)).toMatchObject({ finish: "refusal", answer: "No." });
    expect(one.tries.map(({ error }) => error)).toEqual(["sorry", null]);
  });

  it.each([
    ["end_turn", "stop"],
    ["max_tokens", "length"],
    ["model_context_window_exceeded", "model-length"],
    ["refusal", "refusal"],
  ])("Anthropic: %s is %s", async (reason, finish) => {
    const answer = (sent: Json): Json => ({ ...messageFor(sent), stop_reason: reason });
    expect(await ask(await claude({ answer }))).toMatchObject({ finish, finishReason: reason });
  });

  it.each([
    ["STOP", "stop"],
    ["MAX_TOKENS", "length"],
    ["CONTINUATION", "length"],
    ["SAFETY", "content-filter"],
    ["RECITATION", "content-filter"],
    ["BLOCKLIST", "content-filter"],
    ["PROHIBITED_CONTENT", "content-filter"],
    ["SPII", "content-filter"],
  ])("Gemini: %s is %s", async (reason, finish) => {
    const answer = (sent: Json): Json => {
      const reply = replyFor("m", sent) as { candidates: Json[] } & Json;
      return { ...reply, candidates: [{ ...reply.candidates[0], finishReason: reason }] };
    };
    expect(await ask(await gemini({ answer }))).toMatchObject({ finish, finishReason: reason });
  });

  it("Gemini: a blocked prompt is filtered, and nothing was decoded", async () => {
    const answer = (): Json => ({
      candidates: [],
      promptFeedback: { blockReason: "PROHIBITED_CONTENT" },
      usageMetadata: { promptTokenCount: 7, totalTokenCount: 7 },
    });
    expect(await ask(await gemini({ answer }))).toMatchObject({
      finish: "content-filter",
      finishReason: "promptFeedback PROHIBITED_CONTENT",
      tokens: { prompt: 7, output: 0 },
    });
  });
});

describe("faults", () => {
  const once = (sent: Sent) => {
    let left = 1;
    return () => (left-- > 0 ? sent : null);
  };

  it.each([
    ["429 with retry-after", openAIError(429, "slow", {}, { "retry-after": "0.02" }), 20],
    [
      "429 with the reset of what is used up",
      openAIError(
        429,
        "slow",
        {},
        {
          "x-ratelimit-remaining-requests": "9",
          "x-ratelimit-reset-requests": "6m0s",
          "x-ratelimit-remaining-tokens": "0",
          "x-ratelimit-reset-tokens": "30ms",
        },
      ),
      30,
    ],
    ["402 with a wait", openAIError(402, "paused", {}, { "retry-after": "0.01" }), 10],
    ["503", openAIError(503, "later"), null],
  ])("%s is waited for", async (_, sent, waitMs) => {
    const one = await chat("openrouter", { answer: once(sent) });
    expect((await ask(one)).answer).toBe("The answer is 42");
    expect(one.tries.map(({ retryAfterMs, error }) => [retryAfterMs, error !== null])).toEqual([
      [waitMs, true],
      [null, false],
    ]);
    expect(one.tries[0]).toMatchObject({ costUnknown: false, tokens: 0 });
  });

  it("529 of Anthropic is a busy server, also in the middle of a stream", async () => {
    for (const sent of [
      anthropicError(529, "overloaded_error", "Overloaded"),
      {
        lines: [
          comment("ping"),
          `event: error\n${data({ type: "error", error: { type: "overloaded_error", message: "Overloaded" } })}`,
        ],
      },
    ]) {
      const one = await claude({ answer: once(sent) });
      expect((await ask(one)).answer).toBe("The answer is 42");
      expect(one.tries.map(({ error }) => error?.replace("529 ", "") ?? null)).toEqual(["Overloaded", null]);
    }
  });

  it("Gemini says in its body how long to wait", async () => {
    const wait = [{ "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "0.03s" }];
    const one = await gemini({ answer: once(geminiError(429, "exhausted", wait)) });
    await ask(one);
    expect(one.tries[0]).toMatchObject({ status: 429, retryAfterMs: 30 });
  });

  it.each([
    [
      "insufficient_quota",
      openAIError(429, "You exceeded your current quota", { code: "insufficient_quota", type: "insufficient_quota" }),
    ],
    ["402", openAIError(402, "Insufficient Balance")],
  ])("%s does not pass by waiting", async (_, sent) => {
    const one = await chat("deepseek", { answer: () => sent });
    await expect(ask(one)).rejects.toThrow(/quota|Insufficient Balance/);
    expect(one.tries).toHaveLength(1);
  });

  it("an error in a list is read", async () => {
    const listed: Sent = {
      status: 400,
      body: [{ error: { code: 400, message: "Unknown name reasoning", status: "INVALID" } }],
    };
    await expect(ask(await chat("gemini", { answer: () => listed }))).rejects.toThrow("Unknown name reasoning");
  });

  it("a moderated question is filtered, and the key is not blamed", async () => {
    const moderated = openAIError(403, "Your input was flagged", {
      code: 403,
      metadata: { reasons: ["violence"], flagged_input: "…", provider_name: "x" },
    });
    const one = await chat("openrouter", { answer: () => moderated });
    expect(await ask(one)).toMatchObject({
      finish: "content-filter",
      finishReason: "403 Your input was flagged",
      tokens: { output: 0 },
    });
    const refused = chat("openrouter", { answer: () => openAIError(403, "Key limit exceeded", { code: 403 }) });
    await expect(ask(await refused)).rejects.toThrow("refuses the key, or what it asks for (403 Key limit exceeded)");
  });

  it("an effort that the model does not take is said once, with the right ones", async () => {
    const one = await chat("openai");
    await expect(ask(one, asked({ effort: "max" }))).rejects.toThrow(/Supported values are: none, low/);
    expect(one.tries).toHaveLength(1);
  });

  it("a key that is refused is said before anything is spent", async () => {
    const server = await startAnthropic();
    open.push(server.close);
    const create = createAnthropicEngine(
      { base_url: server.url, model: "claude-opus-4-8", api_key_env: "MY_KEY" },
      { MY_KEY: "wrong" },
    );
    await expect(create).rejects.toMatchObject({
      message: expect.stringContaining("refuses the key (401)"),
      hint: "check the value of MY_KEY",
    });
  });

  it.each(["deepseek", "openrouter"] as const)(
    "a dropped stream of %s cost something that nobody knows",
    async (service) => {
      const half = {
        lines: [comment("keep-alive"), data({ choices: [{ index: 0, delta: { content: "Th" } }] })],
        cut: true,
      };
      const one = await chat(service, { answer: once(half) });
      await ask(one);
      expect(one.tries.map(({ tokens, costUnknown }) => [tokens, costUnknown])).toEqual([
        [null, true],
        [14, false],
      ]);
    },
  );
});

describe("what a gateway drops", () => {
  it("is told of where it says what the model takes", async () => {
    const listed = { supported_parameters: ["reasoning", "max_tokens"] };
    const { engine } = await chat("openrouter", { model: "m", listed }, { send: ["temperature", "seed"] });
    expect(engine.info.notes).toEqual(["its server drops what this model does not take: temperature, seed"]);
    const all = { supported_parameters: ["temperature", "seed"] };
    const quiet = await chat("openrouter", { model: "m", listed: all }, { send: ["temperature", "seed"] });
    expect(quiet.engine.info.notes).toEqual([]);
  });
});

describe("a thought of 30 minutes", () => {
  const minutes = 30;

  it.each([
    ["chat completions", (quirk: () => Sent) => chat("openrouter", { answer: quirk })],
    ["Responses", (quirk: () => Sent) => responses({ answer: quirk })],
    ["Messages", (quirk: () => Sent) => claude({ answer: quirk })],
    ["Gemini", (quirk: () => Sent) => gemini({ answer: quirk })],
  ] as const)("with only comments in between is received once, over %s", async (name, start) => {
    const signs: (() => void)[] = [];
    const finish: Record<string, string> = {
      "chat completions": `${data({ choices: [{ index: 0, delta: { content: "42" }, finish_reason: "stop" }] })}data: [DONE]\n\n`,
      Responses: `event: response.completed\n${data({ type: "response.completed", response: responseFor({ input: "42" }) })}`,
      Messages: data({ type: "message", content: [] }).replace("data", "event: message_start\ndata"),
      Gemini: data(replyFor("m", { contents: [{ parts: [{ text: "42" }] }] })),
    };
    const long: Sent = {
      write: (response) => {
        response.writeHead(200, { "content-type": "text/event-stream" });
        for (let at = 0; at < minutes; at++) signs.push(() => response.write(comment("keep-alive")));
        signs.push(() => response.end(name === "Messages" ? wholeMessage() : finish[name]));
        response.flushHeaders();
      },
    };
    const one = await start(() => long);
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
    const answered = ask(one);
    while (signs.length === 0) await new Promise((resolve) => setImmediate(resolve));
    for (const sign of signs) {
      await vi.advanceTimersByTimeAsync(60_000);
      sign();
      for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    }
    expect((await answered).answer).toContain("42");
    expect(one.tries.map(({ status, error }) => [status, error])).toEqual([[200, null]]);
    expect(one.tries[0]?.milliseconds).toBeGreaterThanOrEqual(minutes * 60_000);
  });
});

describe("a silence", () => {
  it("longer than anything that was asked for is given up, and what it cost is not known", async () => {
    const silent: Sent = { write: (response) => response.writeHead(200).flushHeaders() };
    const one = await chat("openrouter", { answer: () => silent }, { timeouts: { patience: 0 } });
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
    const answered = ask(one, asked({ effort: "low" })).catch((error: unknown) => error);
    while (one.server.bodies("/api/v1/chat/completions").length === 0)
      await new Promise((resolve) => setImmediate(resolve));
    await vi.advanceTimersByTimeAsync(799_000);
    expect(one.tries).toEqual([]);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(String(await answered)).toContain("the server was silent for 800 s");
    expect(one.tries).toMatchObject([{ tokens: null, costUnknown: true }]);
  });
});

const wholeMessage = (): string =>
  [
    { type: "message_start", message: { model: "c", content: [], usage: { input_tokens: 7, output_tokens: 1 } } },
    { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
    { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "42" } },
    { type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: 3 } },
    { type: "message_stop" },
  ]
    .map((event) => `event: ${event.type}\n${data(event)}`)
    .join("");
