import { randomUUID } from "node:crypto";
import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { mergeFiles } from "../../../src/adapters/store/merge/merge-files.ts";
import { openAsItIs, openDatabase } from "../../../src/adapters/store/sqlite.ts";
import { inShard } from "../../../src/core/shard.ts";
import type { Job } from "../../../src/runner/jobs.ts";
import { attemptsOf, runLab, scalar } from "../../fixtures/lab.ts";
import { hashModel, toyEngine } from "../../fixtures/toy-engine.ts";

const folder = mkdtempSync(join(tmpdir(), "overthink-merge-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (): string => join(folder, `${randomUUID()}.db`);

const settings = [{ max_thinking_tokens: 4 }, { max_thinking_tokens: 20 }, { ignore_ends: 1, max_thinking_tokens: 30 }];

/** The same with spans that are places in their chains. */
const long = [{ max_thinking_tokens: 70 }, { max_thinking_tokens: 130 }, { ignore_ends: 1, max_thinking_tokens: 180 }];

/** What a database was given to do: which engine, which attempts, and which of them fail. */
type Part = Readonly<{ model: number; name: string; only: (job: Job) => boolean; fails?: (job: Job) => boolean }>;

const placeOf = ({ point, problem, epoch }: Job): number =>
  point.record.position * 8 + Number(problem.id.slice(1)) * 2 + epoch;

async function database({ model, name, only, fails }: Part, temperature = 0.7, isLong = false): Promise<string> {
  const path = file();
  const db = openDatabase(path);
  // Names of databases are random; here they follow from what is in them, for failures that can be repeated.
  db.prepare("UPDATE stores SET store = ? WHERE id = 0").run(`${name}-${model}`);
  const lab = {
    settings: isLong ? long : settings,
    db,
    conditions: {
      epochs: 2,
      sampling: { temperature, topP: 1, topK: 0, minP: 0 },
      ...(isLong ? { maxAnswerTokens: 70 } : {}),
    },
    problems: 3,
  };
  const healthy = toyEngine(hashModel(model, isLong ? 0.01 : 0.08), { contextLength: 300 });
  if (fails) {
    const sick = toyEngine(() => {
      throw new Error("down");
    });
    await runLab({ ...lab, engine: sick, only: (job) => only(job) && fails(job) });
  }
  await runLab({ ...lab, engine: healthy, only: (job) => only(job) && !fails?.(job) });
  db.close();
  return path;
}

/** All that counts of a database, whatever its rows are called. */
function contents(path: string) {
  const db = openAsItIs(path);
  try {
    const rows = (sql: string) => db.prepare(sql).all();
    return {
      attempts: attemptsOf(db),
      stores: rows(
        "SELECT a.id IS NULL, s.store, count(a.id) FROM stores s LEFT JOIN attempts a ON a.store = s.id WHERE s.id > 0 GROUP BY s.id ORDER BY 2",
      ),
      sources: rows("SELECT * FROM v_sources ORDER BY store"),
      trees:
        rows(`SELECT c.key, s.store, n.start, n.forced, n.sampled, count(*) FROM v_nodes n JOIN chains c ON c.id = n.chain JOIN stores s ON s.id = n.store
        GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5`),
      contests:
        rows(`SELECT e.name, c.model, c.problem, c.epoch, s.store, c.finished, c.tokens, c.mixed FROM contests c JOIN experiments e ON e.id = c.experiment
        JOIN stores s ON s.id = c.store ORDER BY 1, 2, 3, 4, 5`),
      usage: rows("SELECT * FROM v_usage ORDER BY experiment"),
      requests: rows("SELECT count(*), sum(sampled_tokens) FROM requests"),
      faults: rows(
        "SELECT experiment, problem, epoch, message, count(*) FROM v_faults GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4",
      ),
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

/** The accounts that each attempt and each experiment must have, counted from what they rely on. */
function assertAccounts(path: string): void {
  const db = openAsItIs(path);
  const unequal = `SELECT count(*) FROM attempts a WHERE decoded_tokens + reused_tokens <> (
    SELECT coalesce(sum(tokens), 0) FROM uses u WHERE u.attempt = a.id)`;
  expect(scalar(db, unequal)).toBe(0);
  const covered = `SELECT coalesce(sum(decoded_tokens), 0) FROM attempts`;
  expect(scalar(db, covered)).toBe(countCovered(path));
  expect(scalar(db, "SELECT decoded_tokens FROM v_usage")).toBe(scalar(db, "SELECT sum(sampled_tokens) FROM nodes"));
  db.close();
}

/** Distinct tokens that attempts rely on. */
function countCovered(path: string): number {
  const db = openAsItIs(path);
  const seen = new Set<string>();
  for (const { node, start, tokens } of db
    .prepare<[], { node: number; start: number; tokens: number }>("SELECT * FROM uses")
    .iterate())
    for (let at = start; at < start + tokens; at++) seen.add(`${node} ${at}`);
  db.close();
  return seen.size;
}

const bits = fc.nat(2 ** 24 - 1);
const part = (name: string) =>
  fc
    .record({ has: bits, alsoHas: bits, fails: bits, model: fc.constantFrom(5, 5, 6) })
    .map(({ has, alsoHas, fails, model }): Part => ({
      name,
      model,
      only: (job) => (((has | alsoHas) >> placeOf(job)) & 1) === 1,
      fails: (job) => ((fails & has & alsoHas) >> placeOf(job)) % 2 === 1,
    }));

describe("merge", () => {
  it("of shards is the run that was never cut", async () => {
    const whole = await database({ model: 5, name: "whole", only: () => true });
    const shards = await Promise.all(
      [0, 1, 2].map((index) =>
        database({ model: 5, name: `s${index}`, only: (job) => inShard(job, { index, of: 3 }) }),
      ),
    );
    const into = merged(...shards);
    expect(contents(into).attempts).toEqual(contents(whole).attempts);
    expect(contents(into).usage).toEqual(contents(whole).usage);
    expect(contents(into).contests).toEqual([]);
  });

  it("does not depend on the order or the grouping of its sources, and its accounts can be counted again", async () => {
    await fc.assert(
      fc.asyncProperty(
        part("a"),
        part("b"),
        part("c"),
        fc.constantFrom(0, 0.7),
        fc.boolean(),
        async (one, two, three, temperature, isLong) => {
          const [a, b, c] = [
            await database(one, temperature, isLong),
            await database(two, temperature, isLong),
            await database(three, temperature, isLong),
          ];
          const flat = contents(merged(a, b, c));
          expect(contents(merged(c, a, b))).toEqual(flat);
          expect(contents(merged(merged(a, b), c))).toEqual(flat);
          expect(contents(merged(b, merged(c, a)))).toEqual(flat);
          const into = merged(b, c, a);
          assertAccounts(into);
          expect(
            new Set(flat.attempts.map(({ params, problem, epoch }) => JSON.stringify([params, problem, epoch]))).size,
          ).toBe(flat.attempts.length);
          const finished = (path: string) =>
            contents(path)
              .attempts.filter(({ outcome }) => outcome !== "error")
              .map(({ params, problem, epoch }) => JSON.stringify([params, problem, epoch]));
          expect(new Set(finished(into))).toEqual(new Set([a, b, c].flatMap(finished)));
          for (const path of [a, b, c, into]) rmSync(path);
        },
      ),
      { numRuns: 4, endOnFailure: true },
    );
  });

  it("keeps what each source says where they write tokens otherwise", async () => {
    const [a, b] = await Promise.all(
      [0, 1].map((index) =>
        database({ model: 5, name: `s${index}`, only: (job) => inShard(job, { index, of: 2 }) }, 0.7, true),
      ),
    );
    const other = openDatabase(b as string);
    other.exec("UPDATE pieces SET text = '<twelve>' WHERE token = 12");
    expect(scalar(other, "SELECT count(*) FROM texts WHERE text <> ''")).toBe(0);
    other.close();
    const [into, back] = [merged(a as string, b as string), merged(b as string, a as string)];
    const said = (path: string) =>
      contents(path)
        .attempts.map((attempt) => JSON.stringify(attempt))
        .toSorted();
    expect(said(into)).toEqual([...said(a as string), ...said(b as string)].toSorted());
    expect(said(back)).toEqual(said(into));
    expect(said(into).filter((attempt) => attempt.includes("<twelve>")).length).toBeGreaterThan(3);
    const db = openAsItIs(into);
    expect(scalar(db, "SELECT count(*) FROM texts WHERE text <> ''")).toBeGreaterThan(0);
    expect(scalar(db, "SELECT count(*) FROM texts WHERE text = ''")).toBeGreaterThan(0);
    db.close();
  });

  it("goes on where its sources stopped", async () => {
    const half = (rest: number) => (job: Job) => placeOf(job) % 2 === rest;
    const into = merged(
      await database({ model: 5, name: "x", only: half(0) }),
      await database({ model: 5, name: "y", only: half(1) }),
    );
    const before = contents(into);
    const db = openDatabase(into);
    const engine = toyEngine(hashModel(5, 0.08), { contextLength: 300 });
    await runLab({
      engine,
      settings,
      db,
      problems: 3,
      conditions: { epochs: 2, sampling: { temperature: 0.7, topP: 1, topK: 0, minP: 0 } },
    });
    db.close();
    expect([engine.decoded, contents(into)]).toEqual([0, before]);
  });
});

describe("merge refuses", () => {
  const all = { model: 5, only: () => true };

  it("what it has already", async () => {
    const [a, b] = [await database({ ...all, name: "a" }), await database({ ...all, name: "b" })];
    const copy = file();
    cpSync(a, copy);
    const into = merged(a, b);
    expect(() => mergeFiles([a, copy], file())).toThrow(/hold the same database/);
    expect(() => mergeFiles([a, a], file())).toThrow(/named twice/);
    expect(() => mergeFiles([into, b], file())).toThrow(/hold the same database/);
    expect(() => mergeFiles([a, b], copy)).toThrow(/is none of the databases/);
  });

  it("the same name for something else, and leaves no file behind", async () => {
    const [a, b] = [await database({ ...all, name: "a" }), await database({ ...all, name: "b" })];
    const db = openDatabase(b);
    db.exec("UPDATE experiments SET hash = 'other', resolved = '{\"methods\":[]}'");
    db.close();
    const into = file();
    expect(() => mergeFiles([a, b], into)).toThrow(/experiment "lab" of ".*" is another one .*: methods differ/);
    expect(existsSync(into)).toBe(false);
  });

  it("nothing where the target is one of its sources", async () => {
    const [a, b] = [await database({ ...all, name: "a" }), await database({ ...all, name: "b" })];
    const expected = contents(merged(a, b));
    mergeFiles([a, b], a);
    expect(contents(a)).toEqual(expected);
  });
});
