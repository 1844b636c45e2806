import OpenAI from "openai";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createThoughtSplit } from "../../src/server/thought-split.ts";
import { ask, events, post, serveScripted, type Served } from "./serve-harness.ts";

let served: Served;
beforeAll(async () => {
  served = await serveScripted(
    {},
    {
      seeded: undefined,
      rules: [
        { after: "2+2<think>", emit: "2 and 2 is 5</think>" },
        { after: "Wait", emit: ", no: 4</think>" },
        { after: "5</think>", emit: "5</s>" },
        { after: "4</think>", emit: "4</s>" },
        { after: "2 and </think>", emit: "unknown</s>" },
      ],
    },
  );
});
afterAll(() => served.close());

const path = "/v1/chat/completions";
const url = () => served.server.url;
const base = { model: "pico", messages: [{ role: "user", content: "2+2" }], temperature: 0 };

const messageOf = async (changes: object) => {
  const answer = await ask(url(), path, { ...base, ...changes });
  return { message: answer.choices?.[0]?.message, finish: answer.choices?.[0]?.finish_reason, usage: answer.usage };
};

test("splits the thought from the answer", async () => {
  const { message, finish, usage } = await messageOf({});
  expect(message).toEqual({
    role: "assistant",
    content: "5",
    reasoning: "2 and 2 is 5",
    reasoning_content: "2 and 2 is 5",
  });
  expect(finish).toBe("stop");
  expect(usage).toMatchObject({
    completion_tokens_details: {
      reasoning_tokens: (await served.engine.tokenize("2 and 2 is 5", { special: false })).length,
    },
  });
});

test("an ignored end makes the answer right", async () => {
  const { message } = await messageOf({ ignore_ends: 1 });
  expect(message).toMatchObject({ content: "4", reasoning: "2 and 2 is 5Wait, no: 4" });
  expect((await messageOf({ model: "pico@bf-w1" })).message).toEqual(message);
});

test("a budget cuts the thought", async () => {
  const { message, usage } = await messageOf({ max_thinking_tokens: 4 });
  expect(message).toMatchObject({ content: "unknown", reasoning: "2 and " });
  expect(usage).toMatchObject({ completion_tokens_details: { reasoning_tokens: 4 } });
});

test("max_tokens alone cuts, and forces nothing", async () => {
  const { message, finish } = await messageOf({ max_tokens: 3 });
  expect(message).toMatchObject({ content: "", reasoning: "2 and" });
  expect(finish).toBe("length");
});

test.each([{}, { ignore_ends: 1 }])("streams the same with %j", async (changes) => {
  const { message, finish } = await messageOf(changes);
  const parts = await events(url(), path, { ...base, ...changes, stream_options: { include_usage: true } });
  const deltas = parts.flatMap((part) => part.choices?.[0]?.delta ?? []);
  expect(deltas.map((delta) => delta.reasoning_content ?? "").join("")).toBe(message?.reasoning_content);
  expect(deltas.map((delta) => delta.content ?? "").join("")).toBe(message?.content);
  expect(parts.at(-2)?.choices?.[0]?.finish_reason).toBe(finish);
  expect(parts.at(-1)?.usage?.completion_tokens_details).toBeDefined();
});

test("OpenAI's own client gets budget forcing by the model's name", async () => {
  const client = new OpenAI({ baseURL: `${url()}/v1`, apiKey: "none" });
  const answer = await client.chat.completions.create({
    model: "pico@bf-w1",
    messages: [{ role: "user", content: "2+2" }],
    temperature: 0,
  });
  expect(answer.choices[0]?.message.content).toBe("4");
  const stream = await client.chat.completions.create({
    model: "pico@bf-4",
    messages: [{ role: "user", content: "2+2" }],
    temperature: 0,
    stream: true,
  });
  let text = "";
  for await (const part of stream) text += part.choices[0]?.delta.content ?? "";
  expect(text).toBe("unknown");
  expect((await client.models.list()).data.map(({ id }) => id)).toEqual(["pico"]);
});

test("a system message goes in front, an answer that is begun is refused", async () => {
  const { message } = await messageOf({
    messages: [
      { role: "system", content: "Add." },
      { role: "user", content: [{ type: "text", text: "2+2" }] },
    ],
  });
  expect(message).toMatchObject({ content: "5" });
  expect(
    (await post(url(), path, { ...base, messages: [...base.messages, { role: "assistant", content: "4" }] })).status,
  ).toBe(400);
});

test("a delimiter of several tokens is found across parts, and held back while it may come", () => {
  const split = createThoughtSplit([7, 8]);
  expect([...split.push([1, 7]), ...split.push([7]), ...split.push([8, 2]), ...split.push([7, 8])]).toEqual([
    { part: "thought", ids: [1] },
    { part: "thought", ids: [7] },
    { part: "answer", ids: [2] },
    { part: "answer", ids: [7, 8] },
  ]);
  const open = createThoughtSplit([7, 8]);
  expect([...open.push([1, 7]), ...open.end()]).toEqual([
    { part: "thought", ids: [1] },
    { part: "thought", ids: [7] },
  ]);
  expect(open.thoughtTokens()).toBe(2);
});
