import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import Sqlite from "better-sqlite3";
import { mutated } from "./random.mjs";
import { experiment, problems } from "./yaml.mjs";

const bin = fileURLToPath(new URL("../../bin/overthink.cjs", import.meta.url));

/** A database as a run makes it, in one file. */
export const honest = (folder) => {
  writeFileSync(join(folder, "x.yaml"), experiment());
  writeFileSync(join(folder, "d.jsonl"), problems);
  const { status, stderr } = spawnSync(process.execPath, [bin, "run", "x.yaml", "--db", "x.db"], {
    cwd: folder,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  const db = new Sqlite(join(folder, "x.db"));
  db.pragma("journal_mode = DELETE");
  db.close();
  return join(folder, "x.db");
};

const endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)";

const known = {
  "an endless view": `DROP VIEW v_points; CREATE VIEW v_points AS ${endless} SELECT i AS id, 'x' AS experiment FROM n`,
  "a view that loads": "DROP VIEW v_usage; CREATE VIEW v_usage AS SELECT load_extension('x') AS experiment",
  "a view in place of a table": `DROP TABLE tries; CREATE VIEW tries AS ${endless} SELECT i AS id FROM n`,
  "no table": "DROP TABLE attempts",
  "malformed JSON":
    "PRAGMA ignore_check_constraints = ON; UPDATE points SET params = '{'; UPDATE runs SET record = '['",
  "JSON of another shape":
    "UPDATE points SET params = '7'; UPDATE runs SET record = 'null'; UPDATE experiments SET resolved = '[]'",
  "names that lead elsewhere":
    "UPDATE experiments SET name = '../../../tmp/x'; UPDATE points SET model = '../../x', label = '/etc/x'",
  "endless names": "UPDATE points SET model = hex(zeroblob(100000)), label = hex(zeroblob(100000))",
  "a million characters": "UPDATE attempts SET answer = hex(zeroblob(500000))",
  "a list in place of a record": "UPDATE runs SET record = '[]'; UPDATE points SET params = '[1]'",
  "models that are none": `UPDATE runs SET record = '{"models":[null]}'; UPDATE experiments SET resolved = '{"models":7}'`,
  "ids that are none": `UPDATE spans SET ids = x'ff80c0'; UPDATE nodes SET sampled = x'fefefe'`,
  "places that are none":
    "PRAGMA ignore_check_constraints = ON; PRAGMA foreign_keys = OFF; UPDATE texts SET last = node - 1, start = 9e15, till = -1; UPDATE segments SET chars = -5",
  "signals that are none": "UPDATE nodes SET logprobs = x'0102'",
  "numbers beyond numbers":
    "UPDATE attempts SET thinking_tokens = 9223372036854775807, answer_tokens = -9223372036854775807",
  "costs beyond numbers": "UPDATE attempts SET cost = 9e999, seconds = -9e999; UPDATE requests SET cost = 9e999",
  "a piece that follows itself": "UPDATE nodes SET parent = id",
  "records that are shallow": `UPDATE runs SET record = '{"models":[{"name":"m","facts":null}],"versions":null}'`,
  "records that are deep": `UPDATE runs SET record = '{"models":[{"name":"m","facts":{"a":${"[".repeat(900)}${"]".repeat(900)}}}]}'`,
  "keys of JavaScript": `UPDATE runs SET record = '{"__proto__":{"models":[]},"constructor":{"prototype":{"a":1}}}';
    UPDATE problems SET tags = '{"__proto__":{"level":1},"level":{"__proto__":null}}'`,
  "numbers in JSON": `UPDATE problems SET tags = '{"level":1e999}'; UPDATE points SET params = '{"a":1e999,"b":-0.0}'`,
  "a computed column": "ALTER TABLE attempts ADD COLUMN more TEXT AS (hex(zeroblob(1000000))) VIRTUAL",
  "a table that takes any value":
    "PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = replace(sql, ') STRICT', ')') WHERE name = 'attempts'",
  "sums beyond all numbers":
    "UPDATE point_sums SET attempts = 9223372036854775807, correct = -9223372036854775807, cost = 9e999",
  "sums of nothing": "DELETE FROM point_sums",
  "a trigger": "CREATE TRIGGER t AFTER INSERT ON runs BEGIN DELETE FROM attempts; END",
  "a version of tomorrow": "PRAGMA user_version = 9999",
  "a version below none": "PRAGMA user_version = -3",
};

const reading = [
  ["status"],
  ["export", "--table", "segments"],
  ["report", "x", "--out", "out"],
  ["study", "x"],
  ["status", "--json"],
  ["export", "--format", "parquet", "--out", "o.parquet"],
  ["plan", "x.yaml"],
  ["replay", "x", "--methods", "x.yaml", "--offline"],
  ["grade", "x", "--grader", "exact"],
  ["run", "x.yaml"],
].map((command) => [...command, "--db", "x.db"]);

/** The pages of the viewer, all of them, as files. */
const viewing = [
  ["view", "--db", "x.db", "--bundle", "out"],
  ["view", "--db", "x.db", "--db", "honest.db", "--bundle", "out", "--single"],
];

const merging = [
  ["merge", "x.db", "honest.db", "--into", "new.db"],
  ["merge", "honest.db", "x.db", "--into", "x.db"],
  ["merge", "x.db", "x.yaml", "--into", "new.db", "--strict"],
];

/** Commands over databases of strangers: each known one with two of the commands, made-up ones with one. */
const over = (commands) => (random, count) => {
  const folder = mkdtempSync(join(tmpdir(), "overthink-fuzz-db-"));
  const path = honest(folder);
  const bytes = readFileSync(path);
  const changed = (sql) => {
    const copy = join(folder, "changed.db");
    writeFileSync(copy, bytes);
    const db = new Sqlite(copy);
    db.unsafeMode(true);
    // Our triggers would keep the sums: a stranger has not asked them.
    const triggers = db.prepare("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'").all();
    for (const { name } of triggers) db.exec(`DROP TRIGGER "${name}"`);
    try {
      db.exec(sql);
    } catch (error) {
      throw new Error(`${sql}: ${error.message}`, { cause: error });
    }
    const isTable = db.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?");
    for (const trigger of triggers) if (isTable.get(trigger.tbl_name)) db.exec(trigger.sql);
    db.close();
    return readFileSync(copy);
  };
  const caseOf = (name, content, args) => ({
    name: `${name}, ${args.join(" ")}`,
    files: { "x.db": content, "honest.db": bytes, "x.yaml": experiment(), "d.jsonl": problems },
    args,
    codes: [0, 1, 2],
    drawn: args[0] === "view" ? args.filter((arg) => arg === "--db").length : 1,
  });
  const cases = [
    ...Object.entries(known).flatMap(([name, sql]) => {
      const content = changed(sql);
      const first = random.below(commands.length);
      return [first, (first + 2) % commands.length].map((at) => caseOf(name, content, commands[at]));
    }),
    ...Array.from({ length: count }, (_, at) =>
      caseOf(`made-up ${at}`, mutated(mutated(bytes, random), random), random.oneOf(commands)),
    ),
  ];
  return { cases, close: () => rmSync(folder, { recursive: true, force: true }) };
};

export const databases = over(reading);
export const views = over(viewing);
export const merges = over(merging);
