import { afterEach, expect, test } from "vitest";
import { createOpenAIEngine, type OpenAIInput } from "../../../../src/adapters/engine/openai/engine.ts";
import { describeUserError, UserError } from "../../../../src/core/user-error.ts";
import { writeTokenizer } from "../../../doubles/fake-tokenizer.ts";
import { startGeneric } from "../../../doubles/generic-double.ts";
import type { Double } from "../../../doubles/http-double.ts";
import { startLlamaServer } from "../../../doubles/llama-server-double.ts";
import { closedAddress } from "../../../doubles/steady-port.ts";
import { startSglang } from "../../../doubles/sglang-double.ts";
import { serveScripted } from "../../../server/serve-harness.ts";
import { model, startVllm } from "../../../doubles/vllm-double.ts";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

let closing: Double[] = [];
afterEach(async () => {
  await Promise.all(closing.map(({ close }) => close()));
  closing = [];
});

const up = async (server: Promise<Double>): Promise<Double> => {
  closing.push(await server);
  return server;
};

const complaint = async (
  input: Partial<OpenAIInput> & Pick<OpenAIInput, "base_url">,
  env: Record<string, string> = {},
): Promise<string> => {
  const error: unknown = await createOpenAIEngine({ model, dialect: "vllm", ...input }, env).then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof UserError)) throw new Error(`no UserError: ${String(error)}`, { cause: error });
  const line = describeUserError(error);
  expect(line).not.toContain("\n");
  return line;
};

test("unreachable address", async () => {
  const url = await closedAddress();
  expect(await complaint({ base_url: `${url}/v1` })).toBe(
    `cannot reach ${url}: ECONNREFUSED connect ECONNREFUSED ${url.slice(7)} (is the server running, and base_url right?)`,
  );
});

test("wrong model name", async () => {
  const { url } = await up(startVllm());
  expect(await complaint({ base_url: url, model: "fake-2" })).toBe(`${url} has no model "fake-2" (it has "fake-1")`);
});

test("refused key", async () => {
  const { url } = await up(startVllm({}, { key: "right-key-123" }));
  const line = await complaint({ base_url: url, api_key_env: "MY_KEY" }, { MY_KEY: "wrong-key-456" });
  expect(line).toBe(`${url} refuses the key (401) (check the value of MY_KEY)`);
  expect(await complaint({ base_url: url })).toContain("refuses the key (401)");
  expect(await complaint({ base_url: url, api_key_env: "MY_KEY" })).toContain("environment variable MY_KEY is not set");
});

test("context too short", async () => {
  const { url } = await up(startVllm({ maxModelLen: 512 }));
  expect(await complaint({ base_url: url, context_length: 2048 })).toMatch(
    /^context_length 2048 is more than the 512 tokens/,
  );
});

test("dialect that does not match the server", async () => {
  const sglang = await up(startSglang());
  const llama = await up(startLlamaServer());
  const generic = await up(startGeneric());
  expect(await complaint({ base_url: llama.url, dialect: "sglang", context_length: 99 })).toContain(
    "dialect: llama-server",
  );
  expect(await complaint({ base_url: llama.url, dialect: "vllm", context_length: 99 })).toContain(
    "dialect: llama-server",
  );
  expect(await complaint({ base_url: sglang.url, dialect: "llama-server" })).toContain("dialect: sglang");
  // It has vLLM's routes, and answers them a little otherwise.
  expect(await complaint({ base_url: sglang.url, dialect: "vllm" })).toContain("dialect: sglang");
  expect(await complaint({ base_url: generic.url, dialect: "vllm" })).toContain("dialect: generic");
  const served = await serveScripted();
  for (const dialect of ["sglang", "llama-server"] as const)
    expect(await complaint({ base_url: served.server.url, dialect, model: "pico" })).toContain("dialect: vllm");
  await served.close();
});

test("a server without token ids", async () => {
  const { url } = await up(startVllm({ noIds: true }));
  expect(await complaint({ base_url: url })).toContain("gives no token ids (vLLM gives them from 0.10.2 on");
});

test("a server that only chats", async () => {
  const { url } = await up(startGeneric({ chatOnly: true }));
  expect(
    await complaint({ base_url: url, dialect: "generic", tokenizer: writeTokenizer(), context_length: 99 }),
  ).toMatch(/cannot continue a text.*only chats cannot continue a thought/);
});

test("no tokenizer, no context length, another model's tokenizer", async () => {
  const generic = await up(startGeneric());
  expect(await complaint({ base_url: generic.url, dialect: "generic" })).toContain(
    'dialect "generic" needs "tokenizer"',
  );
  expect(await complaint({ base_url: generic.url, dialect: "generic", tokenizer: writeTokenizer() })).toContain(
    "set context_length",
  );
  expect(
    await complaint({ base_url: generic.url, dialect: "generic", tokenizer: "/no/such/tokenizer.json" }),
  ).toContain('cannot read tokenizer "/no/such/tokenizer.json"');
  const vllm = await up(startVllm());
  expect(await complaint({ base_url: vllm.url, tokenizer: otherTokenizer() })).toContain("is not the server's");
});

const otherTokenizer = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "overthink-other-"));
  const words = Object.fromEntries(Array.from(" ACTW.aehinorstw024–ïv37×21=?,\nĠ", (sign, id) => [sign, id]));
  writeFileSync(
    join(folder, "tokenizer.json"),
    JSON.stringify({
      version: "1.0",
      added_tokens: [],
      normalizer: null,
      pre_tokenizer: null,
      post_processor: null,
      decoder: null,
      model: { type: "BPE", vocab: words, merges: [], unk_token: null },
    }),
  );
  return folder;
};

test("nothing is spent before a complaint", async () => {
  const server = await up(startVllm({ maxModelLen: 512 }));
  await complaint({ base_url: server.url, context_length: 2048 });
  await complaint({ base_url: server.url, model: "other" });
  expect(server.bodies).toEqual([]);
});

test("one address of two that is down does not matter", async () => {
  const server = await up(startVllm());
  const down = await closedAddress();
  const engine = await createOpenAIEngine({ base_url: [down, server.url], model, dialect: "vllm" });
  expect(engine.info.facts).toMatchObject({ silent: [down] });
  await engine.close();
});
