import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { afterAll, describe, expect, it } from "vitest";
import { openExperiment } from "../../src/app/open-experiment.ts";
import { replayOf } from "../../src/app/replay.ts";
import { UserError } from "../../src/core/user-error.ts";

const folder = mkdtempSync(join(tmpdir(), "overthink-replay-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

const experiment = (signals = "logprobs: true") => `
name: base
models:
  - name: script
    engine: scripted
    ${signals}
    seeded: { end_thinking: 0.02, words: ["1", "2", "3", "Wait"], seed: 3 }
    format: { prompt: "{problem}<think>", thinking_end: "</think>", end_of_turn: "</s>" }
datasets:
  - { name: mine, path: problems.jsonl, grader: exact }
methods: [budget-forcing: {}]
sampling: { max_answer_tokens: 20 }
`;

write("problems.jsonl", '{"id":"a","problem":"1+1","answer":"2"}\n{"id":"b","problem":"2+2","answer":"4"}\n');
const base = write("base.yaml", experiment());
const deer = write(
  "deer.yaml",
  "methods: [deer: { threshold: [0, 0.5, 1], trial_text: '</think>', trial_end: turn }]\n",
);
const cuts = write("cuts.yaml", "methods: [unforced: {}, budget-forcing: {}]\n");

const run = async (file: string, set: readonly string[], db: string, offline = false) =>
  (await openExperiment(file, { db, set })).run({ offline });

const count = (db: string, sql: string): number => {
  const open = new Sqlite(db, { readonly: true });
  const value = open.prepare(sql).pluck().get() as number;
  open.close();
  return value;
};

describe("replay", () => {
  it("reads stored thoughts, decodes probes and answers alone, and nothing offline", async () => {
    const db = join(folder, "replay.db");
    await run(base, [], db);
    const before = count(db, "SELECT sum(sampled_tokens) FROM nodes");
    const thoughts = count(db, "SELECT sum(thinking_tokens) FROM v_attempts");

    const { file, set } = replayOf("base", deer, db);
    const refused = await run(file, set, db, true);
    expect(refused.notStored).toBeGreaterThan(0);
    expect(refused.errors).toBe(0);
    expect(count(db, "SELECT sum(sampled_tokens) FROM nodes")).toBe(before);

    const replayed = await run(file, set, db);
    expect(replayed).toMatchObject({ experiment: "base-deer", status: "finished", notStored: 0, errors: 0 });
    const added = count(db, "SELECT sum(sampled_tokens) FROM nodes") - before;
    const apart = count(
      db,
      "SELECT sum(tokens) FROM v_segments s JOIN v_attempts a ON a.id = s.attempt WHERE a.experiment = 'base-deer' AND " +
        "s.origin = 'sampled' AND s.kind IN ('probe', 'answer', 'delimiter')",
    );
    expect(added).toBeGreaterThan(0);
    expect(added).toBeLessThanOrEqual(apart);
    expect(added).toBeLessThan(thoughts);

    const again = await run(file, [...set, "name=again"], db, true);
    expect(again).toMatchObject({ status: "finished", notStored: 0 });
  });

  it("needs nothing where the methods ask for nothing new", async () => {
    const db = join(folder, "nothing.db");
    await run(base, [], db);
    const { file, set } = replayOf(base, write("same.yaml", "name: renamed\nmethods: [budget-forcing: {}]\n"), db);
    expect(await run(file, set, db, true)).toMatchObject({ experiment: "renamed", notStored: 0 });
    expect(count(db, "SELECT decoded_tokens FROM v_usage WHERE experiment = 'renamed'")).toBe(0);
  });

  it("refuses methods whose signals the chains lack, before anything is decoded", async () => {
    const silent = write("silent.yaml", experiment(""));
    const { file, set } = replayOf(silent, deer, join(folder, "none.db"));
    await expect(openExperiment(file, { set })).rejects.toThrow("decides by the log-probability of each token");
  });

  it("says what is missing", () => {
    expect(() => replayOf("unknown", cuts, join(folder, "none.db"))).toThrow(UserError);
    expect(() => replayOf(base, write("empty.yaml", "name: x\n"), "none.db")).toThrow("holds no list of methods");
  });

  it("is planned with the natural thoughts stored", async () => {
    const { file, set } = replayOf(base, deer, join(folder, "none.db"));
    const opened = await openExperiment(file, { set, db: join(folder, "none.db") });
    const [stored, fresh] = [await opened.plan({ stored: true, natural: 500 }), await opened.plan({ natural: 500 })];
    expect(fresh.decoded_tokens - stored.decoded_tokens).toBe(2 * 500);
  });
});
