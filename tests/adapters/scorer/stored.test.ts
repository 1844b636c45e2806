import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { StoredScorer } from "../../../src/adapters/scorer/stored.ts";
import { openDatabase } from "../../../src/adapters/store/sqlite.ts";
import { sqliteRewards } from "../../../src/adapters/store/sqlite-rewards.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** Scores by length; a request that holds "fail" is refused. */
async function scorer(asked: string[][]): Promise<string> {
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (part: Buffer) => (body += part.toString()));
    request.on("end", () => {
      const texts = (JSON.parse(body) as { items: { response: string }[] }).items.map((item) => item.response);
      asked.push(texts);
      response.statusCode = texts.includes("fail") ? 400 : 200;
      response.end(JSON.stringify({ scores: texts.map((text) => text.length) }));
    });
  });
  servers.push(server);
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/score`;
}

const items = (...responses: string[]) => responses.map((response) => ({ problem: "q", response }));

describe("a scorer with a store", () => {
  it("is asked about each text once, also by another command and for twins in one request", async () => {
    const asked: string[][] = [];
    const url = await scorer(asked);
    const store = sqliteRewards(openDatabase(":memory:"));
    expect(await new StoredScorer(store, { url }).score(items("a", "bb", "a"))).toEqual([1, 2, 1]);
    expect(await new StoredScorer(store, { url }).score(items("bb", "ccc"))).toEqual([2, 3]);
    expect(asked).toEqual([["a", "bb"], ["ccc"]]);
  });

  it("waits for a text that is being asked about", async () => {
    const asked: string[][] = [];
    const scoring = new StoredScorer(sqliteRewards(openDatabase(":memory:")), { url: await scorer(asked) });
    expect(await Promise.all([scoring.score(items("a")), scoring.score(items("a"))])).toEqual([[1], [1]]);
    expect(asked).toEqual([["a"]]);
  });

  it("tells scorers, and problems, apart", async () => {
    const asked: string[][] = [];
    const store = sqliteRewards(openDatabase(":memory:"));
    await new StoredScorer(store, { url: await scorer(asked) }).score(items("a"));
    await new StoredScorer(store, { url: await scorer(asked) }).score([
      ...items("a"),
      { problem: "other", response: "a" },
    ]);
    expect(asked).toEqual([["a"], ["a", "a"]]);
  });

  it("keeps what came before a failure, and asks again for the rest", async () => {
    const asked: string[][] = [];
    const scoring = new StoredScorer(sqliteRewards(openDatabase(":memory:")), { url: await scorer(asked), batch: 1 });
    await expect(scoring.score(items("a", "fail", "b"))).rejects.toThrow(/failed: status 400/);
    expect(await scoring.score(items("a", "b"))).toEqual([1, 1]);
    expect(asked).toEqual([["a"], ["fail"], ["b"]]);
  });
});
