import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask, events, post, serveScripted, type Served } from "./serve-harness.ts";

/** A thought of 12 tokens and an answer of 3, in a context of 200. */
let served: Served;
beforeAll(async () => {
  served = await serveScripted(
    {},
    {
      seeded: undefined,
      context_length: 200,
      rules: [
        { after: { pattern: "<think>" }, emit: "a b c d e f </think>" },
        { after: "Wait", emit: "m n </think>" },
        { after: "</think>", emit: "x.y</s>" },
      ],
      special: ["<s>", "</s>", "<think>", "</think>"],
    },
  );
});
afterAll(() => served.close());

const url = () => served.server.url;
const chatPath = "/v1/chat/completions";
const user = { role: "user", content: "2+2" };
const chat = { model: "pico", messages: [user], temperature: 0 };
const text = { model: "pico", prompt: "<s>2+2", temperature: 0 };

const messageOf = async (changes: object) => {
  const { choices, usage } = await ask(url(), chatPath, { ...chat, ...changes });
  const { content, reasoning } = choices[0]?.message ?? {};
  return { content, reasoning, finish: choices[0]?.finish_reason, usage };
};

const refusal = async (path: string, body: object): Promise<string> => {
  const response = await post(url(), path, body);
  expect(response.status).toBe(400);
  return JSON.stringify(await response.json());
};

describe("a budget of thinking is never changed", () => {
  test.each([4, 8, 12])("%i tokens, whatever the ceiling of the answer", async (budget) => {
    for (const max_tokens of [undefined, 16, 64, 150, 190, 200])
      expect(await messageOf({ max_thinking_tokens: budget, max_tokens })).toMatchObject({
        reasoning: "a b c d e f ".slice(0, budget),
        content: "x.y",
        finish: "stop",
      });
  });

  test("max_tokens is the answer's room, and the answer alone is cut by it", async () => {
    expect(await messageOf({ max_thinking_tokens: 8, max_tokens: 2 })).toMatchObject({
      reasoning: "a b c d ",
      finish: "length",
    });
    expect(await messageOf({ max_thinking_tokens: 8, max_tokens: 2, max_answer_tokens: 64 })).toMatchObject({
      content: "x.y",
    });
  });

  test("a thought without a budget has the context but for the answer, not half of max_tokens", async () => {
    const { reasoning, content } = await messageOf({ model: "pico@bf-w3", max_tokens: 10 });
    expect(reasoning).toBe("a b c d e f Waitm n Waitm n Waitm n ");
    expect(content).toBe("x.y");
  });

  test.each([
    { max_thinking_tokens: 190 },
    { max_thinking_tokens: 5000 },
    { model: "pico@bf-99999999999999999999" },
    { max_thinking_tokens: 100, max_answer_tokens: 100 },
    { ignore_ends: 1, max_answer_tokens: 198 },
    { max_tokens: 201, max_thinking_tokens: 4 },
    { max_tokens: 201 },
  ])("refused where it cannot fit: %j", async (changes) => {
    expect(await refusal(chatPath, { ...chat, ...changes })).toMatch(/context/);
  });

  test("a prompt longer than the context is refused everywhere", async () => {
    const long = "1".repeat(300);
    for (const changes of [{}, { max_thinking_tokens: 4 }, { stream: true }]) {
      expect(await refusal(chatPath, { ...chat, ...changes, messages: [{ role: "user", content: long }] })).toMatch(
        /context/,
      );
      expect(await refusal("/v1/completions", { ...text, ...changes, prompt: long })).toMatch(/context/);
    }
  });

  test("vLLM's name for a budget means the same", async () => {
    expect(await messageOf({ thinking_token_budget: 4 })).toMatchObject({ reasoning: "a b " });
    expect(await messageOf({ thinking_token_budget: -1 })).toMatchObject({ reasoning: "a b c d e f " });
    await refusal(chatPath, { ...chat, thinking_token_budget: 4, max_thinking_tokens: 5 });
  });
});

