import Sqlite, { type Database } from "better-sqlite3";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { migrations } from "../../../src/adapters/store/migrations.ts";
import { openDatabase } from "../../../src/adapters/store/sqlite.ts";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What v_points and v_usage were before sums stood beside attempts; money and seconds to the precision that they keep. */
const FROM_ATTEMPTS = `SELECT p.id, count(a.id) AS attempts,
  count(*) FILTER (WHERE a.outcome = 'correct') AS correct,
  count(*) FILTER (WHERE a.outcome = 'no-answer') AS no_answer,
  count(*) FILTER (WHERE a.outcome = 'error') AS errors,
  count(*) FILTER (WHERE a.ending IN ('refusal', 'content-filter')) AS refused,
  avg(CASE WHEN a.outcome IN ('unscored', 'error') THEN NULL ELSE a.outcome = 'correct' END) AS accuracy,
  avg(CASE WHEN a.outcome IN ('correct', 'incorrect') THEN a.outcome = 'correct' END) AS accuracy_finished,
  avg(CASE WHEN a.outcome <> 'error' THEN a.thinking_tokens END) AS mean_thinking_tokens,
  avg(CASE WHEN a.outcome <> 'error' THEN a.answer_tokens END) AS mean_answer_tokens,
  avg(CASE WHEN a.outcome <> 'error' THEN a.forced_end END) AS forced_end_share,
  avg(CASE WHEN a.outcome <> 'error' THEN a.ignored_ends END) AS mean_ignored_ends,
  CASE WHEN count(*) FILTER (WHERE a.id IS NOT NULL AND a.decoded_tokens IS NULL) = 0
    THEN coalesce(sum(a.decoded_tokens), 0) END AS decoded_tokens,
  CASE WHEN count(*) FILTER (WHERE a.id IS NOT NULL AND a.reused_tokens IS NULL) = 0
    THEN coalesce(sum(a.reused_tokens), 0) END AS reused_tokens,
  round(avg(CASE WHEN a.outcome <> 'error' THEN a.seconds END), 9) AS mean_seconds,
  round(avg(CASE WHEN a.outcome <> 'error' THEN a.cost END), 9) AS mean_cost
FROM points p LEFT JOIN attempts a ON a.point = p.id GROUP BY p.id`;

const FROM_SUMS = `SELECT id, attempts, correct, no_answer, errors, refused, accuracy, accuracy_finished,
  mean_thinking_tokens, mean_answer_tokens, forced_end_share, mean_ignored_ends, decoded_tokens, reused_tokens,
  round(mean_seconds, 9) AS mean_seconds, round(mean_cost, 9) AS mean_cost FROM v_points`;

const USAGE = `SELECT CASE WHEN count(*) = count(reused_tokens) THEN coalesce(sum(reused_tokens), 0) END AS reused_tokens,
  CASE WHEN count(*) = count(decoded_tokens) THEN coalesce(sum(decoded_tokens + reused_tokens), 0) END AS naive_tokens
  FROM attempts`;

/** What a report asked of the attempts before. */
const COSTS = `SELECT point, count(*) AS attempts, avg(thinking_tokens) AS thinking,
  avg(decoded_tokens + reused_tokens) AS sampled,
  avg(n) AS generated, avg(prompt_tokens) AS prompt, avg(passed) AS passed,
  avg(passed * (2.0 * prompt_tokens + 1 + n) / 2) AS positions,
  avg(CASE WHEN scorer_tokens IS NULL THEN 0 ELSE scorer_flops END) AS scorer,
  CASE WHEN count(scorer_tokens) > 0 THEN avg(coalesce(scorer_tokens, 0)) END AS scored,
  round(avg(seconds), 9) AS seconds, round(avg(cost), 9) AS money, count(seconds) AS timed, count(cost) AS priced
FROM (SELECT *, max(n, coalesce(decoded_tokens + reused_tokens + coalesce(forced_tokens, 0), n)) AS passed
  FROM (SELECT *, thinking_tokens + answer_tokens + coalesce(probe_tokens, 0) AS n
    FROM v_attempts WHERE outcome <> 'error'))
  GROUP BY point`;

const FROM_COSTS = `SELECT point, attempts, thinking, sampled, generated, prompt, passed, positions, scorer, scored,
  round(seconds, 9) AS seconds, round(money, 9) AS money, timed, priced FROM v_costs`;

/** Of attempts that failed only what was dropped is told: a failed trace is empty. */
const ACCOUNTS = `SELECT sum(iif(outcome <> 'error', thinking_tokens, NULL)) AS thinking_tokens,
  sum(iif(outcome <> 'error', forced_tokens, NULL)) AS forced_tokens, sum(iif(outcome <> 'error', answer_tokens,
  NULL)) AS answer_tokens, sum(iif(outcome <> 'error', probe_tokens, NULL)) AS probe_tokens,
  sum(dropped_tokens) AS dropped_tokens FROM attempts`;

