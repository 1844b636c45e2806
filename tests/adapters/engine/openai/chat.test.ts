import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { InlineFormat } from "../../../../src/formats/inline.ts";
import { parseTemplate } from "../../../../src/formats/jinja/parser.ts";
import { renderTemplate } from "../../../../src/formats/jinja/render.ts";
import { resolveFormat } from "../../../../src/formats/resolve.ts";
import { writeTokenizer } from "../../../doubles/fake-tokenizer.ts";
import type { Double } from "../../../doubles/http-double.ts";
import { startLlamaServer } from "../../../doubles/llama-server-double.ts";
import { startSglang } from "../../../doubles/sglang-double.ts";
import { type Renders, startVllm } from "../../../doubles/vllm-double.ts";
import { openEngine } from "./harness.ts";

const template =
  "{% if enable_thinking %}Think. {% endif %}{% for m in messages %}<|user|>{{ m.content }}<|end|>{% endfor %}" +
  "{% if add_generation_prompt %}<think>{% endif %}";

const dated = `{{ strftime_now('%Y-%m-%d') }}${template}`;

/** A server that renders a template, with variables of its own. */
const serverOf = (text: string, more: object = {}): Renders => ({
  template: text,
  render: (messages, variables) =>
    renderTemplate(
      parseTemplate(text),
      { ...variables, ...more, messages, add_generation_prompt: true },
      new Date().toISOString().slice(0, 10),
    ),
});

const start: Readonly<Record<string, (chat: Renders) => Promise<Double>>> = {
  vllm: (chat) => startVllm({ chat }),
  sglang: (chat) => startSglang({ chat }),
  "llama-server": (chat) => startLlamaServer({}, chat.template, chat.render),
};

let closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  closing = [];
});

const format = (changes: object = {}) =>
  InlineFormat.parse({
    prompt: "chat",
    thinking_start: "<think>",
    thinking_end: "</think>",
    end_of_turn: "<|end|>",
    ...changes,
  });

/** The server's template, as an engine knows it: some servers do not tell it. */
const tokenizerOf = (text: string): string => {
  const folder = writeTokenizer();
  writeFileSync(join(folder, "chat_template.jinja"), text);
  return folder;
};

const resolved = async (dialect: string, chat: Renders, spec = format()) => {
  const server = await start[dialect]?.(chat);
  if (!server) throw new Error(dialect);
  closing.push(server.close);
  const { engine } = await openEngine({
    base_url: server.url,
    dialect: dialect as "vllm",
    tokenizer: tokenizerOf(chat.template),
  });
  closing.unshift(() => engine.close());
  return resolveFormat(spec, engine, "m");
};

describe.each(Object.keys(start))("%s, which renders conversations itself", (dialect) => {
  test("is asked in our own ids where they are the same", async () => {
    const { prompt } = await resolved(dialect, serverOf(template));
    expect((await prompt("2?")).text).toBe("<|user|>2?<|end|><think>");
  });

  test("is refused where it gives its template variables of its own, until they are stated", async () => {
    const chat = serverOf(template, { enable_thinking: true });
    await expect(resolved(dialect, chat)).rejects.toThrow(
      /^model "m": its server renders the chat template otherwise: \d+ and \d+ tokens, "<\|user\|>What is .*" here, "Think\. .*" there$/,
    );
    const stated = format({ template_variables: { enable_thinking: true } });
    const { prompt } = await resolved(dialect, chat, stated);
    expect((await prompt("2?")).text).toBe("Think. <|user|>2?<|end|><think>");
  });

  test("may write today's date into its own prompts", async () => {
    const { prompt } = await resolved(dialect, serverOf(dated));
    expect((await prompt("2?")).text).toBe("2025-06-28<|user|>2?<|end|><think>");
  });
});

test("an SGLang that gives no ids of the prompt is not compared", async () => {
  const chat = { ...serverOf(template), render: () => "" };
  const server = await startSglang({});
  closing.push(server.close);
  const { engine } = await openEngine({
    base_url: server.url,
    dialect: "sglang",
    tokenizer: tokenizerOf(chat.template),
  });
  closing.unshift(() => engine.close());
  expect(await engine.chatIds?.([{ role: "user", content: "2?" }], {})).toBeNull();
  expect((await (await resolveFormat(format(), engine, "m")).prompt("2?")).text).toBe("<|user|>2?<|end|><think>");
});
