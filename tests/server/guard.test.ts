import { request } from "node:http";
import { afterEach, expect, test, vi } from "vitest";
import { UserError } from "../../src/core/user-error.ts";
import { post, serveScripted } from "./serve-harness.ts";

let closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closing.map((close) => close()));
  closing = [];
});

const serve = async (...options: Parameters<typeof serveScripted>) => {
  const served = await serveScripted(...options);
  closing.push(served.close);
  return served;
};

const statusFor = (url: string, host: string): Promise<number | undefined> =>
  new Promise((resolve, reject) =>
    request(`${url}/v1/models`, { headers: { host } }, (response) => resolve(response.resume().statusCode))
      .on("error", reject)
      .end(),
  );

test("listens on loopback unless told otherwise, and wider only with a token", async () => {
  const { server } = await serve();
  expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  await expect(serveScripted({ host: "0.0.0.0" })).rejects.toThrow(UserError);
  await expect(serveScripted({ host: "0.0.0.0" })).rejects.toThrow("listening on 0.0.0.0 lets others in");
});

test("a page that points its own name here gets nothing", async () => {
  const { server } = await serve();
  expect(await statusFor(server.url, "evil.example")).toBe(421);
  expect(await statusFor(server.url, "localhost:80")).toBe(200);
});

test("a token is asked for where one is set", async () => {
  const { server } = await serve({ token: "open sesame" });
  const body = { prompt: "1" };
  expect((await post(server.url, "/tokenize", body)).status).toBe(401);
  expect((await post(server.url, "/tokenize", body, { authorization: "Bearer open" })).status).toBe(401);
  expect((await post(server.url, "/tokenize", body, { authorization: "Bearer open sesame" })).status).toBe(200);
  expect((await fetch(`${server.url}/health`)).status).toBe(200);
});

test("forms of other pages are refused", async () => {
  const { server } = await serve();
  expect((await post(server.url, "/tokenize", { prompt: "1" }, { "content-type": "text/plain" })).status).toBe(415);
  const broken = await fetch(`${server.url}/tokenize`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: "{",
  });
  expect(broken.status).toBe(400);
  expect((await fetch(`${server.url}/nowhere`)).status).toBe(404);
});

test("a port in use is one clear line", async () => {
  const { server } = await serve();
  const port = Number(new URL(server.url).port);
  await expect(serveScripted({ port })).rejects.toThrow(`port ${port} of 127.0.0.1 is in use`);
});

test.each([true, false])("a client that goes away stops the engine (stream: %s)", async (stream) => {
  const { server, engine } = await serve({}, { token_ms: 20 });
  const generate = vi.spyOn(engine, "generate");
  const gone = new AbortController();
  const body = JSON.stringify({ model: "pico", prompt: "<s>1<think>", max_tokens: 3000, ignore_eos: true, stream });
  const response = fetch(`${server.url}/v1/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
    signal: gone.signal,
  }).then((answer) => answer.text());
  response.catch(() => undefined);
  await expect.poll(() => engine.decodedTokens).toBeGreaterThan(2);
  gone.abort();
  await expect(response).rejects.toThrow();
  await expect(generate.mock.results[0]?.value).rejects.toThrow();
  expect(engine.decodedTokens).toBeLessThan(3000);
});

test("a fault of the engine is a 500, or an error event", async () => {
  const { server } = await serve({}, { faults: [{ call: 1 }, { call: 2, after: 3 }] });
  const body = { model: "pico", prompt: "<s>1<think>", ignore_eos: true };
  expect((await post(server.url, "/v1/completions", body)).status).toBe(500);
  const text = await (await post(server.url, "/v1/completions", { ...body, stream: true })).text();
  expect(text).toContain('"message":"scripted fault"');
  expect(text).not.toContain("[DONE]");
});