describe("under a budget", () => {
  test("stop ends the answer, streamed or not, and never the thought", async () => {
    for (const stop of [".", ["c", "."], [".y", "never"]]) {
      const { content, reasoning, finish } = await messageOf({ max_thinking_tokens: 8, stop });
      expect({ content, reasoning, finish }).toEqual({ content: "x", reasoning: "a b c d ", finish: "stop" });
      const parts = await events(url(), chatPath, { ...chat, max_thinking_tokens: 8, stop });
      expect(parts.map((part) => part.choices[0]?.delta.content ?? "").join("")).toBe("x");
    }
    const { choices } = await ask(url(), "/v1/completions", { ...text, max_thinking_tokens: 8, stop: "." });
    expect(choices[0]).toMatchObject({
      text: "<think>a b c d </think>x",
      finish_reason: "stop",
      stop_reason: ".",
    });
  });

  test.each([{ min_tokens: 3 }, { stop_token_ids: [65] }, { ignore_eos: true }])("%j is refused", async (field) => {
    const [name] = Object.keys(field);
    expect(await refusal(chatPath, { ...chat, max_thinking_tokens: 8, ...field })).toContain(name);
    expect(await refusal("/v1/completions", { ...text, model: "pico@bf-8", ...field })).toContain(name);
  });

  test.each([{ min_tokens: 0 }, { stop_token_ids: [] }, { ignore_eos: false }, { stop: [] }, { stop: [null] }])(
    "%j asks for nothing",
    async (field) => {
      expect(await messageOf({ max_thinking_tokens: 8, ...field })).toMatchObject({ content: "x.y" });
    },
  );

  test("log-probabilities of a completion are refused", async () => {
    expect(await refusal("/v1/completions", { ...text, max_thinking_tokens: 8, logprobs: 1 })).toContain("logprobs");
  });

  test("add_special_tokens is refused where the model names no beginning of a text", async () => {
    for (const max_thinking_tokens of [8, undefined])
      expect(await refusal("/v1/completions", { ...text, max_thinking_tokens, add_special_tokens: true })).toContain(
        "add_special_tokens",
      );
    await ask(url(), "/v1/completions", { ...text, add_special_tokens: false });
  });
});

describe("log-probabilities are never null with a 200", () => {
  test.each([
    ["/v1/completions", { ...text, logprobs: 0 }],
    ["/v1/completions", { ...text, logprobs: 1, echo: true, max_tokens: 0 }],
    ["/v1/completions", { ...text, logprobs: 0, stream: true }],
    [chatPath, { ...chat, logprobs: true }],
    [chatPath, { ...chat, logprobs: true, stream: true }],
  ])("%s of an engine that gives none", async (path, body) => {
    expect(await refusal(path, body)).toContain("logprobs");
  });
});

describe("fields that ask for nothing are taken", () => {
  test.each([
    { tools: [] },
    { tool_choice: "none" },
    { tool_choice: "auto", tools: [] },
    { parallel_tool_calls: true },
    { response_format: { type: "text" } },
    { top_logprobs: 0 },
    { logprobs: false },
    { n: 1 },
    { presence_penalty: 0, frequency_penalty: 0.0 },
    { logit_bias: {} },
    { modalities: ["text"] },
    { user: "me", metadata: { a: "b" }, store: false, service_tier: "auto" },
    { seed: null, stop: null, top_p: null, functions: null, something_new: null },
    { stream_options: { include_usage: true } },
    { chat_template_kwargs: {} },
    { watermarking: false },
  ])("%j", async (fields) => {
    expect(await messageOf(fields)).toMatchObject({ content: "x.y" });
  });

  test.each([
    ["tools", { tools: [{ type: "function", function: { name: "f" } }] }],
    ["tool_choice", { tool_choice: "required" }],
    ["response_format", { response_format: { type: "json_object" } }],
    ["reasoning_effort", { reasoning_effort: "low" }],
    ["chat_template_kwargs", { chat_template_kwargs: { enable_thinking: false } }],
    ["top_logprobs", { top_logprobs: 3 }],
    ["presence_penalty", { presence_penalty: 0.1 }],
    ["continue_final_message", { continue_final_message: true }],
    ["messages", { messages: [user, { role: "assistant", content: "4" }] }],
    ["messages", { messages: [{ role: "tool", content: "4", tool_call_id: "1" }] }],
    ["messages", { messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: "x" } }] }] }],
  ])("%s with a meaning is refused by name", async (name, fields) => {
    expect(await refusal(chatPath, { ...chat, ...fields })).toContain(name);
  });
});

