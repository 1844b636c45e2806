import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { StrictForcing } from "../../src/methods/strict-forcing.ts";
import { attemptsOf, runLab, scalar } from "../fixtures/lab.ts";
import { toyDelimiters } from "../fixtures/tasks.ts";
import { hashModel, toy, toyEngine } from "../fixtures/toy-engine.ts";

const setting: fc.Arbitrary<Partial<StrictForcing>> = fc.record({
  max_thinking_tokens: fc.option(fc.nat(30), { nil: null }),
  min_thinking_tokens: fc.oneof(fc.constant(0), fc.nat(12)),
  ignore_ends: fc.nat(3),
  continuation: fc.constantFrom("Wait", null),
});

const distinct = fc.uniqueArray(setting, {
  minLength: 1,
  maxLength: 6,
  selector: (s) => JSON.stringify([s.max_thinking_tokens, s.min_thinking_tokens, s.ignore_ends, s.continuation]),
});

const lab = fc.record({
  identity: fc.nat(1000),
  settings: distinct,
  temperature: fc.constantFrom(0, 0.7),
  epochs: fc.constantFrom(1, 2),
  concurrency: fc.integer({ min: 1, max: 8 }),
  perYield: fc.integer({ min: 1, max: 9 }),
});

const conditionsOf = ({ temperature, epochs }: { temperature: number; epochs: number }) => ({
  sampling: { temperature, topP: 1, topK: 0, minP: 0 },
  epochs,
});

const traces = (rows: readonly Record<string, unknown>[]) =>
  rows.map(({ params, problem, epoch, trace, outcome }) => [params, problem, epoch, trace, outcome].join("|")).sort();

