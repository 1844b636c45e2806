import { inspect } from "node:util";
import { expect, test } from "vitest";
import { createRedact, redactError } from "../../../../src/adapters/engine/http/redact.ts";
import { createOpenAIEngine } from "../../../../src/adapters/engine/openai/engine.ts";
import { startVllm } from "../../../doubles/vllm-double.ts";
import { openEngine, run, spanOf } from "./harness.ts";

const key = "planted+key/0123456789==";
const env = { MY_KEY: key };

/** Everything there is to see of a value, hidden properties, causes and stacks included. */
const everything = (value: unknown): string =>
  inspect(value, { depth: 12, showHidden: true, getters: true }) + JSON.stringify(value);

const hidden = (value: unknown): void => {
  const text = everything(value);
  for (const form of [key, encodeURIComponent(key), Buffer.from(key).toString("base64")])
    expect(text).not.toContain(form);
};

test("a key that a server echoes is in no error and no record", async () => {
  const server = await startVllm({}, { key, mishap: (count) => (count > 0 ? { kind: "status", status: 500 } : null) });
  const { engine, tries } = await openEngine(
    { base_url: server.url, dialect: "vllm", api_key_env: "MY_KEY", timeouts: { patience: 0.1 } },
    env,
  );
  const error: unknown = await run(engine, spanOf()).catch((reason: unknown) => reason);
  expect(String(error)).toContain("you sent Bearer [redacted]");
  expect(tries[0]?.error).toContain("you sent Bearer [redacted]");
  hidden(error);
  hidden(tries);
  hidden(engine);
  hidden(engine.info);
  await Promise.all([engine.close(), server.close()]);
});

test("a refused key is not in the complaint", async () => {
  const server = await startVllm({}, { key: "another" });
  const error: unknown = await createOpenAIEngine(
    { base_url: server.url, model: "fake-1", dialect: "vllm", api_key_env: "MY_KEY" },
    env,
  ).catch((reason: unknown) => reason);
  expect(String(error)).toContain("refuses the key");
  hidden(error);
  await server.close();
});

test("a password in an address is not in the facts", async () => {
  const server = await startVllm();
  const url = server.url.replace("http://", "http://me:pass-word-77@");
  const error: unknown = await createOpenAIEngine({ base_url: url, model: "nope", dialect: "vllm" }).catch(
    (reason: unknown) => reason,
  );
  expect(everything(error)).not.toContain("pass-word-77");
  await server.close();
});

test("whatever looks like a key is removed", () => {
  const redact = createRedact([]);
  expect(redact("Authorization: Bearer abc.def-123")).toBe("Authorization: [redacted]");
  expect(redact("key sk-proj-0123456789abcdef is invalid")).toBe("key [redacted] is invalid");
  const error = redactError(new Error("outer", { cause: new Error("Bearer abcdef0123") }), redact);
  expect(everything(error)).not.toContain("abcdef0123");
});
