import { mkdtempSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { openDatabase } from "../../src/adapters/store/sqlite.ts";
import { studyCommand } from "../../src/cli/commands/study.ts";
import { runLab } from "../fixtures/lab.ts";
import { hashModel, toyEngine } from "../fixtures/toy-engine.ts";

const path = join(mkdtempSync(join(tmpdir(), "study-")), "results.db");

beforeAll(async () => {
  const db = openDatabase(path);
  const engine = () => toyEngine(hashModel(2), { contextLength: 200 });
  await runLab({
    db,
    engine: engine(),
    name: "long",
    settings: [{ max_thinking_tokens: 3 }, {}, { ignore_ends: 2 }],
    problems: 6,
  });
  await runLab({
    db,
    engine: engine(),
    name: "many",
    settings: [{}],
    problems: 6,
    conditions: { sampling: { temperature: 1, topP: 1, topK: 0, minP: 0 }, epochs: 4 },
  });
  db.close();
});

afterEach(() => vi.restoreAllMocks());

async function study(names: readonly string[], flags: object = {}): Promise<string> {
  const written: string[] = [];
  vi.spyOn(process.stdout, "write").mockImplementation((text) => written.push(String(text)) > 0);
  expect(await studyCommand(names, { db: path, ...flags })).toBe(0);
  return written.join("");
}

describe("overthink study", () => {
  it("prints a table for each question, over all experiments named", async () => {
    const text = await study(["long", "many"]);
    for (const heading of [
      "Control, scaling, performance",
      "Answers from one ignored end to the next",
      "Votes among independent attempts",
      "One long thought against majority votes, at equal tokens",
    ])
      expect(text).toContain(heading);
  });

  it("has no votes where every problem was attempted once", async () => {
    expect(await study(["long"])).not.toContain("Votes");
  });

  it("prints one JSON document with the sizes asked for", async () => {
    const { pools } = JSON.parse(await study(["many"], { json: true, votes: "1,3" })) as {
      pools: { curve: { k: number; weighted: unknown }[] }[];
    };
    expect(pools[0]?.curve.map(({ k, weighted }) => [k, weighted])).toEqual([
      [1, null],
      [3, null],
    ]);
  });

  it("weighs votes by a scorer", async () => {
    const asked: number[] = [];
    const server = createServer((request, response) => {
      let body = "";
      request.on("data", (part: Buffer) => (body += part.toString()));
      request.on("end", () => {
        const { items } = JSON.parse(body) as { items: { response: string }[] };
        asked.push(items.length);
        response.end(JSON.stringify({ scores: items.map(({ response: text }) => -text.length) }));
      });
    });
    await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
    const scorer = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const text = await study(["long", "many"], { scorer });
    server.close();
    expect(text).toContain("best of k %");
    expect(asked.length).toBe(1);
    expect(await study(["long", "many"], { scorer })).toBe(text);
  });

  it.each([
    [["many"], { votes: "8" }, /a vote of 8 needs a pool of 8 attempts, this one has 4/],
    [["many"], { votes: "two" }, /--votes "two": expected whole numbers/],
    [["many"], { scorer: "somewhere" }, /--scorer "somewhere": expected an address/],
    [["mny"], {}, /no experiment "mny"/],
  ])("refuses %j %j", async (names, flags, message) => {
    await expect(studyCommand(names, { db: path, ...flags })).rejects.toThrow(message);
  });
});