describe("sharing", () => {
  it("is invisible: a sweep gives each point the tokens it has alone in a fresh database", async () => {
    await fc.assert(
      fc.asyncProperty(lab, async ({ identity, settings, concurrency, perYield, ...sampling }) => {
        const engine = () => toyEngine(hashModel(identity), { contextLength: 120, perYield });
        const conditions = conditionsOf(sampling);
        const shared = attemptsOf(await runLab({ engine: engine(), settings, conditions, concurrency }));
        const alone = [];
        for (const one of settings)
          alone.push(...attemptsOf(await runLab({ engine: engine(), settings: [one], conditions, concurrency: 1 })));
        expect(traces(shared)).toEqual(traces(alone));
      }),
      { numRuns: 60 },
    );
  });

  it("decodes the size of the tree and no more, and the accounts add up", async () => {
    await fc.assert(
      fc.asyncProperty(lab, async ({ identity, settings, concurrency, perYield, ...sampling }) => {
        const engine = toyEngine(hashModel(identity), { contextLength: 120, perYield });
        const db = await runLab({ engine, settings, conditions: conditionsOf(sampling), concurrency });
        const tree = scalar(db, "SELECT coalesce(sum(sampled_tokens), 0) FROM nodes");
        expect(engine.decoded).toBe(tree);
        expect(scalar(db, "SELECT decoded_tokens FROM v_usage")).toBe(tree);
        expect(scalar(db, "SELECT sum(decoded_tokens) FROM attempts")).toBe(tree);
        expect(scalar(db, "SELECT naive_tokens - decoded_tokens - reused_tokens FROM v_usage")).toBe(0);
        const unbalanced = `SELECT count(*) FROM attempts a WHERE decoded_tokens + reused_tokens <>
          dropped_tokens + (SELECT coalesce(sum(tokens), 0) FROM v_segments s WHERE s.attempt = a.id AND s.origin = 'sampled')`;
        expect(scalar(db, unbalanced)).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  it("holds for chains stored in many pieces, asked for while they grow", async () => {
    const budgets = [0, 10, 63, 64, 65, 128, 129, 200, null];
    const settings = [
      ...budgets.map((max_thinking_tokens) => ({ max_thinking_tokens })),
      { ignore_ends: 2 },
      { ignore_ends: 1, continuation: null },
    ];
    for (const identity of [1, 2, 3, 4]) {
      const engine = () => toyEngine(hashModel(identity, 0.004), { contextLength: 500 });
      const whole = engine();
      const shared = await runLab({ engine: whole, settings, problems: 2, concurrency: 16 });
      const alone = [];
      for (const one of settings)
        alone.push(...attemptsOf(await runLab({ engine: engine(), settings: [one], problems: 2, concurrency: 1 })));
      expect(traces(attemptsOf(shared))).toEqual(traces(alone));
      expect(whole.decoded).toBe(scalar(shared, "SELECT sum(decoded_tokens) FROM attempts"));
      expect(scalar(shared, "SELECT max(n) FROM (SELECT count(*) AS n FROM nodes GROUP BY chain)")).toBeGreaterThan(4);
    }
  });

  it("holds for a delimiter of two tokens, whose first may stand at a cut", async () => {
    const delimiters = { ...toyDelimiters, thinkingEnd: [toy.end2, toy.end] };
    const model = hashModel(21, 0.25);
    const settings = Array.from({ length: 12 }, (_, max_thinking_tokens) => ({ max_thinking_tokens }));
    const lab = (points: typeof settings) => {
      const engine = toyEngine(model, { contextLength: 200 });
      const format = {
        prompt: async (text: string) => ({ ids: await engine.tokenize(text, { special: false }), text }),
        delimiters,
      };
      return runLab({ engine, settings: points, format, problems: 6, concurrency: 2 }).then((db) => ({ engine, db }));
    };
    const { engine, db } = await lab([...settings].reverse());
    const small = await lab(settings);
    const alone = [];
    for (const one of settings) alone.push(...attemptsOf((await lab([one])).db));
    expect(traces(attemptsOf(db))).toEqual(traces(alone));
    expect(traces(attemptsOf(small.db))).toEqual(traces(alone));
    expect(engine.decoded).toBe(scalar(db, "SELECT sum(decoded_tokens) FROM attempts"));
    expect(
      scalar(db, "SELECT count(*) FROM v_segments WHERE kind = 'delimiter' AND origin = 'sampled' AND tokens = 2"),
    ).toBeGreaterThan(0);
  });

  it("costs what each point alone would have decoded where chains are not shared", async () => {
    const settings = [{ max_thinking_tokens: 4 }, { max_thinking_tokens: 9 }, {}];
    const engine = toyEngine(hashModel(7), { contextLength: 120 });
    const db = await runLab({ engine, settings, conditions: { share: false } });
    expect(scalar(db, "SELECT reused_tokens FROM v_usage")).toBe(0);
    expect(scalar(db, "SELECT naive_tokens FROM v_usage")).toBe(engine.decoded);
  });

  it("serves a second experiment on the same chains from what is stored", async () => {
    const engine = toyEngine(hashModel(3), { contextLength: 120 });
    const db = await runLab({ engine, settings: [{ ignore_ends: 2 }] });
    const before = engine.decoded;
    await runLab({ engine, db, name: "again", settings: [{ ignore_ends: 2 }, { max_thinking_tokens: 3 }] });
    const cut = attemptsOf(db).filter(
      (row) => row["experiment"] === "again" && String(row["params"]).includes('"max_thinking_tokens":3'),
    );
    expect(engine.decoded - before).toBe(cut.reduce((sum, row) => sum + Number(row["decoded_tokens"]), 0));
    expect(scalar(db, "SELECT decoded_tokens FROM v_usage WHERE experiment = 'lab'")).toBe(before);
  });

  it("asks once for what two callers want at the same time", async () => {
    const engine = toyEngine(hashModel(11), { contextLength: 120 });
    await runLab({
      engine,
      settings: [{ max_thinking_tokens: 20 }, { max_thinking_tokens: 21 }, { max_thinking_tokens: 22 }],
      problems: 1,
      concurrency: 8,
    });
    expect(engine.spans.filter(({ prefix }) => prefix.length === 3)).toHaveLength(1);
  });
});

describe("resuming", () => {
  it("ends as an undisturbed run does, whenever it is interrupted, and decodes nothing stored again", async () => {
    const settings = [
      { max_thinking_tokens: 3 },
      { max_thinking_tokens: 12 },
      {},
      { ignore_ends: 2 },
      { ignore_ends: 1, continuation: null },
    ];
    const whole = toyEngine(hashModel(5), { contextLength: 120 });
    const undisturbed = attemptsOf(await runLab({ engine: whole, settings, problems: 4 }));
    for (let at = 1; at < whole.decoded; at += 7) {
      const abort = new AbortController();
      let left = at;
      const model = hashModel(5);
      const engine = toyEngine(
        (...args) => (left-- === 0 ? (abort.abort(new Error("stop")), model(...args)) : model(...args)),
        { contextLength: 120 },
      );
      const db = await interrupted(engine, settings, abort);
      const stored = scalar(db, "SELECT coalesce(sum(sampled_tokens), 0) FROM nodes");
      const before = engine.decoded;
      await runLab({ engine, settings, problems: 4, db });
      expect(attemptsOf(db)).toEqual(undisturbed);
      expect(engine.decoded - before).toBe(whole.decoded - stored);
    }
  });
});

async function interrupted(
  engine: ReturnType<typeof toyEngine>,
  settings: readonly Partial<StrictForcing>[],
  abort: AbortController,
) {
  const { openDatabase } = await import("../../src/adapters/store/sqlite.ts");
  const db = openDatabase(":memory:");
  await expect(runLab({ engine, settings, problems: 4, db, signal: abort.signal })).rejects.toThrow("stop");
  return db;
}
