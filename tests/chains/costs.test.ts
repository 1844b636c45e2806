import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sqliteChains } from "../../src/adapters/store/sqlite-chains.ts";
import { openDatabase } from "../../src/adapters/store/sqlite.ts";
import { Chain } from "../../src/chains/chain.ts";
import { greedy } from "../../src/core/sampling.ts";
import type { Engine } from "../../src/ports/engine.ts";
import { runLab, scalar } from "../fixtures/lab.ts";
import { hashModel, toyEngine } from "../fixtures/toy-engine.ts";

const lab = fc.record({
  identity: fc.nat(1000),
  budgets: fc.uniqueArray(fc.nat(150), { minLength: 1, maxLength: 5 }),
  concurrency: fc.integer({ min: 1, max: 8 }),
  perYield: fc.integer({ min: 1, max: 9 }),
});

const sweep = (
  {
    identity,
    perYield,
    budgets,
    concurrency,
  }: { identity: number; perYield: number; budgets: readonly number[]; concurrency: number },
  price = { input: 3, output: 7 },
) =>
  runLab({
    engine: toyEngine(hashModel(identity, 0.004), { contextLength: 400, perYield }),
    settings: budgets.map((max_thinking_tokens) => ({ max_thinking_tokens })),
    concurrency,
    price,
  });

describe("what attempts took", () => {
  it("is known of every stored token, and no token belongs to two requests", async () => {
    await fc.assert(
      fc.asyncProperty(lab, async (drawn) => {
        const db = await sweep(drawn);
        expect(scalar(db, "SELECT count(*) FROM nodes WHERE request IS NULL")).toBe(0);
        expect(
          scalar(
            db,
            "SELECT count(*) FROM requests r WHERE sampled_tokens <> (SELECT coalesce(sum(sampled_tokens), 0) FROM nodes n WHERE n.request = r.id)",
          ),
        ).toBe(0);
        expect(scalar(db, "SELECT count(*) FROM attempts WHERE seconds IS NULL OR cost IS NULL")).toBe(0);
        expect(scalar(db, "SELECT count(*) FROM requests WHERE error IS NOT NULL")).toBe(0);
      }),
      { numRuns: 40 },
    );
  });

  it("counts what was reused as if it were decoded: output costs what every token costs from scratch", async () => {
    await fc.assert(
      fc.asyncProperty(lab, async (drawn) => {
        const db = await sweep(drawn, { input: 0, output: 7 });
        expect(scalar(db, "SELECT sum(cost) FROM attempts")).toBeCloseTo(
          (7 * Number(scalar(db, "SELECT naive_tokens FROM v_usage"))) / 1e6,
          9,
        );
      }),
      { numRuns: 40 },
    );
  });

  it("is all of the requests where an attempt stands alone", async () => {
    await fc.assert(
      fc.asyncProperty(lab, async (drawn) => {
        const db = await sweep({ ...drawn, budgets: drawn.budgets.slice(0, 1) });
        expect(scalar(db, "SELECT sum(cost) FROM attempts")).toBeCloseTo(
          Number(scalar(db, "SELECT sum(cost) FROM requests")),
          9,
        );
        expect(scalar(db, "SELECT sum(seconds) FROM attempts")).toBeCloseTo(
          Number(scalar(db, "SELECT sum(milliseconds) / 1000.0 FROM requests")),
          9,
        );
      }),
      { numRuns: 40 },
    );
  });

  it("is not known where the model has no price, but its seconds are", async () => {
    const db = await runLab({ engine: toyEngine(hashModel(1)), settings: [{}] });
    expect(db.prepare("SELECT mean_cost, mean_seconds >= 0 AS measured FROM v_points").get()).toEqual({
      mean_cost: null,
      measured: 1,
    });
  });
});

describe("a request", () => {
  it("that a process dies in leaves the account of what was stored of it", async () => {
    const db = openDatabase(":memory:");
    db.exec("INSERT INTO experiments (name, hash, text, resolved, created_at) VALUES ('e', 'h', '', '{}', '')");
    const engine: Engine = {
      ...toyEngine(hashModel(1)),
      generate: (_, { onTokens }) => {
        for (let id = 0; id < 150; id++) onTokens?.([id], null);
        return new Promise(() => undefined);
      },
    };
    const key = { engine: {}, sampling: greedy, prompt: [1, 2, 3], problem: "p", epoch: 0, draw: 0, seed: 0, arm: "" };
    const chain = new Chain({ key, engine, store: sqliteChains(db, 1), price: { input: 1, output: 2 } });
    void chain.continue({ after: [], maxTokens: 200, stops: [] }, new Map(), new AbortController().signal);
    expect(
      db.prepare("SELECT sampled_tokens, cost * 1e6 AS cost, prompt_cost * 1e6 AS prompt, error FROM requests").all(),
    ).toEqual([{ sampled_tokens: 128, cost: 3 + 2 * 128, prompt: 3, error: "not finished" }]);
    expect(db.prepare("SELECT sampled_tokens, request FROM nodes").all()).toEqual([
      { sampled_tokens: 128, request: 1 },
    ]);
  });
});
