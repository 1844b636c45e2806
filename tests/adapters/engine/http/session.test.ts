import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createHttpClient } from "../../../../src/adapters/engine/http/client.ts";

const seen: IncomingHttpHeaders[] = [];
const server = createServer((request, response) => {
  seen.push(request.headers);
  response.setHeader("content-type", "application/json").end("{}");
});

beforeAll(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
afterAll(() => new Promise((resolve) => server.close(resolve)));

it("names the session for routers where there is one, and nothing elsewhere", async () => {
  const client = createHttpClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, undefined);
  const { signal } = new AbortController();
  await client.post("/v1/completions", {}, signal, "s1");
  await client.post("/v1/completions", {}, signal);
  await client.get("/v1/models", signal);
  await client.close();
  expect(seen.map((headers) => [headers["x-session-id"], headers["x-smg-routing-key"]])).toEqual([
    ["s1", "s1"],
    [undefined, undefined],
    [undefined, undefined],
  ]);
});
