import { setImmediate } from "node:timers/promises";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { sqliteClaims } from "../../src/adapters/store/sqlite-claims.ts";
import { sqliteRunners } from "../../src/adapters/store/sqlite-runners.ts";
import { openDatabase } from "../../src/adapters/store/sqlite.ts";
import { shareClaims } from "../../src/runner/share-claims.ts";
import { attemptsOf, runLab, scalar } from "../fixtures/lab.ts";
import { hashModel, toyEngine } from "../fixtures/toy-engine.ts";

const folder = mkdtempSync(join(tmpdir(), "overthink-processes-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;

const setting = fc.record({
  max_thinking_tokens: fc.option(fc.nat(90), { nil: null }),
  ignore_ends: fc.nat(2),
});
const settings = fc.uniqueArray(setting, { minLength: 1, maxLength: 4, selector: (s) => JSON.stringify(s) });

type Side = Readonly<{ name: string; settings: readonly object[]; perYield: number; concurrency: number }>;

const side = (name: string): fc.Arbitrary<Side> =>
  fc.record({
    name: fc.constant(name),
    settings,
    perYield: fc.integer({ min: 1, max: 20 }),
    concurrency: fc.integer({ min: 1, max: 4 }),
  });

/** What a process of its own has: a connection, an engine, chains in memory, claims. */
async function run(
  path: string,
  { name, settings, perYield, concurrency }: Side,
  temperature: number,
): Promise<number> {
  const db = openDatabase(path);
  const engine = toyEngine(hashModel(7, 0.05), { contextLength: 200, perYield });
  const [store, since] = [sqliteRunners(db), ""];
  store.enter({ id: name, experiment: name, pid: 1, host: "", machine: "", began: null, since, beats: 0 }, null);
  const watching = {
    store,
    processes: { self: () => ({ pid: 1, host: "", machine: "", began: null }), isRunning: () => true },
    pause: () => setImmediate(),
  };
  const claims = shareClaims({ ...watching, claims: sqliteClaims(db, name), onWait: () => undefined });
  const conditions = { sampling: { temperature, topP: 1, topK: 0, minP: 0 } };
  await runLab({ engine, settings, db, name, concurrency, conditions, claims, problems: 2 });
  expect(scalar(db, `SELECT count(*) FROM claims WHERE runner = '${name}'`)).toBe(0);
  db.close();
  return engine.decoded;
}

describe("two processes on one database", () => {
  it("decode no token twice where their experiments share chains, and end as if one had followed the other", async () => {
    await fc.assert(
      fc.asyncProperty(side("a"), side("b"), fc.constantFrom(0, 0.7), async (a, b, temperature) => {
        const [together, apart] = [join(folder, `${files++}.db`), join(folder, `${files++}.db`)];
        const decoded = await Promise.all([run(together, a, temperature), run(together, b, temperature)]);
        const [first, second] = [await run(apart, a, temperature), await run(apart, b, temperature)];
        expect((decoded[0] ?? 0) + (decoded[1] ?? 0)).toBe(first + second);
        const traces = (path: string) => {
          const db = openDatabase(path);
          const tokens = scalar(db, "SELECT sum(sampled_tokens) FROM nodes");
          const rows = attemptsOf(db).map(({ experiment, params, problem, epoch, trace }) => [
            [experiment, params, problem, epoch],
            trace,
          ]);
          db.close();
          return { tokens, rows };
        };
        expect(traces(together)).toEqual(traces(apart));
      }),
      { numRuns: 25 },
    );
  });
});