const expectEqualSums = (db: Database): void => {
  expect(db.prepare(FROM_COSTS).all()).toEqual(db.prepare(COSTS).all());
  expect(db.prepare(`SELECT ${accounts.join(", ")} FROM v_usage`).all()).toEqual(db.prepare(ACCOUNTS).all());
  const sources = [
    db.prepare("SELECT counts FROM v_usage"),
    db.prepare("SELECT group_concat(DISTINCT counts) FROM attempts"),
  ];
  const [told, found] = sources.map((sql) => ((sql.pluck().get() as string | null) ?? "").split(",").sort());
  expect(told).toEqual(found);
  expect(db.prepare(FROM_SUMS).all()).toEqual(db.prepare(FROM_ATTEMPTS).all());
  expect(db.prepare("SELECT reused_tokens, naive_tokens FROM v_usage").all()).toEqual(db.prepare(USAGE).all());
};

const accounts = ["thinking_tokens", "forced_tokens", "answer_tokens", "probe_tokens", "dropped_tokens"];

const declared = `
  INSERT INTO experiments (name, hash, text, resolved, created_at) VALUES ('x', 'h', '', '{}', '');
  INSERT INTO points (experiment, key, position, model, dataset, method, params, label) VALUES
    (1, 'a', 0, 'm', 'd', 'f', '{}', 'a'), (1, 'b', 1, 'm', 'd', 'f', '{}', 'b'), (1, 'none', 2, 'm', 'd', 'f', '{}', 'n');
  INSERT INTO problems (dataset_hash, problem, text, target, tags) VALUES ('d', 'p', 'q', '2', '{}');`;

const columns = [
  "outcome",
  "ending",
  "thinking_tokens",
  "answer_tokens",
  "decoded_tokens",
  "reused_tokens",
  "seconds",
  "cost",
  "forced_end",
  "ignored_ends",
  "forced_tokens",
  "probe_tokens",
  "dropped_tokens",
  "prompt_tokens",
  "scorer_tokens",
  "scorer_flops",
  "counts",
] as const;
const count = fc.option(fc.nat(50_000));
const values = fc.tuple(
  fc.constantFrom("correct", "incorrect", "no-answer", "cut", "unscored", "error"),
  fc.option(fc.constantFrom("stop", "refusal", "content-filter")),
  count,
  count,
  fc.option(fc.nat(50_000)),
  fc.nat(50_000),
  fc.option(fc.double({ min: 0, max: 1000, noNaN: true })),
  fc.option(fc.double({ min: 0, max: 10, noNaN: true })),
  fc.constantFrom(0, 1),
  fc.nat(6),
  count,
  count,
  count,
  count,
  count,
  fc.option(fc.nat(1e12)),
  fc.constantFrom("ids", "ids", "ids", "usage.completion_tokens"),
);

const step = fc.record({
  what: fc.constantFrom("add", "add", "add", "change", "move", "remove"),
  epoch: fc.nat(6),
  point: fc.constantFrom(1, 2),
  values,
});

type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

function take(db: Database, { what, epoch, point, values: told }: Step): void {
  if (what === "add")
    db.prepare(`INSERT INTO attempts (experiment, point, problem, epoch, grader, finished_at, ${columns.join(", ")})
      VALUES (1, ?, 1, ?, 'g', '', ${columns.map(() => "?").join(", ")}) ON CONFLICT DO NOTHING`).run(
      point,
      epoch,
      ...told,
    );
  if (what === "change")
    db.prepare(`UPDATE attempts SET ${columns.map((name) => `${name} = ?`).join(", ")} WHERE epoch = ?`).run(
      ...told,
      epoch,
    );
  if (what === "move") db.prepare("UPDATE OR IGNORE attempts SET point = ? WHERE epoch = ?").run(point, epoch);
  if (what === "remove") db.prepare("DELETE FROM attempts WHERE epoch = ? AND point = ?").run(epoch, point);
}

describe("sums of a point", () => {
  it("are those of its attempts, however these came, changed and went", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const db = openDatabase(":memory:");
        db.exec(declared);
        for (const one of steps) take(db, one);
        expectEqualSums(db);
        db.exec("DELETE FROM attempts");
        expect(db.prepare("SELECT sum(seconds), sum(cost), sum(attempts) FROM point_sums").raw().get()).toEqual(
          steps.some(({ what }) => what === "add") ? [0, 0, 0] : [null, null, null],
        );
        db.close();
      }),
      { numRuns: 40 },
    );
  });

  it("go with their experiment", () => {
    const db = openDatabase(":memory:");
    db.exec(declared);
    take(db, { what: "add", epoch: 0, point: 1, values: fc.sample(values, { numRuns: 1, seed: 5 })[0]! });
    db.exec("DELETE FROM experiments");
    expect(db.prepare("SELECT count(*) FROM point_sums").pluck().get()).toBe(0);
  });

  it("are made for what a database of version 21 holds", () => {
    const folder = mkdtempSync(join(tmpdir(), "overthink-sums-"));
    const path = join(folder, "old.db");
    const old = new Sqlite(path);
    for (const migration of migrations.slice(0, 21)) migration(old);
    old.pragma("user_version = 21");
    old.exec(declared);
    const [some] = fc.sample(fc.array(values, { minLength: 30, maxLength: 30 }), { numRuns: 1, seed: 5 });
    for (const [epoch, told] of (some ?? []).entries())
      take(old, { what: "add", epoch, point: epoch % 2 === 0 ? 1 : 2, values: told });
    const before = old.prepare(FROM_SUMS).all();
    old.close();
    const db = openDatabase(path);
    expectEqualSums(db);
    expect(db.prepare(FROM_SUMS).all()).toEqual(before);
    db.close();
    rmSync(folder, { recursive: true });
  });
});
