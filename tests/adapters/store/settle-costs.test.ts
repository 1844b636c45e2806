import { beforeEach, describe, expect, it } from "vitest";
import { sqliteChains } from "../../../src/adapters/store/sqlite-chains.ts";
import { sqliteReader } from "../../../src/adapters/store/sqlite-reader.ts";
import { sqliteResponses } from "../../../src/adapters/store/sqlite-responses.ts";
import { sqliteResults } from "../../../src/adapters/store/sqlite-results.ts";
import { type Database, openDatabase } from "../../../src/adapters/store/sqlite.ts";
import { callOf } from "../../fixtures/stored.ts";
import { statedFacts } from "../../fixtures/facts.ts";
import { greedy } from "../../../src/core/sampling.ts";
import type { RequestRecord } from "../../../src/ports/chain-store.ts";
import type { AttemptRecord, Use } from "../../../src/ports/result-store.ts";

let db: Database;
beforeEach(() => {
  db = openDatabase(":memory:");
});

const request = (
  milliseconds: number,
  sampledTokens: number,
  money: Readonly<{ cost: number; promptCost: number }> | null = null,
): RequestRecord => ({
  startedAt: "2026-01-01T00:00:00Z",
  milliseconds,
  sampledTokens,
  promptTokens: null,
  cachedTokens: null,
  cost: money?.cost ?? null,
  promptCost: money?.promptCost ?? null,
  error: null,
});

const node = (length: number, parent: number | null = null) => ({
  parent,
  offset: 0,
  forced: [],
  sampled: Array.from({ length }, (_, i) => i),
  masked: 0,
  maskedIds: [],
  logprobs: null,
});

function laboratory(name = "e") {
  const results = sqliteResults(db);
  const points = [0, 1, 2].map((position) => ({
    key: `k${position}`,
    model: "m",
    dataset: "d",
    method: "budget-forcing",
    params: {},
    label: `${position}`,
    facts: statedFacts("budget-forcing", {}),
    position,
  }));
  const { experiment, points: ids } = results.declare({ name, hash: "h", text: "", resolved: {}, points });
  results.addProblems("d", [{ id: "p", text: "", target: "", tags: {} }]);
  const chains = sqliteChains(db, experiment);
  const chain = chains.open({
    engine: {},
    sampling: greedy,
    prompt: [1],
    problem: "p",
    epoch: 0,
    draw: 0,
    seed: 0,
    arm: "",
  }).id;
  const add = (position: number, uses: readonly Use[], more: Partial<AttemptRecord> = {}): void =>
    results.addAttempt(
      experiment,
      {
        point: ids.get(`k${position}`) ?? 0,
        dataset: "d",
        problem: "p",
        epoch: 0,
        outcome: "cut",
        score: null,
        error: null,
        promptText: "",
        promptTokens: 1,
        trace: [],
        uses,
        finishedAt: "",
        ...more,
      },
      { name: "g", version: "1" },
    );
  return { results, chains, chain, add };
}

const costs = () =>
  db.prepare("SELECT experiment, label, seconds, cost FROM v_attempts ORDER BY experiment, label").all();

