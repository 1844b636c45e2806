// Every bundled experiment at concurrency 1, 8 and 32, and killed with SIGKILL at random moments until it is done: the same
// attempts each time, the accounts of a count from scratch, and nothing decoded twice.
//
//   npm run test:long -- accounts        with LIMIT=20 for the first 20 problems of each data set, ONLY=wait for some files
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { openDatabase } from "../../src/adapters/store/sqlite.ts";
import { seedOf } from "../../src/core/hash.ts";
import { ended, root, scratch, start } from "../cli/overthink.ts";
import { attemptsIn, recounted } from "../fixtures/recounted.ts";

const folder = scratch();
const limit = process.env["LIMIT"] === undefined ? undefined : Number(process.env["LIMIT"]);
const once = readFileSync(join(root, "bench/decoded-once.sql"), "utf8");

const files = ["experiments", "experiments/s1-pico"]
  .flatMap((path) => readdirSync(join(root, path)).map((name) => join(root, path, name)))
  .filter((file) => file.endsWith(".yaml") && file.includes(process.env["ONLY"] ?? ""));

const argsFor = (file: string, db: string, concurrency: number): readonly string[] => [
  "run",
  file,
  "--db",
  db,
  "--concurrency",
  String(concurrency),
  ...(limit === undefined ? [] : ["--limit", String(limit)]),
];

const run = async (file: string, db: string, concurrency: number): Promise<void> => {
  const { code, stderr } = await ended(start(argsFor(file, db, concurrency), root));
  if (code !== 0) throw new Error(stderr);
};

/** The time until a kill is drawn anew each time, and grows until the run comes through. */
async function killed(file: string, db: string): Promise<number> {
  for (let kills = 0; ; kills++) {
    const child = start(argsFor(file, db, 8), root);
    const timer = setTimeout(() => child.kill("SIGKILL"), 1000 + (seedOf(file, kills) % (2000 + 1000 * kills)));
    const { code, signal, stderr } = await ended(child);
    clearTimeout(timer);
    if (code === 0) return kills;
    if (signal !== "SIGKILL") throw new Error(stderr);
  }
}

describe.each(files)("%s", (file) => {
  const path = (name: string): string => join(folder, `${basename(file)}-${name}.db`);
  let expected: readonly unknown[] | null = null;
  afterAll(() => ["1", "8", "32", "killed"].forEach((name) => rmSync(path(name), { force: true })));

  it.each(["1", "8", "32", "killed"])("%s", async (how) => {
    const db = path(how);
    const kills = how === "killed" ? await killed(file, db) : await run(file, db, Number(how)).then(() => 0);
    const accounts = await recounted(file, db, { limit });
    expect(accounts.stored).toEqual(accounts.recounted);
    const opened = openDatabase(db);
    const attempts = attemptsIn(opened);
    expect(attempts).toEqual((expected ??= attempts));
    const counted = opened.prepare(once).get() as { decoded: number; ratio: number; pairs: number };
    expect(counted.ratio).toBe(1);
    expect(opened.pragma("integrity_check", { simple: true })).toBe("ok");
    opened.close();
    console.log(basename(file), how, { attempts: attempts.length, ...counted, kills });
  });
});
