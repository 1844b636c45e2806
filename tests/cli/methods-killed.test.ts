import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openDatabase } from "../../src/adapters/store/sqlite.ts";
import { ended, overthink, root, scratch, start } from "./overthink.ts";

const folder = scratch();
const run = (db: string) => [
  "run",
  join(root, "experiments/methods-pico.yaml"),
  "--limit",
  "2",
  "--db",
  join(folder, db),
];

function read(db: string, sql: string): readonly unknown[] {
  const opened = openDatabase(join(folder, db));
  try {
    return opened.prepare(sql).all();
  } finally {
    opened.close();
  }
}

const attempts = (db: string): number =>
  existsSync(join(folder, db)) ? read(db, "SELECT id FROM attempts").length : 0;

const results = `SELECT label, problem, epoch, outcome, answer, thinking_tokens, probe_tokens, dropped_tokens FROM v_attempts
  ORDER BY label, problem, epoch`;

it("every method goes on after kill -9: the same results, and no stored token decoded twice", async () => {
  expect((await overthink(run("whole.db"), folder)).code).toBe(0);
  for (const enough of [1, 20, 45]) {
    const child = start(run("killed.db"), folder);
    const over = ended(child);
    await expect.poll(() => attempts("killed.db"), { interval: 20 }).toBeGreaterThanOrEqual(enough);
    child.kill("SIGKILL");
    expect((await over).signal).toBe("SIGKILL");
  }
  expect((await overthink(run("killed.db"), folder)).code).toBe(0);
  expect(read("killed.db", results)).toEqual(read("whole.db", results));
  const decoded = "SELECT sum(decoded_tokens) AS tokens FROM v_usage";
  expect(read("killed.db", decoded)).toEqual(read("whole.db", decoded));
});
