import Sqlite from "better-sqlite3";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Database, openDatabase, writing } from "../../../src/adapters/store/sqlite.ts";
import { writeInTurns } from "../../../src/adapters/store/turns.ts";

let db: Database;
let other: Database;
let add: (value: number) => void;
let addThenFail: (value: number) => void;

beforeEach(() => {
  const path = join(mkdtempSync(join(tmpdir(), "overthink-turns-")), "results.db");
  db = openDatabase(path);
  db.exec("CREATE TABLE numbers (value INTEGER UNIQUE) STRICT");
  other = new Sqlite(path);
  const insert = db.prepare("INSERT INTO numbers VALUES (?)");
  add = writing(db, (value: number) => void insert.run(value));
  addThenFail = writing(db, (value: number) => {
    insert.run(value);
    throw new Error("half done");
  });
});
afterEach(() => {
  db.close();
  other.close();
});

const seen = () => other.prepare("SELECT value FROM numbers ORDER BY value").pluck().all();

test("writes of one turn are seen together, at its end", async () => {
  const turns = writeInTurns(db);
  add(1);
  add(2);
  expect(seen()).toEqual([]);
  await setImmediate();
  expect(seen()).toEqual([1, 2]);
  add(3);
  turns.end();
  expect(seen()).toEqual([1, 2, 3]);
  add(4);
  expect(seen()).toEqual([1, 2, 3, 4]);
});

test("a write that fails takes nothing else of its turn along", async () => {
  const turns = writeInTurns(db);
  add(1);
  expect(() => addThenFail(2)).toThrow("half done");
  expect(() => add(1)).toThrow("UNIQUE");
  add(3);
  await setImmediate();
  expect(seen()).toEqual([1, 3]);
  turns.end();
});

test("a commit that fails is told to the next write and at the end, and nothing of its turn is kept", async () => {
  db.pragma("foreign_keys = ON");
  db.exec("CREATE TABLE children (parent INTEGER REFERENCES numbers (value) DEFERRABLE INITIALLY DEFERRED) STRICT");
  const orphan = db.prepare("INSERT INTO children VALUES (?)");
  const adopt = writing(db, (parent: number) => void orphan.run(parent));
  const turns = writeInTurns(db);
  add(1);
  adopt(7);
  await setImmediate();
  expect(() => add(2)).toThrow("FOREIGN KEY");
  expect(() => turns.end()).toThrow("FOREIGN KEY");
  expect(seen()).toEqual([]);
  add(3);
  expect(seen()).toEqual([3]);
});
