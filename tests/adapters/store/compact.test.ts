import { spawnSync } from "node:child_process";
import {
  closeSync,
  copyFileSync,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite, { type Database } from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sqlitePages } from "../../../src/adapters/store/sqlite-pages.ts";
import { openDatabase, openForReading } from "../../../src/adapters/store/sqlite.ts";
import { migrations } from "../../../src/adapters/store/migrations.ts";
import { compactVersion, isMoving, moveRows } from "../../../src/adapters/store/move-rows.ts";
import { notices } from "../../../src/core/notices.ts";
import { inOldForm } from "../../fixtures/old-form.ts";
import { runLab, scalar } from "../../fixtures/lab.ts";
import { hashModel, toyEngine } from "../../fixtures/toy-engine.ts";

const folder = mkdtempSync(join(tmpdir(), "overthink-compact-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Thoughts of a few hundred tokens, cut, natural and longer, so that most of them are beginnings of others. */
const settings = [
  ...[40, 64, 100, 300].map((max_thinking_tokens) => ({ max_thinking_tokens })),
  {},
  { ignore_ends: 1 },
  { ignore_ends: 2, continuation: "" },
  { max_thinking_tokens: 150, min_thinking_tokens: 120 },
];
const lab = { settings, problems: 4, conditions: { epochs: 2, maxAnswerTokens: 90 } };
const engine = () => toyEngine(hashModel(5, 0.004), { contextLength: 4000, perYield: 50 });

let fresh: Database;
beforeAll(async () => {
  fresh = await runLab({ ...lab, engine: engine() });
});

const views = [
  "v_attempts",
  "v_points",
  "v_segments",
  "v_usage",
  "v_scores",
  "v_runs",
  "v_faults",
  "v_sources",
  "v_decisions",
];

/** Moves texts one at a time, and dies within its twentieth transaction. */
const killedMove = `
import Sqlite from "better-sqlite3";
const { moveRows } = await import(${JSON.stringify(new URL("../../../dist/adapters/store/move-rows.js", import.meta.url).href)});
const db = new Sqlite(process.argv[1]);
let batches = 0;
db.function("tick", () => (++batches === 20 ? process.kill(process.pid, "SIGKILL") : null));
db.exec("CREATE TEMP TRIGGER stop AFTER UPDATE ON main.moving_rows BEGIN SELECT tick(); END");
moveRows(db, { isCopy: true, perBatch: 1 });
`;

/** All that anybody may read, in an order of its own. */
const contents = (db: Database): Record<string, readonly unknown[]> =>
  Object.fromEntries(views.map((view) => [view, db.prepare(`SELECT * FROM ${view} ORDER BY 1, 2`).all()]));

/** What attempts rely on, token by token, wherever the nodes begin. */
const reliedOn = (db: Database): readonly unknown[] =>
  [...sqlitePages(db).attempts("lab", { order: "id", descending: false, limit: 1000 }).lines].map(({ id }) => [
    id,
    sqlitePages(db)
      .uses([id])
      .map(({ node, start, tokens }) => idsIn(db, node).slice(start, start + tokens))
      .flat(),
  ]);

const idsIn = (db: Database, node: number): readonly number[] =>
  JSON.parse(
    db.prepare<[number], string>("SELECT sampled FROM v_nodes WHERE id = ?").pluck().get(node) ?? "[]",
  ) as number[];

const sound = (db: Database): void => {
  expect(db.pragma("foreign_key_check")).toEqual([]);
  expect(db.pragma("integrity_check", { simple: true })).toBe("ok");
};

describe("tokens stored once", () => {
  it("leave spans of cuts to the chain, however the run was ordered", () => {
    const long = "SELECT count(*) FROM segments WHERE text IS NOT NULL";
    expect(scalar(fresh, long)).toBe(
      scalar(fresh, "SELECT count(*) FROM v_segments WHERE origin = 'sampled' AND tokens >= 64"),
    );
    expect(scalar(fresh, long)).toBeGreaterThan(60);
    // A text for what was sampled from one place on; all cuts of it are its beginnings. Its ids spell it.
    const contents = "SELECT count(DISTINCT text) FROM v_segments WHERE origin = 'sampled' AND tokens >= 64";
    expect(scalar(fresh, "SELECT count(*) FROM texts")).toBeLessThan(scalar(fresh, contents));
    expect(scalar(fresh, "SELECT count(*) FROM texts WHERE vocabulary IS NULL OR text <> ''")).toBe(0);
    expect(scalar(fresh, "SELECT count(*) FROM texts WHERE odd LIKE '%[5]%'")).toBeGreaterThan(0);
    sound(fresh);
  });

  it("are written out where nobody knows their pieces", async () => {
    const parts = Object.entries(engine()).filter(([name]) => name !== "pieces");
    const silent = Object.fromEntries(parts) as ReturnType<typeof engine>;
    const db = await runLab({ ...lab, engine: silent });
    expect(scalar(db, "SELECT count(*) FROM texts WHERE vocabulary IS NOT NULL OR text = ''")).toBe(0);
    const said = "SELECT text, tokens, token_ids FROM v_segments ORDER BY token_ids";
    expect(db.prepare(said).all()).toEqual(fresh.prepare(said).all());
  });

  it("read the same where pieces came later, or were lost", async () => {
    const path = join(folder, "pieces.db");
    const db = await runLab({ ...lab, problems: 1, engine: engine(), db: openDatabase(path) });
    const other = openForReading(path);
    expect(other.prepare("SELECT * FROM v_segments").all()).toEqual(db.prepare("SELECT * FROM v_segments").all());
    await runLab({
      ...lab,
      problems: 3,
      engine: toyEngine(hashModel(6, 0.004), { contextLength: 4000 }),
      db,
      name: "more",
    });
    expect(other.prepare("SELECT * FROM v_segments").all()).toEqual(db.prepare("SELECT * FROM main.v_segments").all());
    db.exec("DELETE FROM pieces WHERE token = 12");
    expect(openForReading(path).prepare("SELECT text FROM v_segments").all()).toEqual(
      db.prepare("SELECT text FROM main.v_segments").all(),
    );
  });

  it("read the same by SQL alone", () => {
    for (const view of ["v_segments", "v_nodes"])
      expect(fresh.prepare(`SELECT * FROM main.${view} ORDER BY 1, 2`).all()).toEqual(
        fresh.prepare(`SELECT * FROM ${view} ORDER BY 1, 2`).all(),
      );
  });

  it("are the texts of their ids", async () => {
    const toy = engine();
    for (const { text, token_ids, tokens } of fresh
      .prepare<[], Record<string, string>>("SELECT * FROM v_segments")
      .all()) {
      const ids = JSON.parse(token_ids ?? "") as number[];
      expect([text, tokens]).toEqual([await toy.detokenize(ids), ids.length]);
    }
  });

  it("are searched for words as if each attempt had its own", () => {
    const pages = sqlitePages(fresh);
    const filter = { order: "id", descending: false, limit: 1000 } as const;
    const texts = fresh.prepare<[], { token_ids: string; text: string }>("SELECT text FROM v_segments").all();
    const words = ["no such word", ...texts.filter((_, at) => at % 9 === 0).map(({ text }) => text.slice(-30))].filter(
      Boolean,
    );
    const having = (word: string, where: string) =>
      fresh
        .prepare<[string], number>(
          `SELECT DISTINCT attempt FROM v_segments WHERE instr(text, ?) > 0${where} ORDER BY 1`,
        )
        .pluck()
        .all(word);
    const thought = " AND kind = 'thinking' AND origin = 'sampled'";
    for (const word of words) {
      const ids = (found: readonly { id: number }[]) => found.map(({ id }) => id);
      expect(ids(pages.attempts("lab", { ...filter, words: word }).lines)).toEqual(having(word, ""));
      expect(ids(pages.attempts("lab", { ...filter, said: word }).lines)).toEqual(having(word, thought));
      expect(ids(pages.attempts("lab", { ...filter, said: word, words: "[11]", limit: 3 }).lines)).toEqual(
        having(word, thought)
          .filter((id) => having("[11]", "").includes(id))
          .slice(0, 3),
      );
    }
    const count = pages.saying("lab", {}, words.slice(0, 8));
    count.goOn(Infinity);
    expect(count.counts()).toEqual(words.slice(0, 8).map((word) => having(word, thought).length));
  });

  it("are gone with the experiment", async () => {
    const db = await runLab({ ...lab, problems: 2, engine: engine() });
    const { sqliteResults } = await import("../../../src/adapters/store/sqlite-results.ts");
    sqliteResults(db).forget("lab");
    for (const table of ["nodes", "texts", "spans", "segments", "prompts"])
      expect(scalar(db, `SELECT count(*) FROM ${table}`), table).toBe(0);
    sound(db);
  });
});

describe("a database of before", () => {
  it("says the same when its rows were moved, in a fraction of the bytes", async () => {
    const path = inOldForm(fresh, join(folder, "old.db"));
    const before = statSync(path).size;
    const told: unknown[] = [];
    const tell = (text: unknown): void => void told.push(text);
    notices.subscribe(tell);
    const db = openDatabase(path);
    notices.unsubscribe(tell);
    expect(contents(db)).toEqual(contents(fresh));
    expect(reliedOn(db)).toEqual(reliedOn(fresh));
    sound(db);
    expect(statSync(path).size).toBeLessThan(before);
    const after = (statSync(path).size / 1e6).toFixed(1);
    expect(told).toEqual([
      expect.stringMatching(/old.db" of 0\.\d MB is brought to a smaller form, once; if stopped it goes on later$/),
      expect.stringMatching(new RegExp(`old.db" had 0\\.\\d MB and has ${after} MB now$`)),
    ]);
    // Pieces that a run stored every 64 tokens are one again.
    expect(scalar(db, "SELECT max(sampled_tokens) FROM nodes")).toBeGreaterThan(100);
    expect(scalar(db, "SELECT count(*) FROM nodes")).toBe(scalar(fresh, "SELECT count(*) FROM nodes"));
    expect(isMoving(db)).toBe(false);
    // What is known is decoded by nobody again, and what follows goes on from it.
    const again = engine();
    await runLab({ ...lab, engine: again, db, name: "again" });
    expect(again.decoded).toBe(0);
    const more = { ...lab, settings: [{ ignore_ends: 4 }, { max_thinking_tokens: 200 }], name: "more" };
    await runLab({ ...more, engine: again, db });
    const whole = await runLab({ ...more, engine: engine(), db: await runLab({ ...lab, engine: engine() }) });
    const made = (of: Database) =>
      of
        .prepare(
          "SELECT params, problem, epoch, outcome, thinking_tokens, decoded_tokens, reused_tokens FROM v_attempts WHERE experiment = 'more' ORDER BY 1, 2, 3",
        )
        .all();
    expect(made(db)).toEqual(made(whole));
  });

  /** Its tables stand beside each other, and nothing was moved yet. */
  const begun = (name: string): Database => {
    const db = new Sqlite(inOldForm(fresh, join(folder, name)));
    db.transaction(() => migrations[compactVersion - 1]?.(db))();
    db.pragma(`user_version = ${compactVersion}`);
    return db;
  };
  const small = { isCopy: false, perBatch: 20_000 };

  it("goes on from the last batch where the move was stopped at any of them", () => {
    const db = begun("stopped.db");
    let [batches, until] = [0, 0];
    db.function("tick", () => {
      if (++batches > until) throw new Error("killed");
      return null;
    });
    db.exec("CREATE TEMP TRIGGER stop AFTER UPDATE ON main.moving_rows BEGIN SELECT tick(); END");
    const places: unknown[] = [];
    for (let isDone = false; !isDone;) {
      try {
        [batches, until] = [0, 1];
        moveRows(db, small);
        isDone = true;
      } catch (error) {
        expect(String(error)).toContain("killed");
        places.push(db.prepare("SELECT stage, at FROM moving_rows").raw().get());
        expect(db.pragma("integrity_check", { simple: true })).toBe("ok");
      }
    }
    expect(new Set(places.map((place) => (place as [string])[0]))).toEqual(new Set(["nodes", "attempts", "end"]));
    expect(places.length).toBeGreaterThan(8);
    db.close();
    const moved = openDatabase(join(folder, "stopped.db"));
    expect(contents(moved)).toEqual(contents(fresh));
    sound(moved);
  });

  it("is whole, and goes on, where the disk is full", () => {
    const db = begun("full.db");
    let full = 0;
    for (let pages = scalar(db, "PRAGMA page_count"); isMoving(db) || full === 0; pages += 8) {
      db.pragma(`max_page_count = ${pages}`);
      try {
        moveRows(db, small);
      } catch (error) {
        full += Number((error as { code?: string }).code === "SQLITE_FULL");
        expect(db.pragma("integrity_check", { simple: true })).toBe("ok");
        // Others read all of it meanwhile.
        const other = openForReading(join(folder, "full.db"));
        expect(contents(other)).toEqual(contents(fresh));
        other.close();
      }
      if (pages > 10_000) break;
    }
    expect(full).toBeGreaterThan(2);
    db.close();
    const moved = openDatabase(join(folder, "full.db"));
    expect(contents(moved)).toEqual(contents(fresh));
    sound(moved);
  });

  /** Its texts are written out, as version 21 left them. */
  const writtenOut = (name: string): Database => {
    const db = begun(name);
    moveRows(db, { isCopy: true });
    db.exec("DROP TABLE moving_rows");
    db.transaction(() => migrations.slice(compactVersion).forEach((migration) => migration(db)))();
    db.pragma(`user_version = ${migrations.length}`);
    expect(scalar(db, "SELECT count(*) FROM texts WHERE vocabulary IS NULL")).toBeGreaterThan(10);
    return db;
  };

  it("has texts that are spelled afterwards, which goes on where it was stopped", () => {
    const db = writtenOut("texts.db");
    let stops = 0;
    db.function("tick", () => {
      throw new Error("killed");
    });
    while (isMoving(db) && db.prepare("SELECT stage FROM moving_rows").pluck().get() === "texts") {
      db.exec(
        "CREATE TEMP TRIGGER stop AFTER UPDATE ON main.moving_rows WHEN new.at > old.at + 4 BEGIN SELECT tick(); END",
      );
      expect(() => moveRows(db, { isCopy: true, perBatch: 100_000 })).toThrow("killed");
      db.exec("DROP TRIGGER stop");
      stops++;
      const other = openForReading(join(folder, "texts.db"));
      expect(contents(other)).toEqual(contents(fresh));
      other.close();
      if (stops > 2) moveRows(db, { isCopy: true, perBatch: 1 });
    }
    expect(stops).toBeGreaterThan(2);
    db.close();
    const moved = openDatabase(join(folder, "texts.db"));
    expect(scalar(moved, "SELECT count(*) FROM texts WHERE vocabulary IS NULL")).toBe(0);
    expect(contents(moved)).toEqual(contents(fresh));
    expect(isMoving(moved)).toBe(false);
    sound(moved);
  });

  it("has texts that are spelled afterwards, though its process was killed in the middle of a batch again and again", () => {
    writtenOut("killed.db").close();
    const path = join(folder, "killed.db");
    const texts = scalar(fresh, "SELECT count(*) FROM texts");
    const stages: (readonly [NodeJS.Signals | null, unknown])[] = [];
    for (let left = texts; left > 0;) {
      const { signal, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", killedMove, path], {
        encoding: "utf8",
      });
      const db = new Sqlite(path);
      expect(db.pragma("integrity_check", { simple: true })).toBe("ok");
      const now = scalar(db, "SELECT count(*) FROM texts WHERE vocabulary IS NULL");
      expect(now, stderr).toBeLessThan(left);
      left = now;
      stages.push([signal, db.prepare("SELECT stage FROM moving_rows").pluck().get()]);
      db.close();
      const other = openForReading(path);
      expect(contents(other)).toEqual(contents(fresh));
      other.close();
    }
    expect(stages.filter(([signal, stage]) => signal === "SIGKILL" && stage === "texts").length).toBeGreaterThan(1);
    const moved = openDatabase(path);
    expect(contents(moved)).toEqual(contents(fresh));
    expect(isMoving(moved)).toBe(false);
    sound(moved);
  });

  /** A disk of three megabytes, where this process may make one. */
  const disk = join(folder, "disk");
  mkdirSync(disk);
  const isMounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=3m", "tmpfs", disk]).status === 0;
  afterAll(() => void (isMounted && spawnSync("umount", ["-l", disk])));

  it.skipIf(!isMounted)("has texts that are spelled afterwards, though the disk was full again and again", () => {
    writtenOut("small.db").close();
    const path = join(disk, "small.db");
    copyFileSync(join(folder, "small.db"), path);
    const filler = openSync(join(disk, "filler"), "w");
    let filled = 0;
    let full = 0;
    const left: number[] = [];
    for (let free = 48; free < 2000; free += 24) {
      try {
        for (;;) filled += writeSync(filler, Buffer.alloc(4096), 0, 4096, filled);
      } catch (error) {
        expect((error as NodeJS.ErrnoException).code).toBe("ENOSPC");
      }
      filled -= free * 1024;
      ftruncateSync(filler, filled);
      const db = new Sqlite(path);
      try {
        db.pragma("journal_mode = WAL");
        moveRows(db, { isCopy: true, perBatch: 5000 });
        break;
      } catch (error) {
        full += Number(/^SQLITE_(FULL|IOERR)/.test((error as { code?: string }).code ?? ""));
      } finally {
        db.close();
      }
      const other = openForReading(path);
      left.push(scalar(other, "SELECT count(*) FROM texts WHERE vocabulary IS NULL"));
      expect(contents(other)).toEqual(contents(fresh));
      sound(other);
      other.close();
    }
    expect(full).toBeGreaterThan(1);
    // Some batches had found room before.
    expect(new Set(left).size, String(left)).toBeGreaterThan(1);
    closeSync(filler);
    rmSync(join(disk, "filler"));
    const moved = openDatabase(path);
    expect(contents(moved)).toEqual(contents(fresh));
    expect(scalar(moved, "SELECT count(*) FROM texts WHERE vocabulary IS NULL")).toBe(0);
    sound(moved);
    moved.close();
  });

  it("that a stranger left half moved is refused in one line", () => {
    const db = begun("strange.db");
    db.exec("ALTER TABLE moving_rows RENAME COLUMN bytes TO lost");
    db.close();
    expect(() => openDatabase(join(folder, "strange.db"))).toThrow(
      /cannot be brought to today's form: no such column: bytes/,
    );
  });

  it("whose numbers add up beyond all numbers is refused in one line that names its file, not the copy", () => {
    const path = inOldForm(fresh, join(folder, "beyond.db"));
    const old = new Sqlite(path);
    old.exec("UPDATE attempts SET thinking_tokens = 9223372036854775807, answer_tokens = -9223372036854775807");
    old.close();
    expect(() => openForReading(path)).toThrow(`database "${path}" cannot be brought to today's form: `);
    expect(() => openDatabase(path)).toThrow(`database "${path}" cannot be brought to today's form: `);
  });

  it("is read in a copy meanwhile, and stays as it is", () => {
    const path = inOldForm(fresh, join(folder, "read.db"));
    const db = openForReading(path);
    expect(contents(db)).toEqual(contents(fresh));
    const old = new Sqlite(path, { readonly: true });
    expect(old.pragma("user_version", { simple: true })).toBe(20);
  });
});
