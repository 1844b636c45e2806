import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { openDatabase } from "../../src/adapters/store/sqlite.ts";
import { openExperiment } from "../../src/app/open-experiment.ts";
import { attemptsIn, recounted } from "../fixtures/recounted.ts";

const root = join(import.meta.dirname, "..", "..");
const folder = mkdtempSync(join(tmpdir(), "overthink-accounts-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const once = readFileSync(join(root, "bench/decoded-once.sql"), "utf8");

/** Runs a bundled experiment in small; `stops`: after how many decoded tokens it is interrupted, to be resumed. */
async function ran(file: string, name: string, concurrency: number, stops: readonly number[] = []): Promise<string> {
  const db = join(folder, `${basename(file)}-${name}.db`);
  const experiment = await openExperiment(join(root, file), { db, limit: 3 });
  for (const stop of [...stops, Infinity]) {
    const abort = new AbortController();
    let left = stop;
    await experiment.run({
      concurrency,
      signal: abort.signal,
      onEvent: (event) => event.type === "decoded" && (left -= event.tokens ?? 0) < 0 && abort.abort(new Error("stop")),
    });
  }
  return db;
}

describe.each(["experiments/pico-wait.yaml", "experiments/s1-pico/figure1.yaml"])("%s", (file) => {
  it("has the accounts of a count from scratch, however it was run", async () => {
    const expected = attemptsIn(openDatabase(await ran(file, "alone", 1)));
    expect(expected.length).toBeGreaterThan(30);
    for (const [name, concurrency, stops] of [
      ["wide", 32, []],
      ["stopped", 8, [40, 100, 300]],
    ] as const) {
      const path = await ran(file, name, concurrency, stops);
      const accounts = await recounted(join(root, file), path, { limit: 3 });
      expect(accounts.stored).toEqual(accounts.recounted);
      const db = openDatabase(path);
      expect(attemptsIn(db)).toEqual(expected);
      expect(db.prepare(once).get()).toMatchObject({ ratio: 1 });
      const { decoded, pairs } = db.prepare(once).get() as { decoded: number; pairs: number };
      expect(pairs).toBe(decoded);
      expect(db.prepare("SELECT decoded_tokens FROM v_usage").pluck().get()).toBe(decoded);
      expect(db.prepare("SELECT sum(decoded_tokens) FROM attempts").pluck().get()).toBe(decoded);
    }
  });
});
