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
const honest = (folder) => {
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
  "numbers beyond numbers":
    "UPDATE attempts SET thinking_tokens = 9223372036854775807, answer_tokens = -9223372036854775807",
  "a trigger": "CREATE TRIGGER t AFTER INSERT ON runs BEGIN DELETE FROM attempts; END",
  "a version of tomorrow": "PRAGMA user_version = 9999",
  "a version below none": "PRAGMA user_version = -3",
};

const commands = [
  ["status"],
  ["export", "--table", "segments"],
  ["report", "x", "--out", "out"],
  ["study", "x"],
  ["status", "--json"],
];

export const databases = (random, count) => {
  const folder = mkdtempSync(join(tmpdir(), "overthink-fuzz-db-"));
  const path = honest(folder);
  const bytes = readFileSync(path);
  const changed = (sql) => {
    const copy = join(folder, "changed.db");
    writeFileSync(copy, bytes);
    const db = new Sqlite(copy);
    db.unsafeMode(true);
    try {
      db.exec(sql);
    } catch (error) {
      throw new Error(`${sql}: ${error.message}`, { cause: error });
    }
    db.close();
    return readFileSync(copy);
  };
  const cases = [
    ...Object.entries(known).flatMap(([name, sql]) => {
      const content = changed(sql);
      const first = random.below(commands.length);
      return [first, (first + 2) % commands.length].map((at) => ({
        name: `${name}, ${commands[at].join(" ")}`,
        content,
        command: commands[at],
      }));
    }),
    ...Array.from({ length: count }, (_, at) => ({
      name: `made-up ${at}`,
      content: mutated(mutated(bytes, random), random),
      command: random.oneOf(commands),
    })),
  ].map(({ name, content, command }) => ({
    name,
    files: { "x.db": content },
    args: [...command, "--db", "x.db"],
    codes: [0, 1, 2],
    // Drawing the figures of an honest database takes nearly all of two seconds already.
    ms: command[0] === "report" ? 6000 : undefined,
  }));
  return { cases, close: () => rmSync(folder, { recursive: true, force: true }) };
};
