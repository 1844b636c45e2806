import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { inspect } from "node:util";
import { expect, test } from "vitest";
import { keyOf } from "../../../../src/adapters/engine/http/key-options.ts";
import { createRedact, redactAll, redactError } from "../../../../src/adapters/engine/http/redact.ts";
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

test.each([401, 404, 500])("a key in the headers of an answer is in no error: status %i", async (status) => {
  const echoes = [key, Buffer.from(key).toString("base64"), Buffer.from(key).toString("hex")];
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(status, `no ${key}`, { "www-authenticate": echoes, "retry-after": key, "x-request-id": key });
    response.end(JSON.stringify({ error: { message: `never ${echoes.join(" ")}` } }));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const base_url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  const options = {
    base_url,
    model: "fake-1",
    dialect: "vllm" as const,
    api_key_env: "MY_KEY",
    timeouts: { patience: 0.1 },
  };
  const error: unknown = await createOpenAIEngine(options, env).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(Error);
  hidden(error);
  expect(everything(error)).not.toContain(Buffer.from(key).toString("hex"));
  server.close();
});

test.each(["http://me:pass-word-77@host/v1", "https://host/v1?key=pass-word-77", "https://host/v1#pass-word-77"])(
  "an address that holds a secret is refused and not shown: %s",
  async (url) => {
    for (const base_url of [url, ["https://host", url]]) {
      const error: unknown = await createOpenAIEngine({ base_url, model: "nope", dialect: "vllm" }).catch(
        (reason: unknown) => reason,
      );
      expect(String(error)).toContain("must hold no user name, password, query or fragment");
      expect(everything(error)).not.toContain("pass-word-77");
    }
  },
);

const options = { any_key_variable: false, key_over_http: false };

test.each([
  ["OPENAI_API_KEY", "https://api.example.com/v1"],
  ["MY_KEY", "http://127.0.0.1:8000/v1"],
  ["HF_TOKEN", "http://localhost:8000"],
  ["TOGETHER_API_KEY", "http://[::1]:8000"],
  ["azure_openai_api_key", "https://x.azure.com"],
])("the value of %s goes to %s", (name, base_url) => {
  expect(keyOf({ ...options, api_key_env: name, base_url }, { [name]: key })).toBe(key);
});

test.each([
  ["HOME", "https://api.example.com/v1", /HOME is not the name of an API key/],
  ["AWS_SECRET_ACCESS_KEY", "https://api.example.com/v1", /not the name of an API key/],
  ["GITHUB_TOKEN", "http://127.0.0.1:8000", /not the name of an API key/],
  ["DATABASE_PASSWORD", "https://api.example.com/v1", /not the name of an API key/],
  ["MY_KEY", "http://gpu1:8000/v1", /would go to http:\/\/gpu1:8000\/v1 unencrypted/],
  ["MY_KEY", "http://127.0.0.1.example.com/v1", /unencrypted/],
  ["MY_KEY", "http://localhost.example.com/v1", /unencrypted/],
  ["MY_KEY", ["https://a.example.com", "http://10.0.0.7"], /would go to http:\/\/10\.0\.0\.7/],
])("the value of %s does not go to %s unasked", (name, base_url, message) => {
  const asked = { ...options, api_key_env: name, base_url };
  expect(() => keyOf(asked, { [name]: key })).toThrow(message);
  expect(keyOf({ ...asked, any_key_variable: true, key_over_http: true }, { [name]: key })).toBe(key);
});

test.each(["", "Bearer ", "xx"])("a key that is echoed in other letters behind %j is removed", (before) => {
  const redact = createRedact([key]);
  const bytes = Buffer.from(`${before}${key} and more`);
  const texts = [
    bytes.toString("base64"),
    bytes.toString("base64url"),
    bytes.toString("hex"),
    bytes.toString("hex").toUpperCase(),
  ];
  for (const text of texts) {
    const left = redact(`got ${text}`);
    expect(left).toContain("[redacted]");
    expect(left.replace("[redacted]", "").length).toBeLessThan(`got ${text}`.length - key.length);
  }
});

test("a server cannot have the key stored as a fact of its own", () => {
  const told = { id: "m", meta: { note: `you are ${key}`, list: [Buffer.from(key).toString("base64")] } };
  hidden(redactAll(told, createRedact([key])));
});

test("whatever looks like a key is removed", () => {
  const redact = createRedact([]);
  expect(redact("Authorization: Bearer abc.def-123")).toBe("Authorization: [redacted]");
  expect(redact("key sk-proj-0123456789abcdef is invalid")).toBe("key [redacted] is invalid");
  const error = redactError(new Error("outer", { cause: new Error("Bearer abcdef0123") }), redact);
  expect(everything(error)).not.toContain("abcdef0123");
});
