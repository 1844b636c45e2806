import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Answers } from "../../src/server/view/answers.ts";
import { viewApp } from "../../src/server/view/app.ts";

const assets = mkdtempSync(join(tmpdir(), "assets-"));
for (const file of ["index.html", "app.js", "app.css", "icon.svg"]) writeFileSync(join(assets, file), file);

const echo: Answers = async (path, query) => ({
  status: 200,
  type: "application/json",
  body: JSON.stringify({ path, query }),
});

const host = "127.0.0.1:8080";

type Options = Readonly<{
  headers?: Record<string, string>;
  method?: string;
  token?: string | null;
  answers?: Answers;
}>;

function get(path: string, { headers = {}, method = "GET", token = null, answers = echo }: Options = {}) {
  const app = viewApp({ answers, assets, token, hosts: () => [host, "localhost:8080"] });
  return app.request(`http://${host}${path}`, { method, headers: { host, ...headers } });
}

describe("the viewer answers", () => {
  test.each(["/", "/e/name", "/e/name/p/a%2Fb"])("%s with the page", async (path) => {
    const response = await get(path);
    expect(await response.text()).toBe("index.html");
    const policy = response.headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|\*/);
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect(response.headers.get("cache-control")).toBe("no-store");
  });

  test("its own page and programs, names as they were sent", async () => {
    const own = { "sec-fetch-site": "same-origin", origin: `http://${host}` };
    expect(await (await get("/api/e/a%2Fb?q=x", { headers: own })).json()).toEqual({
      path: "/api/e/a%2Fb",
      query: { q: "x" },
    });
    expect((await get("/api/experiments")).status).toBe(200);
  });
});

describe("the viewer refuses", () => {
  test.each(["evil.example:8080", "127.0.0.1", "127.0.0.1:9999", "localhost.evil.example:8080", ""])(
    "host %j",
    async (name) => {
      expect((await get("/api/experiments", { headers: { host: name } })).status).toBe(421);
      expect((await get("/", { headers: { host: name } })).status).toBe(421);
    },
  );

  test.each([
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
    { origin: "http://evil.example" },
    { origin: "null" },
    { origin: `https://${host}` },
  ])("what another page asks: %o", async (headers) => {
    expect((await get("/api/experiments", { headers: headers as unknown as Record<string, string> })).status).toBe(403);
  });

  test.each(["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])("%s", async (method) => {
    expect((await get("/api/experiments", { method })).status).toBe(405);
  });

  test("whoever has no token where one is set; a link with it becomes a cookie", async () => {
    const token = "open sesame";
    expect((await get("/", { token })).status).toBe(401);
    expect((await get("/?token=wrong", { token })).status).toBe(401);
    const entered = await get(`/e/a?x=1&token=${encodeURIComponent(token)}`, { token });
    expect(entered.status).toBe(303);
    expect(entered.headers.get("location")).toBe("/e/a?x=1");
    const cookie = entered.headers.get("set-cookie") ?? "";
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Strict/);
    expect((await get("/", { token, headers: { cookie: cookie.split(";")[0] ?? "" } })).status).toBe(200);
    expect((await get("/", { token, headers: { authorization: `Bearer ${token}` } })).status).toBe(200);
  });
});

describe("the stream of a run", () => {
  const state = { state: "running", attempts: 0 };

  async function events(headers: Record<string, string>, path = "/api/e/a/events"): Promise<readonly string[]> {
    const asked: string[] = [];
    const answers: Answers = async (_, query) => {
      asked.push(query["after"] ?? "");
      if (asked.length > 3) return { status: 404, type: "application/json", body: "{}" };
      const newest = 10 + asked.length;
      return { status: 200, type: "application/json", body: JSON.stringify({ newest, state, changed: true }) };
    };
    const text = await (await get(path, { answers, headers })).text();
    expect(text.match(/^id: \d+$/gm)).toEqual(["id: 11", "id: 12", "id: 13"]);
    return asked;
  }

  test("goes on from the last event that was seen", async () => {
    expect(await events({}, "/api/e/a/events?after=5")).toEqual(["5", "11", "12", "13"]);
    expect((await events({ "last-event-id": "10" }, "/api/e/a/events?after=5"))[0]).toBe("10");
  });
});

test("faults of an answer are told in one line", async () => {
  const answers: Answers = async () => {
    throw Object.assign(new Error("no answer within 5 s: ask for less"), { name: "TooBroad" });
  };
  const response = await get("/api/experiments", { answers });
  expect(response.status).toBe(503);
  expect(await response.json()).toEqual({ error: "no answer within 5 s: ask for less", hint: null });
});
