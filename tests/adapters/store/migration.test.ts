import { callOf } from "../../fixtures/stored.ts";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { afterAll, describe, expect, it } from "vitest";
import { sqliteChains } from "../../../src/adapters/store/sqlite-chains.ts";
import { openDatabase, openForReading } from "../../../src/adapters/store/sqlite.ts";
import { migrations } from "../../../src/adapters/store/migrations.ts";
import { sqliteResults } from "../../../src/adapters/store/sqlite-results.ts";
import { notices } from "../../../src/core/notices.ts";
import { hashOf } from "../../../src/core/hash.ts";
import type { ExperimentRecord } from "../../../src/ports/result-store.ts";
import { greedy } from "../../../src/core/sampling.ts";

const folder = mkdtempSync(join(tmpdir(), "overthink-migration-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const key = { engine: {}, sampling: greedy, prompt: [1], problem: "p", epoch: 0, draw: 0, seed: 0, arm: "" };

/** A database as the first version wrote it, one attempt in it. */
function firstVersion(name: string): string {
  const path = join(folder, name);
  const db = new Sqlite(path);
  migrations[0]?.(db);
  db.pragma("user_version = 1");
  db.exec(`
    INSERT INTO experiments (name, hash, text, resolved, created_at) VALUES ('old', 'h', 'name: old', '{}', '2026-01-01');
    INSERT INTO points (experiment, key, position, model, dataset, method, params, label) VALUES (1, 'k', 0, 'm', 'd', 'budget-forcing', '{}', 'natural');
    INSERT INTO problems (dataset_hash, problem, text, target, tags) VALUES ('d', 'p', 'q', '2', '{}');
    INSERT INTO chains (key, problem, epoch, draw, described) VALUES ('other', 'p', 0, 0, '{}');
    INSERT INTO nodes (chain, parent, start, forced, sampled, sampled_tokens, masked, masked_ids, paid_by) VALUES (1, NULL, 0, '[]', '[10, 11]', 2, 0, '[]', 1);
    INSERT INTO requests (chain, experiment, started_at, milliseconds, sampled_tokens, cost) VALUES (1, 1, '2026-01-01', 9, 2, 0.5);
    INSERT INTO attempts (experiment, point, problem, epoch, outcome, grader, prompt, thinking_tokens, decoded_tokens, reused_tokens, counts, ignored_ends, forced_end, finished_at)
      VALUES (1, 1, 1, 0, 'correct', 'g 1', 'q', 2, 2, 0, 'ids', 0, 0, '2026-01-01');
    INSERT INTO uses (attempt, node, tokens) VALUES (1, 1, 2);`);
  db.close();
  return path;
}

describe("a database of the first version", () => {
  it("keeps everything; what its tokens took is not known", () => {
    const db = openDatabase(firstVersion("kept.db"));
    expect(db.pragma("user_version", { simple: true })).toBe(migrations.length);
    expect(
      db.prepare("SELECT outcome, thinking_tokens, decoded_tokens, prompt, seconds, cost FROM v_attempts").all(),
    ).toEqual([{ outcome: "correct", thinking_tokens: 2, decoded_tokens: 2, prompt: "q", seconds: null, cost: null }]);
    expect(db.prepare("SELECT accuracy, mean_thinking_tokens, mean_seconds, mean_cost FROM v_points").all()).toEqual([
      { accuracy: 1, mean_thinking_tokens: 2, mean_seconds: null, mean_cost: null },
    ]);
    expect(db.prepare("SELECT decoded_tokens, requests, cost FROM v_usage").all()).toEqual([
      { decoded_tokens: 2, requests: 1, cost: 0.5 },
    ]);
    expect(db.prepare("SELECT attempt, node, start, tokens FROM uses").all()).toEqual([
      { attempt: 1, node: 1, start: 0, tokens: 2 },
    ]);
    expect(db.pragma("foreign_key_check")).toEqual([]);
    expect(db.pragma("integrity_check", { simple: true })).toBe("ok");
  });

  it("is read in a copy, of which is said once what makes one to keep where that takes long", () => {
    const [small, large] = [firstVersion("small.db"), firstVersion("large.db")];
    new Sqlite(large).exec("UPDATE problems SET text = hex(zeroblob(33 << 20))").close();
    const told: unknown[] = [];
    const listen = (text: unknown): void => void told.push(text);
    notices.subscribe(listen);
    for (const path of [small, large, large]) openForReading(path).close();
    notices.unsubscribe(listen);
    expect(told).toEqual([expect.stringContaining(`overthink merge "${large}" --into NEW.db makes one to keep`)]);
  });

  it("goes on being written", () => {
    const db = openDatabase(firstVersion("grown.db"));
    const chains = sqliteChains(db, 1);
    const { id } = chains.open(key);
    const node = { parent: null, offset: 0, forced: [], sampled: [1], masked: 0, maskedIds: [], logprobs: null };
    const { call } = chains.append(id, node, callOf());
    expect(db.prepare("SELECT request FROM nodes ORDER BY id").pluck().all()).toEqual([null, call]);
  });

  it("can be read at once", () => {
    const db = openForReading(firstVersion("read.db"));
    expect(db.prepare("SELECT mean_seconds FROM v_points").pluck().all()).toEqual([null]);
    expect(() => db.exec("DELETE FROM attempts")).toThrow(/readonly/);
  });
});

describe("a database from before models were known by what they are", () => {
  const engine = { engine: "llama", sha256: "abc", kv_type: "F32" };
  const versioned = (version: string) => ({ ...key, engine: { ...engine, node_llama_cpp: version, llama_cpp: "b1" } });

  /** As the fourth version wrote it: two versions of the library decoded a chain. */
  function fourthVersion(name: string): string {
    const path = join(folder, name);
    const db = new Sqlite(path);
    for (const migration of migrations.slice(0, 4)) migration(db);
    db.pragma("user_version = 4");
    const chain = db.prepare("INSERT INTO chains (key, problem, epoch, draw, described) VALUES (?, 'p', 0, 0, ?)");
    for (const described of [versioned("3.21.1"), versioned("3.22.1")])
      chain.run(hashOf(described), JSON.stringify(described));
    db.exec(
      `INSERT INTO experiments (name, hash, text, resolved, created_at) VALUES ('old', 'h', 'name: old', '{"kept":1}', '2026-01-01');`,
    );
    db.prepare("INSERT INTO runs (experiment, started_at, status, record) VALUES (1, '', 'finished', ?)").run(
      JSON.stringify({ models: [{ name: "m", identity: versioned("3.21.1").engine, facts: {} }] }),
    );
    db.close();
    return path;
  }

  const declared = (rehash: NonNullable<ExperimentRecord["rehash"]>) => ({
    name: "old",
    hash: "new",
    text: "",
    resolved: {},
    points: [],
    rehash,
  });

  it("finds the chains of models in this process again, whatever version decoded them first", () => {
    const db = openDatabase(fourthVersion("chains.db"));
    expect(sqliteChains(db, 1).open({ ...key, engine }).id).toBe(1);
    expect(db.prepare("SELECT count(*) FROM chains").pluck().get()).toBe(2);
  });

  it("goes on with an experiment that is the same by today's hash, and with no other", () => {
    const results = sqliteResults(openDatabase(fourthVersion("same.db")));
    const seen: unknown[] = [];
    expect(() => results.declare(declared(() => "another"))).toThrow("with another content");
    results.declare(declared((...args) => (seen.push(args), "new")));
    expect(seen).toEqual([[{ kept: 1 }, { models: [{ name: "m", identity: engine, facts: {} }] }]]);
    // From now on its hash is today's.
    expect(() => results.declare({ ...declared(() => "newer"), hash: "newer" })).toThrow("with another content");
    results.declare(declared(() => null));
  });

  it("finds the responses of closed models again, whatever address of one's own they came from", () => {
    const path = fourthVersion("responses.db");
    const old = new Sqlite(path);
    const asked = (url: string) => ({ engine: { engine: "openai-native", url, model: "m" }, question: "q" });
    const insert = old.prepare(
      "INSERT INTO responses (key, problem, epoch, described, answer, finish, finish_reason, counts, answered_at) VALUES (?, 'p', 0, ?, 'a', 'stop', 'stop', 'u', '')",
    );
    for (const key of [asked("http://127.0.0.1:8000/v1"), asked("https://api.example.com/v1")])
      insert.run(hashOf(key), JSON.stringify(key));
    old.close();
    expect(openDatabase(path).prepare("SELECT key FROM responses ORDER BY id").pluck().all()).toEqual([
      hashOf({ engine: { engine: "openai-native", model: "m" }, question: "q" }),
      hashOf({ engine: { engine: "openai-native", model: "m", provider: "api.example.com" }, question: "q" }),
    ]);
  });
});
