import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { scoreReplies } from "../../../src/adapters/scorer/http.ts";

type Handler = (
  body: { items: { problem: string; response: string }[] },
  call: number,
) => Readonly<{ status?: number; text: string }>;

const open: (() => void)[] = [];

/** A reward model: what it is sent, and what it answers. */
async function scorer(handle: Handler) {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (part: Buffer) => (body += part.toString()));
    request.on("end", () => {
      bodies.push(body);
      const { status = 200, text } = handle(JSON.parse(body) as Parameters<Handler>[0], bodies.length);
      response.writeHead(status).end(text);
    });
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  open.push(() => server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/score?key=secret`, bodies };
}

afterEach(() => {
  for (const close of open.splice(0)) close();
});

const items = ["a", "bb", "ccc"].map((response) => ({ problem: "q", response }));
const byLength: Handler = ({ items: sent }) => ({
  text: JSON.stringify({ scores: sent.map(({ response }) => response.length) }),
});

describe("scoreReplies", () => {
  it("sends questions and replies in batches, and keeps their order", async () => {
    const { url, bodies } = await scorer(byLength);
    expect(await scoreReplies(items, { url, batch: 2 })).toEqual([1, 2, 3]);
    expect(bodies.map((body) => JSON.parse(body) as unknown)).toEqual([
      { items: items.slice(0, 2) },
      { items: items.slice(2) },
    ]);
  });

  it("breaks off an answer that is far too long, and does not ask for it again", async () => {
    const { url, bodies } = await scorer(() => ({ text: `{"scores": [1, 2, 3${" ".repeat(5 * 2 ** 20)}]}` }));
    await expect(scoreReplies(items, { url })).rejects.toThrow(/failed: an answer of more than 4194304 characters/);
    expect(bodies).toHaveLength(1);
  });

  it("tries again where the server is busy or broken", async () => {
    const { url, bodies } = await scorer((body, call) =>
      call < 3 ? { status: call === 1 ? 503 : 429, text: "" } : byLength(body, call),
    );
    expect(await scoreReplies(items, { url, pauseMs: 1 })).toEqual([1, 2, 3]);
    expect(bodies).toHaveLength(3);
  });

  it("gives up after a few tries, without showing a key in the address", async () => {
    const { url, bodies } = await scorer(() => ({ status: 500, text: "" }));
    const fault = await scoreReplies(items, { url, tries: 2, pauseMs: 1 }).catch((error: Error) => error);
    expect(String(fault)).toMatch(/the scorer at http:\/\/127\.0\.0\.1:\d+\/score failed: status 500/);
    expect(String(fault)).not.toContain("secret");
    expect(bodies).toHaveLength(2);
  });

  it.each([
    [{ status: 404, text: "" }, /status 404/],
    [{ text: "no json" }, /expected \{"scores"/],
    [{ text: '{"scores": [1, null, 2]}' }, /expected \{"scores"/],
    [{ text: '{"scores": [1]}' }, /1 scores for 3 replies/],
  ])("does not try again what is wrong in itself: %j", async (reply, message) => {
    const { url, bodies } = await scorer(() => reply);
    await expect(scoreReplies(items, { url, pauseMs: 1 })).rejects.toThrow(message);
    expect(bodies).toHaveLength(1);
  });

  it("says so where nobody answers", async () => {
    await expect(scoreReplies(items, { url: "http://127.0.0.1:9/", tries: 1 })).rejects.toThrow(
      /the scorer at http:\/\/127\.0\.0\.1:9\/ failed/,
    );
  });
});