describe("an attempt", () => {
  it("takes its part of a request's seconds, and of its money the prompt whole", () => {
    const { chains, chain, add } = laboratory();
    const first = request(2000, 100, { cost: 11, promptCost: 1 });
    const { node: a, call } = chains.append(chain, node(64), callOf(first));
    const { node: b } = chains.append(chain, node(36), callOf(first, call));
    const { node: c } = chains.append(chain, node(10, b), callOf(request(300, 10, { cost: 4, promptCost: 3 })));
    add(0, [{ node: a, from: 0, to: 25 }]);
    add(1, [
      { node: a, from: 0, to: 64 },
      { node: b, from: 0, to: 36 },
      { node: c, from: 0, to: 10 },
    ]);
    add(2, [
      { node: a, from: 0, to: 64 },
      { node: b, from: 0, to: 11 },
      { node: c, from: 0, to: 5 },
    ]);
    expect(costs()).toEqual([
      { experiment: "e", label: "0", seconds: 0.5, cost: 3.5 },
      { experiment: "e", label: "1", seconds: 2.3, cost: 15 },
      { experiment: "e", label: "2", seconds: 1.65, cost: 12 },
    ]);
    expect(sqliteReader(db).points("e")[1]).toMatchObject({ mean_seconds: 2.3, mean_cost: 15 });
  });

  it("takes the same where another experiment paid", () => {
    const first = laboratory("first");
    const { node: made } = first.chains.append(first.chain, node(10), callOf(request(1000, 10)));
    laboratory("second").add(0, [{ node: made, from: 0, to: 5 }]);
    expect(costs()).toEqual([{ experiment: "second", label: "0", seconds: 0.5, cost: null }]);
  });

  it("is not known as soon as one of its tokens is not, and never 0", () => {
    const { chains, chain, add } = laboratory();
    const { node: known } = chains.append(chain, node(10), callOf(request(1000, 10, { cost: 1, promptCost: 0 })));
    const { node: unknown } = chains.append(chain, node(10), callOf());
    db.prepare("UPDATE nodes SET request = NULL WHERE id = ?").run(unknown);
    add(0, [
      { node: known, from: 0, to: 10 },
      { node: unknown, from: 0, to: 1 },
    ]);
    add(1, []);
    add(2, [{ node: known, from: 0, to: 10 }]);
    expect(costs()).toEqual([
      { experiment: "e", label: "0", seconds: null, cost: null },
      { experiment: "e", label: "1", seconds: null, cost: null },
      { experiment: "e", label: "2", seconds: 1, cost: 1 },
    ]);
  });

  it("that was finished before the request it relies on had ended is given the final figures", () => {
    const { chains, chain, add } = laboratory();
    const soFar = { ...callOf(request(100, 64, { cost: 1.28, promptCost: 0 })), ended: false };
    const { node: early, call } = chains.append(chain, node(64), soFar);
    add(0, [{ node: early, from: 0, to: 32 }]);
    expect(costs()).toMatchObject([{ seconds: 0.05, cost: 0.64 }]);
    chains.append(chain, node(36, early), callOf(request(400, 100, { cost: 3, promptCost: 0 }), call));
    expect(costs()).toMatchObject([{ seconds: 0.128, cost: 0.96 }]);
  });

  it("with an error counts in no mean", () => {
    const { chains, chain, add } = laboratory();
    const { node: made } = chains.append(chain, node(10), callOf(request(1000, 10)));
    add(0, [{ node: made, from: 0, to: 5 }], { outcome: "error", error: "reset" });
    expect(sqliteReader(db).points("e")[0]).toMatchObject({ errors: 1, mean_seconds: null });
  });
});

describe("a response", () => {
  const key = {
    engine: {},
    question: "q",
    knobs: { effort: null, thinkingBudget: null, maxOutputTokens: null },
    sampling: greedy,
    problem: "p",
    epoch: 0,
    seed: 0,
    arm: "",
  };
  const reply = {
    thought: null,
    answer: "4",
    finish: "stop",
    finishReason: "stop",
    tokens: { prompt: null, cached: null, thinking: null, answer: null, output: null },
    source: "none",
  } as const;

  it("gives every attempt on it the seconds and the money of its request, counts known or not", () => {
    const { add } = laboratory();
    const store = sqliteResponses(db);
    const asked = store.addRequest({ ...request(700, 0), sampledTokens: null, cost: 0.5 });
    const reported = { response: store.add(key, reply, asked).id, thinking: null, answer: null, source: "none" };
    add(0, [], { reported });
    add(1, [], { reported: { ...reported, response: null } });
    expect(costs()).toMatchObject([
      { seconds: 0.7, cost: 0.5 },
      { seconds: null, cost: null },
    ]);
  });

  it("keeps its request while another experiment relies on it", () => {
    const first = laboratory("first");
    const store = sqliteResponses(db);
    store.belongTo(1);
    const reported = {
      response: store.add(key, reply, store.addRequest(request(700, 9))).id,
      thinking: null,
      answer: null,
      source: "none",
    };
    const second = laboratory("second");
    second.add(0, [], { reported });
    first.results.forget("first");
    second.add(1, [], { reported });
    expect(costs()).toMatchObject([{ seconds: 0.7 }, { seconds: 0.7 }]);
    expect(db.pragma("foreign_key_check")).toEqual([]);
  });
});
