import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { sqliteChains } from "../../../src/adapters/store/sqlite-chains.ts";
import { sqliteReader } from "../../../src/adapters/store/sqlite-reader.ts";
import { sqliteResults } from "../../../src/adapters/store/sqlite-results.ts";
import { type Database, openDatabase, openForReading } from "../../../src/adapters/store/sqlite.ts";
import { migrations } from "../../../src/adapters/store/migrations.ts";
import { greedy } from "../../../src/core/sampling.ts";
import { statedFacts } from "../../fixtures/facts.ts";
import { callOf } from "../../fixtures/stored.ts";
import type { ChainKey } from "../../../src/ports/chain-store.ts";
import type { AttemptRecord, PointRecord } from "../../../src/ports/result-store.ts";

const folder = mkdtempSync(join(tmpdir(), "overthink-store-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let db: Database;
beforeEach(() => {
  db = openDatabase(":memory:");
});

const key = (overrides: Partial<ChainKey> = {}): ChainKey => ({
  engine: { model: "m" },
  sampling: greedy,
  prompt: [1, 2],
  problem: "p",
  epoch: 0,
  draw: 0,
  seed: 0,
  arm: "",
  ...overrides,
});

const point = (position: number): PointRecord => ({
  key: `k${position}`,
  model: "m",
  dataset: "d",
  method: "budget-forcing",
  params: { max_thinking_tokens: position },
  label: `≤${position}`,
  facts: statedFacts("budget-forcing", { max_thinking_tokens: position }),
  position,
});

const declare = (name = "e", points = [point(0), point(1)]) => {
  const results = sqliteResults(db);
  const declared = results.declare({ name, hash: "h", text: "yaml", resolved: {}, points });
  results.addProblems("hash", [{ id: "p", text: "1+1", target: "2", tags: { level: 3 } }]);
  return { results, ...declared };
};

const attempt = (pointId: number, overrides: Partial<AttemptRecord> = {}): AttemptRecord => ({
  point: pointId,
  dataset: "hash",
  problem: "p",
  epoch: 0,
  outcome: "correct",
  score: { verdict: "correct", answer: "2", source: "all", rule: "equal" },
  error: null,
  promptText: "1+1",
  promptTokens: 2,
  trace: [
    { kind: "delimiter", origin: "forced", stop: null, text: "<think>", tokenIds: [7] },
    { kind: "thinking", origin: "sampled", stop: "length", text: "ab", tokenIds: [10, 11] },
    { kind: "delimiter", origin: "forced", stop: null, text: "</think>", tokenIds: [8] },
    { kind: "answer", origin: "sampled", stop: "eos", text: "2", tokenIds: [12] },
    { kind: "delimiter", origin: "sampled", stop: null, text: "</s>", tokenIds: [9] },
  ],
  uses: [],
  finishedAt: "2026-01-01T00:00:00Z",
  ...overrides,
});

const grader = { name: "exact", version: "1" };

describe("the database", () => {
  it("is strict, in WAL mode, with foreign keys, at the newest format", () => {
    const file = openDatabase(join(folder, "new/folder/a.db"));
    const tables = file
      .prepare<[], { name: string; strict: number }>(
        "SELECT name, strict FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite%'",
      )
      .all();
    expect(tables.filter(({ strict }) => !strict)).toEqual([]);
    expect(file.pragma("journal_mode", { simple: true })).toBe("wal");
    expect(file.pragma("foreign_keys", { simple: true })).toBe(1);
    expect(file.pragma("user_version", { simple: true })).toBe(migrations.length);
  });

  it("keeps what it holds when opened again", () => {
    const path = join(folder, "again.db");
    openDatabase(path)
      .exec("INSERT INTO problems (dataset_hash, problem, text, target, tags) VALUES ('h', 'p', '', '', '{}')")
      .close();
    expect(openForReading(path).prepare("SELECT count(*) FROM problems").pluck().get()).toBe(1);
    expect(openDatabase(path).prepare("SELECT count(*) FROM problems").pluck().get()).toBe(1);
  });

  it("has the columns of the contract", () => {
    const columns = (view: string) =>
      db.prepare<[string], string>("SELECT name FROM pragma_table_info(?)").pluck().all(view);
    expect(columns("v_points")).toEqual(
      expect.arrayContaining(
        "id, experiment, model, dataset, method, params, label, attempts, correct, accuracy, mean_thinking_tokens, mean_answer_tokens".split(
          ", ",
        ),
      ),
    );
    expect(columns("v_attempts")).toEqual(
      expect.arrayContaining(
        "id, experiment, point, model, dataset, method, params, problem, epoch, outcome, answer, target, thinking_tokens, forced_tokens, answer_tokens, decoded_tokens, reused_tokens, ignored_ends, forced_end, finished_at".split(
          ", ",
        ),
      ),
    );
    expect(columns("v_segments")).toEqual("attempt, position, origin, kind, text, tokens, token_ids, stop".split(", "));
    expect(columns("v_usage")).toEqual(
      (
        "experiment, decoded_tokens, reused_tokens, naive_tokens, requests, prompt_tokens, cached_tokens, cost, unknown_costs, " +
        "thinking_tokens, forced_tokens, answer_tokens, probe_tokens, dropped_tokens, counts"
      ).split(", "),
    );
  });
});

describe("chains", () => {
  it("come back as they were stored, found by everything that can change a token", () => {
    const { experiment } = declare();
    const chains = sqliteChains(db, experiment);
    const { id, nodes } = chains.open(key());
    expect(nodes).toEqual([]);
    const node = {
      parent: null,
      offset: 0,
      forced: [7],
      sampled: [10, 11],
      masked: 1,
      maskedIds: [8, 9],
      logprobs: [-0.5, -1],
    };
    const first = chains.append(id, node, callOf()).node;
    const second = chains.append(
      id,
      {
        ...node,
        parent: first,
        offset: 1,
        forced: [],
        logprobs: null,
        masked: 0,
        maskedIds: [],
      },
      callOf(),
    ).node;
    expect(chains.open(key())).toEqual({
      id,
      nodes: [
        { id: first, ...node },
        { id: second, ...node, parent: first, offset: 1, forced: [], logprobs: null, masked: 0, maskedIds: [] },
      ],
    });
    const others = [
      { engine: { model: "n" } },
      { sampling: { ...greedy, temperature: 1 } },
      { prompt: [1, 3] },
      { problem: "q" },
      { epoch: 1 },
      { draw: 1 },
      { seed: 2 },
      { arm: "x" },
    ].map((other) => chains.open(key(other)).id);
    expect(new Set([id, ...others]).size).toBe(9);
  });
});

describe("results", () => {
  it("declares an experiment once and refuses its name for another content", () => {
    const first = declare();
    expect(declare().experiment).toBe(first.experiment);
    expect(() => first.results.declare({ name: "e", hash: "other", text: "", resolved: {}, points: [] })).toThrow(
      /another content/,
    );
  });

  it("derives counts from segments and what was relied on", () => {
    const { results, experiment, points } = declare();
    const chains = sqliteChains(db, experiment);
    const node = chains.append(
      chains.open(key()).id,
      {
        parent: null,
        offset: 0,
        forced: [7],
        sampled: [10, 11, 13],
        masked: 0,
        maskedIds: [],
        logprobs: null,
      },
      callOf(),
    ).node;
    const answer = chains.append(
      chains.open(key()).id,
      {
        parent: node,
        offset: 2,
        forced: [8],
        sampled: [12, 9],
        masked: 0,
        maskedIds: [],
        logprobs: null,
      },
      callOf(),
    ).node;
    results.addAttempt(
      experiment,
      attempt(points.get("k0") ?? 0, {
        uses: [
          { node, from: 0, to: 3 },
          { node: answer, from: 0, to: 2 },
        ],
      }),
      grader,
    );
    const [row] = [...sqliteReader(db).attempts("e")];
    expect(row).toMatchObject({
      thinking_tokens: 2,
      forced_tokens: 0,
      answer_tokens: 1,
      dropped_tokens: 1,
      decoded_tokens: 5,
      reused_tokens: 0,
      forced_end: 1,
      ignored_ends: 0,
      tags: '{"level":3}',
      rule: "equal",
    });
  });

  it("lets the first point in the file pay, in whatever order attempts are finished", () => {
    for (const order of [
      ["k0", "k1"],
      ["k1", "k0"],
    ]) {
      db = openDatabase(":memory:");
      const { results, experiment, points } = declare();
      const chains = sqliteChains(db, experiment);
      const node = chains.append(
        chains.open(key()).id,
        {
          parent: null,
          offset: 0,
          forced: [7],
          sampled: [10, 11, 13, 14],
          masked: 0,
          maskedIds: [],
          logprobs: null,
        },
        callOf(),
      ).node;
      const tokens = { k0: 3, k1: 4 } as Record<string, number>;
      for (const name of order)
        results.addAttempt(
          experiment,
          attempt(points.get(name) ?? 0, { uses: [{ node, from: 0, to: tokens[name] ?? 0 }] }),
          grader,
        );
      expect([...sqliteReader(db).attempts("e")].map((row) => [row.decoded_tokens, row.reused_tokens])).toEqual([
        [3, 0],
        [1, 3],
      ]);
    }
  });

  it("counts tokens that another experiment paid for as reused", () => {
    const first = declare("first");
    const chains = sqliteChains(db, first.experiment);
    const node = chains.append(
      chains.open(key()).id,
      {
        parent: null,
        offset: 0,
        forced: [7],
        sampled: [10, 11],
        masked: 0,
        maskedIds: [],
        logprobs: null,
      },
      callOf(),
    ).node;
    const second = declare("second");
    second.results.addAttempt(
      second.experiment,
      attempt(second.points.get("k0") ?? 0, { uses: [{ node, from: 0, to: 2 }] }),
      grader,
    );
    expect(sqliteReader(db).usage("second")).toMatchObject({ decoded_tokens: 0, reused_tokens: 2, naive_tokens: 2 });
    expect(sqliteReader(db).usage("first")).toMatchObject({ decoded_tokens: 2, reused_tokens: 0 });
  });

  it("replaces an attempt that failed, and no other", () => {
    const { results, experiment, points } = declare();
    const id = points.get("k0") ?? 0;
    results.addAttempt(experiment, attempt(id, { outcome: "error", error: "reset", trace: [], score: null }), grader);
    expect(results.finished(experiment)).toEqual([]);
    results.addAttempt(experiment, attempt(id), grader);
    expect(results.finished(experiment)).toEqual([{ point: id, problem: "p", epoch: 0 }]);
    expect(() => results.addAttempt(experiment, attempt(id), grader)).toThrow(/UNIQUE/);
  });

  it("forgets an experiment with the chains that nobody else relies on", () => {
    const first = declare("first");
    const chains = sqliteChains(db, first.experiment);
    const node = chains.append(
      chains.open(key()).id,
      {
        parent: null,
        offset: 0,
        forced: [7],
        sampled: [10, 11],
        masked: 0,
        maskedIds: [],
        logprobs: null,
      },
      callOf(),
    ).node;
    const alone = chains.append(
      chains.open(key({ problem: "q" })).id,
      {
        parent: null,
        offset: 0,
        forced: [7],
        sampled: [10],
        masked: 0,
        maskedIds: [],
        logprobs: null,
      },
      callOf(),
    ).node;
    for (const name of ["first", "second"]) {
      const { results, experiment, points } = declare(name);
      results.addAttempt(
        experiment,
        attempt(points.get("k0") ?? 0, {
          uses:
            name === "first"
              ? [
                  { node, from: 0, to: 2 },
                  { node: alone, from: 0, to: 1 },
                ]
              : [{ node, from: 0, to: 2 }],
        }),
        grader,
      );
    }
    first.results.forget("first");
    expect(db.prepare("SELECT id FROM nodes").pluck().all()).toEqual([node]);
    expect(
      sqliteReader(db)
        .experiments()
        .map(({ name }) => name),
    ).toEqual(["second"]);
    expect(db.pragma("foreign_key_check")).toEqual([]);
  });

  it("keeps accuracy, finished accuracy and outcomes apart", () => {
    const { results, experiment, points } = declare("e", [point(0)]);
    results.addProblems(
      "hash",
      ["b", "c", "d", "e", "f"].map((id) => ({ id, text: "", target: "", tags: {} })),
    );
    const outcomes = { p: "correct", b: "incorrect", c: "no-answer", d: "cut", e: "unscored", f: "error" } as const;
    for (const [problem, outcome] of Object.entries(outcomes))
      results.addAttempt(experiment, attempt(points.get("k0") ?? 0, { problem, outcome }), grader);
    expect(sqliteReader(db).points("e")[0]).toMatchObject({
      attempts: 6,
      correct: 1,
      incorrect: 1,
      no_answer: 1,
      cut: 1,
      unscored: 1,
      errors: 1,
      accuracy: 0.25,
      accuracy_finished: 0.5,
    });
  });
});
