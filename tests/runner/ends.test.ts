import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { openDatabase } from "../../src/adapters/store/sqlite.ts";
import { StoreFault } from "../../src/core/store-fault.ts";
import { runLab, scalar } from "../fixtures/lab.ts";
import { hashModel, toyEngine } from "../fixtures/toy-engine.ts";

const settings = [4, 16].map((max_thinking_tokens) => ({ max_thinking_tokens }));

describe("the end of a run", () => {
  it("comes at once when it is asked for, while all is answered from the store", async () => {
    const lab = { engine: toyEngine(hashModel(1), { perYield: 1e9 }), settings, problems: 300 };
    const db = await runLab({ ...lab, name: "first" });
    const [stop, reason] = [new AbortController(), new Error("stop")];
    void setImmediate().then(() => stop.abort(reason));
    await expect(runLab({ ...lab, name: "second", db, signal: stop.signal })).rejects.toBe(reason);
    const made = scalar(db, "SELECT count(*) FROM v_attempts WHERE experiment = 'second'");
    expect(made).toBeLessThan(300);
  });

  it("is a fault of the store, told before the reason of an abort, and all that were at work have ended", async () => {
    const db = openDatabase(":memory:");
    const stop = new AbortController();
    const engine = toyEngine((prefix, banned, seed) => {
      if (engine.decoded === 50) {
        db.pragma("query_only = ON");
        stop.abort(new Error("stop"));
      }
      return hashModel(1)(prefix, banned, seed);
    });
    const run = runLab({ engine, settings, problems: 30, db, concurrency: 8, signal: stop.signal });
    await expect(run).rejects.toThrow(StoreFault);
    const decoded = engine.decoded;
    for (let turn = 0; turn < 50; turn++) await setImmediate();
    expect(engine.decoded).toBe(decoded);
  });
});