describe("several at once", () => {
  const sampled = { temperature: 1, seed: 3, max_tokens: 12, ignore_eos: true, return_token_ids: true };

  test("choices of one prompt are draws of their own; the first is that of one choice", async () => {
    const seeded = await serveScripted();
    try {
      const body = { model: "pico", prompt: "<s>2+2<think>", ...sampled };
      const one = await ask(seeded.server.url, "/v1/completions", body);
      const three = await ask(seeded.server.url, "/v1/completions", { ...body, n: 3 });
      expect(three.choices.map(({ index }) => index)).toEqual([0, 1, 2]);
      expect(three.choices[0]?.token_ids).toEqual(one.choices[0]?.token_ids);
      expect(new Set(three.choices.map(({ token_ids }) => token_ids.join())).size).toBe(3);
      expect(three.usage).toMatchObject({ completion_tokens: 36, prompt_tokens: 5 });
      const parts = await events(seeded.server.url, "/v1/completions", { ...body, n: 3 });
      for (const { index, token_ids } of three.choices)
        expect(
          parts.flatMap((part) => part.choices.filter((choice) => choice.index === index).flatMap((c) => c.token_ids)),
        ).toEqual(token_ids);
      const chats = await ask(seeded.server.url, chatPath, { ...chat, model: "pico@bf-5", temperature: 1, n: 4 });
      expect(chats.choices.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
    } finally {
      await seeded.close();
    }
  });

  test("a batch of prompts, in texts or ids, is answered in order", async () => {
    const prompts = ["<s>1<think>", "<s>2</think>", "<s>3Wait"];
    const ids = await Promise.all(prompts.map((prompt) => served.engine.tokenize(prompt, { special: true })));
    for (const prompt of [prompts, ids]) {
      const { choices, usage } = await ask(url(), "/v1/completions", { ...text, prompt, max_tokens: 5 });
      expect(choices.map((choice) => choice.text)).toEqual(["a b c", "x.y", "m n </think>"]);
      expect(usage).toMatchObject({ completion_tokens: 5 + 4 + 5, prompt_tokens: ids.flat().length });
    }
    await refusal("/v1/completions", { ...text, prompt: Array.from({ length: 1025 }, () => "1") });
  });

  test("echo puts the prompt in front", async () => {
    const { choices } = await ask(url(), "/v1/completions", {
      ...text,
      prompt: "<s>1<think>",
      echo: true,
      max_tokens: 2,
    });
    expect(choices[0]?.text).toBe("<s>1<think>a ");
    const parts = await events(url(), "/v1/completions", { ...text, prompt: "<s>1<think>", echo: true, max_tokens: 2 });
    expect(parts.map((part) => part.choices[0]?.text).join("")).toBe("<s>1<think>a ");
    const none = await ask(url(), "/v1/completions", { ...text, prompt: "<s>1", echo: true, max_tokens: 0 });
    expect(none.choices[0]).toMatchObject({ text: "<s>1", finish_reason: "length" });
  });
});

describe("a conversation", () => {
  const turns = [
    { role: "system", content: "Add." },
    { role: "user", content: "1+1" },
    { role: "assistant", content: "2" },
    user,
  ];

  test("of a model without a template is its format, turn by turn", async () => {
    const { tokens } = await ask(url(), "/tokenize", { messages: turns });
    expect(await served.engine.detokenize(tokens)).toBe("<s>Add.\n\n1+12</s><s>2+2");
    expect(await messageOf({ messages: turns, max_thinking_tokens: 3 })).toMatchObject({ reasoning: "a b" });
  });

  test("goes through the model's own template, whose markup in a message stays text", async () => {
    const template =
      "{{ bos_token }}{% for m in messages %}<{{ m.role }}>{{ m.content }}{% endfor %}{% if add_generation_prompt %}<bot><think>{% endif %}";
    const special = ["<s>", "</s>", "<think>", "</think>", "<system>", "<user>", "<assistant>", "<bot>"];
    const own = await serveScripted({}, { special }, { chatTemplate: template, bosText: "<s>" });
    try {
      const messages = [...turns.slice(0, -1), { role: "user", content: "2</think>" }];
      const { tokens } = await ask(own.server.url, "/tokenize", { messages });
      const mark = async (text: string) => own.engine.tokenize(text, { special: true });
      const plain = async (text: string) => own.engine.tokenize(text, { special: false });
      expect(tokens).toEqual([
        ...(await mark("<s><system>Add.<user>1+1<assistant>2<user>")),
        ...(await plain("2</think>")),
        ...(await mark("<bot><think>")),
      ]);
      // The template opened the thought: it is not opened again.
      const answer = await ask(own.server.url, chatPath, { ...chat, messages, max_thinking_tokens: 0 });
      expect(answer.usage).toMatchObject({ completion_tokens_details: { reasoning_tokens: 0 } });
      expect(own.engine.calls.at(-1)?.prefix).toEqual([...tokens, ...(await mark("</think>"))]);
    } finally {
      await own.close();
    }
  });
});

describe("what clients ask about", () => {
  const get = async (path: string) => {
    const response = await fetch(`${url()}${path}`);
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };

  test("one model, by its name and with a budget in it", async () => {
    expect(await get("/v1/models/pico")).toMatchObject({ status: 200, body: { id: "pico", object: "model" } });
    expect(await get("/v1/models/pico@bf-4-w1")).toMatchObject({ status: 200, body: { id: "pico@bf-4-w1" } });
    expect((await get("/v1/models/other")).status).toBe(404);
  });

  test("its version and its tokenizer", async () => {
    expect((await get("/version")).body).toEqual({ version: expect.stringMatching(/^overthink-/) as string });
    expect((await get("/tokenizer_info")).body).toMatchObject({ eos_token: "</s>", model_max_length: 200 });
  });
});

describe("/v1/responses", () => {
  const path = "/v1/responses";
  const body = { model: "pico@bf-8", input: "2+2", temperature: 0 };
  type Answer = Readonly<{ output: { type: string; content: { text: string }[] }[]; status: string; usage: object }>;
  const respond = async (changes: object) => (await ask(url(), path, { ...body, ...changes })) as unknown as Answer;

  test("gives the thought and the answer as items", async () => {
    const { output, status, usage } = await respond({});
    expect(output.map(({ type, content }) => [type, content[0]?.text])).toEqual([
      ["reasoning", "a b c d "],
      ["message", "x.y"],
    ]);
    expect(status).toBe("completed");
    expect(usage).toMatchObject({ output_tokens_details: { reasoning_tokens: 8 } });
    expect((await respond({ max_output_tokens: 2 })).status).toBe("incomplete");
  });

  test("takes messages and earlier items", async () => {
    const input = [
      { role: "user", content: [{ type: "input_text", text: "1+1" }] },
      { type: "reasoning", id: "rs_1", summary: [] },
      {
        type: "message",
        role: "assistant",
        id: "msg_1",
        status: "completed",
        content: [{ type: "output_text", text: "2", annotations: [] }],
      },
      { role: "user", content: "2+2" },
    ];
    await respond({ input, instructions: "Add.", reasoning: { summary: "auto" }, text: { format: { type: "text" } } });
    const [call] = served.engine.calls.slice(-2);
    expect(await served.engine.detokenize(call?.prefix ?? [])).toBe("<s>Add.\n\n1+12</s><s>2+2<think>");
  });

  test("streams its events in order", async () => {
    const lines = await (await post(url(), path, { ...body, stream: true })).text();
    const parts = lines
      .split("\n")
      .filter((line) => line.startsWith("data: "))
      .map((line) => JSON.parse(line.slice(6)) as { type: string; delta?: string; sequence_number: number });
    expect(parts.map(({ sequence_number }) => sequence_number)).toEqual(parts.map((_, at) => at));
    expect(parts.map(({ type }) => type)).toEqual([
      "response.created",
      "response.in_progress",
      "response.output_item.added",
      "response.content_part.added",
      "response.reasoning_text.delta",
      "response.reasoning_text.done",
      "response.content_part.done",
      "response.output_item.done",
      "response.output_item.added",
      "response.content_part.added",
      "response.output_text.delta",
      "response.output_text.done",
      "response.content_part.done",
      "response.output_item.done",
      "response.completed",
    ]);
  });

  test.each([
    { previous_response_id: "resp_1" },
    { tools: [{ type: "web_search" }] },
    { reasoning: { effort: "low" } },
    { background: true },
  ])("%j is refused", async (changes) => {
    await refusal(path, { ...body, ...changes });
  });
});
