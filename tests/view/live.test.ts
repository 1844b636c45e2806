import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { viewApp } from "../../src/server/view/app.ts";
import { answer } from "../../src/view/answer.ts";
import type { Live } from "../../src/view/types/experiment.ts";
import { studies } from "../report/fixture.ts";
import { sourceOf } from "./sources.ts";

/** The stream asks on a virtual clock: no test waits, and a bound in time is a count of its steps. */
beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterEach(() => void vi.useRealTimers());

const assets = mkdtempSync(join(tmpdir(), "assets-"));
writeFileSync(join(assets, "index.html"), "");

type Told = Readonly<{ id: number; at: number; live: Live }>;

/** A reader of the stream: what it was told, and at which virtual millisecond. */
async function reader(after: number, clock: () => number) {
  const source = sourceOf(db);
  const app = viewApp({
    answers: (path, query) => answer([source], path, query),
    assets,
    token: null,
    hosts: () => ["h:1"],
  });
  const response = await app.request("http://h:1/api/e/figure/events", {
    headers: { host: "h:1", "last-event-id": String(after) },
  });
  const told: Told[] = [];
  const reading = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  const listening = (async () => {
    for (;;) {
      const { value, done } = (await reading?.read()) ?? { value: "", done: true };
      if (done) return;
      const events = (rest + value).split("\n\n");
      rest = events.pop() ?? "";
      for (const event of events) {
        const [data, id] = [/^data: (.*)$/m.exec(event)?.[1], /^id: (\d+)$/m.exec(event)?.[1]];
        if (data) told.push({ id: Number(id), at: clock(), live: JSON.parse(data) as Live });
      }
    }
  })();
  return { told, stop: async () => (await reading?.cancel(), await listening) };
}

/** Lets everything happen that waits for no clock. */
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 8; turn++) await new Promise((resume) => setImmediate(resume));
};

const { db } = studies({ perLevel: 2 });
db.exec("CREATE TEMP TABLE left AS SELECT * FROM attempts ORDER BY id DESC LIMIT 60; PRAGMA foreign_keys = OFF");

/** The database without its last attempts, and a run that stores some of them, in order. */
function going() {
  db.exec("DELETE FROM attempts WHERE id IN (SELECT id FROM left)");
  const first = db.prepare("SELECT max(id) FROM attempts").pluck().get() as number;
  const store = db.prepare("INSERT INTO attempts SELECT * FROM left WHERE id = ?");
  return { first, store: (id: number) => void store.run(id) };
}

describe("the stream of a run", () => {
  test("tells every attempt once and in order, within half a second on an idle machine, whenever it is stored", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(1800), { minLength: 1, maxLength: 18 }), async (pauses) => {
        const { first, store } = going();
        let now = 0;
        const own = await reader(first, () => now);
        await settle();
        const stored = new Map<number, number>();
        const pass = async (milliseconds: number): Promise<void> => {
          now += milliseconds;
          await vi.advanceTimersByTimeAsync(milliseconds);
          await settle();
        };
        for (const [i, pause] of pauses.entries()) {
          await pass(pause);
          store(first + 1 + i);
          stored.set(first + 1 + i, now);
        }
        await pass(500);
        const lines = own.told.flatMap(({ at, live }) => live.lines.map(({ id }) => ({ id, at })));
        expect(lines.map(({ id }) => id)).toEqual([...stored.keys()]);
        // The clock moves in leaps here: an event is dated by the end of the leap in which it came.
        const last = own.told.at(-1);
        expect(last?.at).toBeLessThanOrEqual((stored.get(last?.live.newest ?? 0) ?? 0) + 500);
        expect(own.told.map(({ id }) => id)).toEqual(own.told.map(({ id }) => id).toSorted((a, b) => a - b));
        const total = Object.values(last?.live.settings ?? []).flatMap(({ outcomes }) => Object.values(outcomes));
        expect(total.reduce((a, b) => a + b, 0)).toBe(
          db.prepare("SELECT count(*) FROM v_attempts WHERE experiment = 'figure'").pluck().get(),
        );
        await own.stop();
      }),
      { numRuns: 8 },
    );
  });

  test("tells at most two events a second of a run that never rests, and goes on where a reader stopped", async () => {
    const { first, store } = going();
    let now = 0;
    const one = await reader(first, () => now);
    await settle();
    const step = async (id: number): Promise<void> => {
      store(id);
      now += 100;
      await vi.advanceTimersByTimeAsync(100);
      await settle();
    };
    for (let id = first + 1; id <= first + 30; id++) await step(id);
    await one.stop();
    expect(one.told.length).toBeLessThanOrEqual(1 + 3000 / 500);
    const seen = one.told.at(-1)?.id ?? 0;
    for (let id = first + 31; id <= first + 40; id++) store(id);
    const two = await reader(seen, () => now);
    await settle();
    const ids = [one, two].flatMap(({ told }) => told.flatMap(({ live }) => live.lines.map(({ id }) => id)));
    expect(ids).toEqual(Array.from({ length: 40 }, (_, i) => first + 1 + i));
    await two.stop();
  });
});
