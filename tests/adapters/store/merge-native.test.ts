import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, it } from "vitest";
import { mergeFiles } from "../../../src/adapters/store/merge/merge-files.ts";
import { sqliteBatches } from "../../../src/adapters/store/sqlite-batches.ts";
import { sqliteResponses } from "../../../src/adapters/store/sqlite-responses.ts";
import { sqliteResults } from "../../../src/adapters/store/sqlite-results.ts";
import { sqliteScores } from "../../../src/adapters/store/sqlite-scores.ts";
import { openAsItIs, openDatabase } from "../../../src/adapters/store/sqlite.ts";

import { greedy } from "../../../src/core/sampling.ts";
import type { AttemptRecord } from "../../../src/ports/result-store.ts";
import type { ResponseKey } from "../../../src/ports/response-store.ts";
import { statedFacts } from "../../fixtures/facts.ts";

const folder = mkdtempSync(join(tmpdir(), "overthink-merge-native-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (): string => join(folder, `${randomUUID()}.db`);

/** What a database has of an attempt: nothing, an error, or an answer, of which there are two different ones. */
const kinds = ["missing", "error", "short", "long"] as const;
type Kind = (typeof kinds)[number];

/** Points x problems x epochs. Both points put the same question to the model, and so share its response. */
const places = [0, 1].flatMap((point) =>
  ["p0", "p1"].flatMap((problem) => [0, 1].map((epoch) => ({ point, problem, epoch }))),
);

type Part = Readonly<{ name: string; kinds: readonly Kind[]; graded: number; decided: number }>;

const part = (name: string): fc.Arbitrary<Part> =>
  fc.record({
    name: fc.constant(name),
    kinds: fc.array(fc.constantFrom(...kinds), { minLength: places.length, maxLength: places.length }),
    graded: fc.nat(255),
    decided: fc.nat(255),
  });

const keyOf = (problem: string, epoch: number): ResponseKey => ({
  engine: { engine: "openai-native", model: "m" },
  question: problem,
  knobs: { effort: null, thinkingBudget: null, maxOutputTokens: null },
  sampling: greedy,
  problem,
  epoch,
  seed: 0,
  arm: "",
});

function database({ name, kinds: made, graded, decided }: Part): string {
  const path = file();
  const db = openDatabase(path);
  db.prepare("UPDATE stores SET store = ? WHERE id = 0").run(name);
  const [results, responses, scores, batches] = [
    sqliteResults(db),
    sqliteResponses(db),
    sqliteScores(db),
    sqliteBatches(db),
  ];
  const points = [0, 1].map((position) => ({
    key: `k${position}`,
    model: "m",
    dataset: "d",
    method: "native-effort",
    params: { position },
    label: `l${position}`,
    facts: statedFacts("native-effort", {}),
    position,
  }));
  const { experiment, points: ids } = results.declare({ name: "lab", hash: "h", text: "", resolved: {}, points });
  responses.belongTo(experiment);
  results.addProblems(
    "data",
    ["p0", "p1"].map((id) => ({ id, text: id, target: "4", tags: {} })),
  );
  results.endRun(results.beginRun(experiment, {}), "finished");
  const batch = batches.intend({
    service: "s",
    token: name,
    lines: places.map(({ problem, epoch }, at) => ({ line: String(at), key: keyOf(problem, epoch) })),
  });
  for (const [at, { point, problem, epoch }] of places.entries()) {
    const kind = made[at] as Kind;
    if (kind === "missing") continue;
    batches.settle(batch, String(at), kind === "error" ? "failed" : "answered", null);
    results.addAttempt(experiment, attempt({ kind, problem, epoch, point: ids.get(`k${point}`) as number }), {
      name: "exact",
      version: "1",
    });
  }
  batches.end(batch);
  for (const { id, at } of attemptsIn(path))
    if ((graded >> at) & 1)
      scores.addScore({
        attempt: id,
        grader: { name: `judge of ${name}`, version: "1" },
        outcome: "incorrect",
        score: { verdict: "incorrect", answer: name, source: "all", rule: "r" },
      });
  db.close();
  return path;

  function attempt(where: Readonly<{ kind: Kind; point: number; problem: string; epoch: number }>): AttemptRecord {
    const { kind, point, problem, epoch } = where;
    const isMade = kind !== "error";
    const given = isMade ? answered(kind, problem, epoch) : null;
    const bit = places.findIndex((place) => place.problem === problem && place.epoch === epoch);
    return {
      point,
      dataset: "data",
      problem,
      epoch,
      outcome: isMade ? "correct" : "error",
      score: isMade ? { verdict: "correct", answer: "4", source: "all", rule: "same" } : null,
      error: isMade ? null : "down",
      promptText: problem,
      promptTokens: 7,
      trace: given ? [{ kind: "answer", origin: "sampled", stop: "eos", tokenIds: [], text: given.answer }] : [],
      uses: [],
      decisions: (decided >> bit) & 1 ? [{ position: 1, rule: name, value: bit, threshold: null, outcome: "on" }] : [],
      reported: {
        response: given?.id ?? null,
        thinking: given?.tokens.thinking ?? null,
        answer: given?.tokens.answer ?? null,
        source: "usage",
      },
      finishedAt: "2026-01-01T00:00:00.000Z",
    };
  }

  /** Whichever of its points asks first is given an answer; the other gets the same. */
  function answered(kind: Kind, problem: string, epoch: number) {
    const length = kind === "short" ? 3 : 8;
    const request = responses.addRequest({
      startedAt: "",
      milliseconds: 1,
      sampledTokens: length,
      promptTokens: 7,
      cachedTokens: null,
      cost: length,
      promptCost: 0,
      error: null,
    });
    const text = `${kind} answer`;
    const tokens = { prompt: 7, cached: null, thinking: 1, answer: length - 1, output: length, written: null };
    return responses.add(
      keyOf(problem, epoch),
      { thought: null, answer: text, finish: "stop", finishReason: "stop", tokens, source: "usage" },
      request,
    );
  }
}

type Made = Readonly<{ id: number; at: number; isMade: boolean }>;

/** Attempts with their places. */
function attemptsIn(path: string): readonly Made[] {
  const db = openAsItIs(path);
  const rows = db
    .prepare<[], { id: number; position: number; problem: string; epoch: number; outcome: string }>(
      "SELECT a.id, p.position, q.problem, a.epoch, a.outcome FROM attempts a JOIN points p ON p.id = a.point " +
        "JOIN problems q ON q.id = a.problem",
    )
    .all();
  db.close();
  return rows.map(({ id, position, problem, epoch, outcome }) => ({
    id,
    at: places.findIndex((place) => place.point === position && place.problem === problem && place.epoch === epoch),
    isMade: outcome !== "error",
  }));
}

const ATTEMPT = "p.position, q.problem, a.epoch";
const OF_ATTEMPT = `JOIN points p ON p.id = a.point JOIN problems q ON q.id = a.problem JOIN stores s ON s.id = a.store`;

/** All that counts, whatever rows are called; a database that was not merged is its own store. */
function contents(path: string) {
  const db = openAsItIs(path);
  try {
    const rows = (sql: string) => db.prepare(sql).all();
    return {
      attempts: rows(`SELECT ${ATTEMPT}, s.store, a.outcome, a.thinking_tokens, a.answer_tokens, a.decoded_tokens,
        a.reused_tokens, a.cost, r.answer, (SELECT text FROM v_segments g WHERE g.attempt = a.id) AS text
        FROM attempts a ${OF_ATTEMPT} LEFT JOIN responses r ON r.id = a.response ORDER BY 1, 2, 3`),
      decisions: rows(`SELECT ${ATTEMPT}, s.store, d.rule, d.value, d.outcome FROM decisions d
        JOIN attempts a ON a.id = d.attempt ${OF_ATTEMPT} ORDER BY 1, 2, 3`),
      scores: rows(`SELECT ${ATTEMPT}, s.store, c.grader, c.answer, c.outcome FROM scores c
        JOIN attempts a ON a.id = c.attempt ${OF_ATTEMPT} ORDER BY 1, 2, 3, 5`),
      responses: rows(`SELECT problem, epoch, answer, output_tokens, s.store FROM responses r
        JOIN stores s ON s.id = r.store ORDER BY 1, 2, 3, 5`),
      batches: rows(
        `SELECT b.token, l.line, l.state FROM batches b JOIN batch_lines l ON l.batch = b.id ORDER BY 1, 2`,
      ),
      requests: rows("SELECT count(*) AS n, sum(sampled_tokens) AS tokens, sum(cost) AS cost FROM requests"),
      usage: rows("SELECT * FROM v_usage"),
      sources: rows("SELECT * FROM v_sources ORDER BY store"),
    };
  } finally {
    db.close();
  }
}

const merged = (...paths: readonly string[]): string => {
  const into = file();
  mergeFiles(paths, into);
  return into;
};

/** Of each response the first attempt in the file that relies on it pays, and the others reuse it. */
function assertAccounts(path: string): void {
  const db = openAsItIs(path);
  const count = (sql: string): unknown => db.prepare(sql).pluck().get();
  expect(
    count(`SELECT count(*) FROM attempts a JOIN responses r ON r.id = a.response
      WHERE a.decoded_tokens + a.reused_tokens <> r.output_tokens`),
  ).toBe(0);
  expect(count("SELECT coalesce(sum(decoded_tokens), 0) FROM attempts")).toBe(
    count("SELECT coalesce(sum(output_tokens), 0) FROM responses WHERE id IN (SELECT response FROM attempts)"),
  );
  expect(count("SELECT count(*) FROM attempts WHERE outcome <> 'error' AND response IS NULL")).toBe(0);
  expect(count("SELECT decoded_tokens FROM v_usage")).toBe(
    count("SELECT coalesce(sum(output_tokens), 0) FROM responses"),
  );
  db.close();
}

it("joins responses, batches, decisions and scores in any order and grouping, and can be counted again", () => {
  fc.assert(
    fc.property(part("a"), part("b"), part("c"), (one, two, three) => {
      const [a, b, c] = [database(one), database(two), database(three)];
      const into = merged(a, b, c);
      const flat = contents(into);
      expect(contents(merged(c, b, a))).toEqual(flat);
      expect(contents(merged(merged(a, b), c))).toEqual(flat);
      expect(contents(merged(b, merged(c, a)))).toEqual(flat);
      assertAccounts(into);

      // What any of them finished is finished, and nothing is there twice.
      const sources = [a, b, c].map(attemptsIn);
      const made = new Set(sources.flat().flatMap(({ at, isMade }) => (isMade ? [at] : [])));
      const kept = attemptsIn(into);
      expect(new Set(kept.flatMap(({ at, isMade }) => (isMade ? [at] : [])))).toEqual(made);
      expect(new Set(kept.map(({ at }) => at)).size).toBe(kept.length);
      expect(new Set(kept.map(({ at }) => at))).toEqual(new Set(sources.flat().map(({ at }) => at)));

      // Decisions and scores stay with the attempts that are kept, whole.
      const own = new Map([one, two, three].map((each, at) => [each.name, contents([a, b, c][at] as string)]));
      for (const table of ["decisions", "scores"] as const) {
        const expected = (
          flat.attempts as { store: string; position: number; problem: string; epoch: number }[]
        ).flatMap(({ store, position, problem, epoch }) =>
          ((own.get(store)?.[table] ?? []) as { position: number; problem: string; epoch: number }[]).filter(
            (row) => row.position === position && row.problem === problem && row.epoch === epoch,
          ),
        );
        expect(flat[table]).toEqual(expected);
      }
      expect(flat.batches).toHaveLength(3 * places.length);
      expect(() => mergeFiles([into, b], file())).toThrow(/hold the same database/);
      for (const path of [a, b, c, into]) rmSync(path);
    }),
    { numRuns: 6, endOnFailure: true },
  );
}, 240_000);
