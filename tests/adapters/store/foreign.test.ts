import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite, { type Database } from "better-sqlite3";
import { afterAll, describe, expect, it, vi } from "vitest";
import { migrations } from "../../../src/adapters/store/migrations.ts";
import { openDatabase, openForReading } from "../../../src/adapters/store/sqlite.ts";
import { toldFault } from "../../../src/adapters/store/told-faults.ts";
import { openResults } from "../../../src/app/open-results.ts";
import { UserError } from "../../../src/core/user-error.ts";

const folder = mkdtempSync(join(tmpdir(), "overthink-foreign-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let made = 0;

/** A database of today's form, and what a stranger did to it. */
const changed = (change: (db: Database) => void): string => {
  const path = join(folder, `${made++}.db`);
  openDatabase(path).close();
  const db = new Sqlite(path);
  db.unsafeMode(true);
  db.pragma("writable_schema = ON");
  change(db);
  db.close();
  return path;
};

const endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)";

const redefined = (view: string, sql: string) => (db: Database) =>
  db.exec(`DROP VIEW ${view}; CREATE VIEW ${view} AS ${sql}`);

/** Another text of a table's schema: what is stored is as it was. */
const rewritten = (table: string, from: string, to: string) =>
  `UPDATE sqlite_master SET sql = replace(sql, '${from}', '${to}') WHERE name = '${table}' AND type = 'table'`;

const loosened = (table: string) => rewritten(table, ") STRICT", ")");
const tightened = (table: string) => `UPDATE sqlite_master SET sql = sql || ' STRICT' WHERE name = '${table}'`;

const experiment = "INSERT INTO experiments (name, hash, text, resolved, created_at) VALUES ('x', 'h', '', '{}', '')";
const point = (params: string) =>
  `${experiment}; PRAGMA ignore_check_constraints = ON; INSERT INTO points (experiment, key, position, model, dataset, ` +
  `method, params, label) VALUES (1, 'k', 0, 'm', 'd', 'f', '${params}', 'l')`;

describe("a database of a stranger", () => {
  it.each([
    ["v_points", `${endless} SELECT i AS id, i AS experiment FROM n`],
    ["v_attempts", `${endless} SELECT i AS id FROM n`],
    ["v_usage", `SELECT 'x' AS experiment, load_extension('x') AS requests`],
  ])("is read through our own %s", (view, sql) => {
    const path = changed(redefined(view, sql));
    for (const db of [openForReading(path), openDatabase(path)])
      expect(db.prepare(`SELECT count(*) FROM ${view}`).pluck().get()).toBe(0);
  });

  it.each([
    ["a view in place of a table", (db: Database) => db.exec("DROP TABLE tries; CREATE VIEW tries AS SELECT 1 AS id")],
    ["no table", (db: Database) => db.exec("DROP TABLE tries")],
    ["a table without its columns", (db: Database) => db.exec("DROP TABLE tries; CREATE TABLE tries (id)")],
    ["a table that takes any value", (db: Database) => db.exec(loosened("tries"))],
    ["a column of another type", (db: Database) => db.exec(rewritten("tries", "status INTEGER", "status TEXT"))],
    ["a version below none", (db: Database) => db.pragma("user_version = -5")],
  ])("is refused with %s", (_, change) => {
    const path = changed(change);
    expect(() => openForReading(path)).toThrow(UserError);
    expect(() => openDatabase(path)).toThrow(UserError);
  });

  it("is not written to where a trigger would act", () => {
    const path = changed((db) => db.exec("CREATE TRIGGER t AFTER INSERT ON runs BEGIN DELETE FROM attempts; END"));
    expect(() => openDatabase(path)).toThrow(/it has a trigger, "t"/);
    expect(openForReading(path).prepare("SELECT count(*) FROM attempts").pluck().get()).toBe(0);
  });

  it("is not written to where one of our triggers does something else, or nothing", () => {
    const rewritten = changed((db) =>
      db.exec(
        "DROP TRIGGER attempts_added; CREATE TRIGGER attempts_added AFTER INSERT ON runs BEGIN DELETE FROM runs; END",
      ),
    );
    expect(() => openDatabase(rewritten)).toThrow(/it has a trigger, "attempts_added"/);
    const dropped = changed((db) => db.exec("DROP TRIGGER attempts_changed"));
    expect(() => openDatabase(dropped)).toThrow(/triggers that keep its sums are gone/);
  });

  it("cannot have its schema trusted or rewritten", () => {
    const db = openDatabase(changed(() => undefined));
    expect(db.pragma("trusted_schema", { simple: true })).toBe(0);
    db.pragma("writable_schema = ON");
    expect(() => db.exec("UPDATE sqlite_master SET sql = sql")).toThrow(/may not be modified/);
  });

  it("may have tables and views of the user's own", () => {
    const path = changed((db) => db.exec("CREATE TABLE mine (x); CREATE VIEW v_mine AS SELECT x FROM mine"));
    expect(openForReading(path).prepare("SELECT count(*) FROM v_mine").pluck().get()).toBe(0);
  });

  it("that holds JSON nobody can read is refused in one line", async () => {
    const path = changed((db) => db.exec(point("{not json")));
    const results = openResults(path);
    const exported = async () => {
      for await (const _ of results.export({ format: "jsonl", table: "points" }));
    };
    for (const act of [exported, () => results.report(["x"], { out: join(folder, "report") })])
      await expect(act()).rejects.toThrow(
        `database "${path}" is not as overthink makes it: points, row 1: params is no JSON`,
      );
  });

  const run = (record: string) =>
    `${point("{}")}; INSERT INTO runs (experiment, started_at, status, record) VALUES (1, '', 'finished', '${record}')`;
  it.each([
    ["points, row 1: params is a number, not an object", point("7")],
    ["points, row 1: params is a list, not an object", point("[]")],
    ["runs, row 1: record is null, not an object", run("null")],
    ["runs, row 1: record.models is a text, not a list", run('{"models":"x"}')],
    ["runs, row 1: record.models holds null where an object is expected", run('{"models":[{},null]}')],
    [
      "experiments, row 1: resolved is true or false, not an object",
      `${experiment}; UPDATE experiments SET resolved = 'true'`,
    ],
  ])("that holds JSON of another shape is refused with its place: %s", (place, sql) => {
    const path = changed((db) => db.exec(sql));
    for (const open of [openForReading, openDatabase])
      expect(() => open(path)).toThrow(`database "${path}" is not as overthink makes it: ${place}`);
  });

  const chain = "INSERT INTO chains (key, problem, epoch, draw, described) VALUES ('c', 'p', 0, 0, '{}')";
  const node = (id: number, parent: number | null, start: number, of = 1) =>
    "INSERT INTO nodes (id, chain, parent, start, forced, sampled, sampled_tokens, masked, masked_ids) VALUES " +
    `(${id}, ${of}, ${parent}, ${start}, x'', x'02', 1, 0, x'')`;
  const tried =
    "INSERT INTO tries (experiment, model, endpoint, started_at, milliseconds) VALUES (1, 'm', 'e', '', 'x')";
  it.each([
    [
      "problems, row 1: tags is a list, not an object",
      ["INSERT INTO problems (dataset_hash, problem, text, target, tags) VALUES ('h', 'p', '', '', '[1]')"],
    ],
    ["runs, row 1: record.models[1].facts is null, not an object", [run('{"models":[{"name":"m"},{"facts":null}]}')]],
    ["runs, row 1: record.versions is a list, not an object", [run('{"versions":["1"]}')]],
    ["runs, row 1: record.datasets[0].problems is a text, not a number", [run('{"datasets":[{"problems":"7"}]}')]],
    [
      "experiments, row 1: resolved.methods[0].settings[0].label is a number, not a text",
      [experiment, `UPDATE experiments SET resolved = '{"methods":[{"settings":[{"label":7}]}]}'`],
    ],
    ["tries, row 1: milliseconds is no INTEGER below 2^53", [experiment, loosened("tries"), tried, tightened("tries")]],
    [
      "points, row 1: label is no TEXT",
      [rewritten("points", "label TEXT NOT NULL", "label TEXT"), point("{}"), "UPDATE points SET label = NULL"],
    ],
    ["nodes, row 1: it names a row of chains that is not there", [node(1, null, 0, 99)]],
    ["nodes, row 1: parent is none that it can follow", [chain, node(1, 1, 0)]],
    [
      "nodes, row 1: parent is none that it can follow",
      [chain, node(1, null, 0), node(2, 1, 0), "UPDATE nodes SET parent = 2 WHERE id = 1"],
    ],
    ["nodes, row 2: parent is none that it can follow", [chain, node(1, null, 0), node(2, 1, 7)]],
  ])("that puzzles a reader is looked through for the place: %s", (place, statements) => {
    const path = changed(() => undefined);
    // A changed schema holds from the next opening on.
    for (const sql of statements) {
      const db = new Sqlite(path);
      db.unsafeMode(true);
      db.pragma("writable_schema = ON");
      db.pragma("foreign_keys = OFF");
      db.exec(sql);
      db.close();
    }
    expect(openForReading(path).open).toBe(true);
    for (const puzzled of [new TypeError("ids is not iterable"), new Error("no chain node 7")])
      expect(toldFault(puzzled, path)).toMatchObject({
        name: "UserError",
        message: `database "${path}" is not as overthink makes it: ${place}`,
      });
  });

  it("is told where its counts cannot be summed up", async () => {
    const huge = "INSERT INTO requests (id, experiment, started_at, milliseconds, sampled_tokens) VALUES ";
    const path = changed((db) => {
      db.exec(`${point("{}")}; ${huge} (1, 1, '', 1, 9223372036854775807), (2, 1, '', 1, 9223372036854775807)`);
    });
    const error = await openResults(path)
      .status()
      .catch((reason: unknown) => reason);
    const odd = toldFault(new RangeError("too large"), path) as Error;
    expect(odd.message).toMatch(/requests, row 1: sampled_tokens is no INTEGER below 2\^53$/);
    if (error instanceof Error) expect(error).toMatchObject({ name: "UserError" });
    const overflow = (): unknown => new Sqlite(path).prepare("SELECT sum(sampled_tokens) FROM requests").get();
    let thrown: unknown;
    try {
      overflow();
    } catch (reason) {
      thrown = reason;
    }
    expect(toldFault(thrown, path)).toMatchObject({ name: "UserError", message: odd.message });
  });

  it("is not blamed for a fault of ours, nor for one that has its own words", () => {
    const honest = changed((db) => db.exec(`${point("{}")}; ${chain}; ${node(1, null, 0)}; ${node(2, 1, 1)}`));
    const puzzled = new TypeError("ids is not iterable");
    expect(toldFault(puzzled, honest)).toBe(puzzled);
    const odd = changed((db) => db.exec(`${chain}; ${node(1, 1, 0)}`));
    const told = new UserError("no such experiment");
    expect(toldFault(told, odd)).toBe(told);
  });

  it("is told with its place where a report meets it", async () => {
    const path = changed((db) => db.exec(run('{"models":[{"name":"m","facts":null}]}')));
    await expect(openResults(path).report(["x"], { out: join(folder, "odd") })).rejects.toThrow(
      `database "${path}" is not as overthink makes it: runs, row 1: record.models[0].facts is null, not an object`,
    );
  });

  it("with names that no plot could show is refused", async () => {
    const path = changed((db) => db.exec(`${point("{}")}; UPDATE points SET label = hex(zeroblob(100000))`));
    await expect(openResults(path).report(["x"], { out: join(folder, "long") })).rejects.toThrow(
      /names of more than 2000/,
    );
  });

  it("of an older version is read in a copy: neither it nor its folder is changed", () => {
    const path = join(folder, "older", "old.db");
    rmSync(join(folder, "older"), { recursive: true, force: true });
    openDatabase(path).close();
    rmSync(path);
    const old = new Sqlite(path);
    migrations[0]?.(old);
    old.pragma("user_version = 1");
    old.exec(experiment);
    old.close();
    const before = readFileSync(path);
    const copies = mkdtempSync(join(folder, "copies-"));
    vi.stubEnv("TMPDIR", copies); // other processes make copies too
    const db = openForReading(path);
    vi.unstubAllEnvs();
    expect(db.prepare("SELECT name FROM experiments").pluck().all()).toEqual(["x"]);
    expect(db.pragma("user_version", { simple: true })).toBe(migrations.length);
    db.close();
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(readdirSync(join(folder, "older"))).toEqual(["old.db"]);
    expect(readdirSync(copies)).toEqual([]);
  });
});
