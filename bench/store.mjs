// How large a database is, and how long its segments take to be read: as a run writes it, and one of an older version
// before and after it is moved (made by bench/store-database.mjs beside a build of that version; a copy is moved).
// Usage: node bench/store.mjs [ATTEMPTS] [TOKENS] [OLD.db]
import { copyFileSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { notices } from "../dist/core/notices.js";
import { openDatabase } from "../dist/adapters/store/sqlite.js";
import { writeThoughts } from "./store-database.mjs";

const [attempts, tokens] = [process.argv[2] ?? 10_000, process.argv[3] ?? 4000].map(Number);
const older = process.argv[4];
const folder = mkdtempSync(join(tmpdir(), "overthink-store-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));

const seconds = (act) => {
  const before = process.cpuUsage();
  act();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
};

/** Distinct tokens, as SQL alone counts them. */
const distinctIn = (db) => db.prepare("SELECT sum(sampled_tokens) FROM nodes").pluck().get();

/** Milliseconds of processor time an attempt, as an export reads all segments, and without their ids. */
function readings(db, count) {
  const read = (columns) =>
    seconds(() => {
      for (const _ of db.prepare(`SELECT ${columns} FROM v_segments`).iterate());
    });
  return [read("*"), read("attempt, position, text")].map((cpu) => ((1000 * cpu) / count).toFixed(2));
}

function row(name, path, db) {
  const count = db.prepare("SELECT count(*) FROM attempts").pluck().get();
  const [bytes, goal] = [statSync(path).size, 1.5 * 4 * distinctIn(db) + 300 * count];
  const cells = [name, count, (bytes / 1e6).toFixed(1), Math.round(bytes / count), (bytes / goal).toFixed(2)];
  console.log(`| ${[...cells, ...readings(db, count)].join(" | ")} |`);
}

const fresh = join(folder, "fresh.db");
const made = writeThoughts(fresh, attempts, tokens);
console.log(`${(made.used / 1e6).toFixed(1)} M tokens in segments, ${(made.distinct / 1e6).toFixed(1)} M distinct\n`);
console.log("| form | attempts | MB | bytes an attempt | of the goal | all segments, ms | without ids, ms |");
console.log("|---|---|---|---|---|---|---|");
const db = openDatabase(fresh);
row("as a run writes it", fresh, db);
db.close();
if (older) {
  const copy = join(folder, "old.db");
  copyFileSync(older, copy);
  const before = new Sqlite(copy);
  row("of an older version", copy, before);
  before.close();
  notices.subscribe((text) => console.error(text));
  let moved;
  const moving = seconds(() => (moved = openDatabase(copy)));
  row("the same, moved", copy, moved);
  console.log(`\nmoving it: ${moving.toFixed(1)} s of CPU`);
  moved.close();
}
console.log(`\npeak memory of all: ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB`);
