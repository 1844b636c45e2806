import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { openDatabase } from "../../src/adapters/store/sqlite.ts";
import { StoreFault } from "../../src/core/store-fault.ts";
import { attemptsOf, runLab, scalar } from "../fixtures/lab.ts";
import { hashModel, toyEngine } from "../fixtures/toy-engine.ts";

const folder = mkdtempSync(join(tmpdir(), "overthink-full-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const settings = [{ max_thinking_tokens: 70 }, {}, { ignore_ends: 2 }, { ignore_ends: 1, continuation: null }];
const engine = () => toyEngine(hashModel(5, 0.01), { contextLength: 400 });

it("a disk that fills up anywhere ends the run with that fault, and what was stored is not decoded again", async () => {
  const whole = engine();
  const undisturbed = attemptsOf(await runLab({ engine: whole, settings, problems: 16, concurrency: 6 }));
  let full = 0;
  for (let room = 0; room < 18; room += 2) {
    const db = openDatabase(join(folder, `${room}.db`));
    db.pragma(`max_page_count = ${scalar(db, "PRAGMA page_count") + room}`);
    const fault: unknown = await runLab({ engine: engine(), settings, problems: 16, concurrency: 6, db }).catch(
      (error) => error,
    );
    full += Number(fault instanceof StoreFault && fault.message.includes("the disk is full"));
    db.pragma("max_page_count = 1000000");
    const stored = scalar(db, "SELECT coalesce(sum(sampled_tokens), 0) FROM nodes");
    const resumed = engine();
    await runLab({ engine: resumed, settings, problems: 16, concurrency: 6, db });
    expect(attemptsOf(db)).toEqual(undisturbed);
    expect(resumed.decoded).toBe(whole.decoded - stored);
    db.close();
  }
  expect(full).toBeGreaterThan(4);
});
