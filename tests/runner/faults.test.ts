import { expect, it } from "vitest";
import { sqliteResults } from "../../src/adapters/store/sqlite-results.ts";
import { openDatabase } from "../../src/adapters/store/sqlite.ts";
import type { Chain } from "../../src/chains/chain.ts";
import { StoreFault } from "../../src/core/store-fault.ts";
import type { Engine } from "../../src/ports/engine.ts";
import type { Grader } from "../../src/ports/grader.ts";
import type { Method, Task } from "../../src/ports/method.ts";
import { makeAttempt } from "../../src/runner/attempt.ts";
import { Breath } from "../../src/runner/breath.ts";
import type { Job } from "../../src/runner/jobs.ts";
import type { ChainPoint } from "../../src/runner/prepared.ts";
import { toyGrader } from "../fixtures/lab.ts";
import { toyDelimiters } from "../fixtures/tasks.ts";
import { statedFacts } from "../fixtures/facts.ts";
import { hashModel, toyEngine } from "../fixtures/toy-engine.ts";

type Parts = Readonly<{
  run: (task: Task) => ReturnType<Method["run"]>;
  continued?: () => never;
  grader?: Grader;
  on?: Engine;
}>;

const problem = { id: "p", text: "q", target: "t", tags: {} };
const engine = toyEngine(hashModel(1));

const attempt = ({ run, continued, grader = toyGrader, on = engine }: Parts, signal = new AbortController().signal) => {
  const chain = { continue: async () => continued?.(), uses: () => [] } as unknown as Chain;
  const record = { key: "k", model: "toy", dataset: "d", method: "mine", params: {}, label: "mine", position: 0 };
  const prompt = async (text: string) => ({ ids: [1], text });
  const point = {
    record,
    model: { name: "toy", engine: on, prompt, delimiters: toyDelimiters, price: null },
    dataset: { name: "d", hash: "h", problems: [problem], grader },
    method: { run },
    options: {},
  } as unknown as ChainPoint;
  const job: Job<ChainPoint> = { point, problem, epoch: 0 };
  return makeAttempt(job, { point: 1, maxAnswerTokens: 4, openChain: () => chain, signal, breath: new Breath() });
};

const request = { after: [], maxTokens: 1, stops: [] };

async function* continues(task: Task) {
  await task.chain([1])(request);
  yield* [];
}

const answers = async function* () {
  yield { kind: "answer", origin: "sampled", stop: "eos", tokenIds: [7] } as const;
};

it("an exception of a method is the method's, with its stack", async () => {
  const { outcome, error, fault } = await attempt({
    run: async function* broken() {
      yield* [];
      throw new TypeError("no such budget", { cause: new Error("the depth of it") });
    },
  });
  expect([outcome, error]).toEqual(["error", "method mine: no such budget"]);
  expect(fault).toMatchObject({ source: "method", message: "no such budget" });
  expect(fault?.stack).toMatch(/TypeError: no such budget\n.*broken.*\ncaused by: Error: the depth of it/s);
});

it("a run that is to stop does not wait for the text of an answer from a server that is gone", async () => {
  const stopping = new AbortController();
  const away = { ...engine, detokenize: () => new Promise<string>(() => stopping.abort(new Error("stop"))) };
  await expect(attempt({ run: answers, on: away }, stopping.signal)).rejects.toThrow("stop");
});

it("an exception of an engine is the engine's, even where the method puts it into one of its own", async () => {
  const continued = () => {
    throw new Error("the server is gone");
  };
  expect(await attempt({ run: continues, continued })).toMatchObject({
    error: "the server is gone",
    fault: { source: "engine" },
  });
  const wrapped = async function* (task: Task) {
    try {
      yield* continues(task);
    } catch (cause) {
      throw new Error("cannot go on", { cause });
    }
  };
  expect((await attempt({ run: wrapped, continued })).fault).toMatchObject({
    source: "engine",
    message: "cannot go on",
  });
});

it("an exception of a grader leaves the attempt unscored, with its stack", async () => {
  const grader: Grader = {
    ...toyGrader,
    grade: () => {
      throw new RangeError("too deep");
    },
  };
  const { outcome, error, fault } = await attempt({ run: answers, grader });
  expect([outcome, error]).toEqual(["unscored", null]);
  expect(fault).toMatchObject({ source: "grader", message: "too deep", stack: expect.stringContaining("faults.test") });
});

it("a fault of the store is no attempt", async () => {
  const continued = () => {
    throw new StoreFault("the disk is full", null);
  };
  await expect(attempt({ run: continues, continued })).rejects.toThrow(StoreFault);
});

it("faults stay on record when the attempt is made again", async () => {
  const db = openDatabase(":memory:");
  const results = sqliteResults(db);
  const facts = statedFacts("budget-forcing", {});
  const point = { key: "k", model: "toy", dataset: "d", method: "mine", params: {}, label: "mine", facts, position: 0 };
  const declared = results.declare({ name: "e", hash: "h", text: "", resolved: {}, points: [point] });
  results.addProblems("h", [problem]);
  const broken = await attempt({
    run: async function* () {
      yield* [];
      throw new Error("broken");
    },
  });
  for (const record of [broken, await attempt({ run: answers })])
    results.addAttempt(declared.experiment, { ...record, point: declared.points.get("k") ?? 0 }, toyGrader);
  expect(db.prepare("SELECT count(*) FROM attempts").pluck().get()).toBe(1);
  expect(db.prepare("SELECT experiment, label, problem, epoch, source, message FROM v_faults").all()).toEqual([
    { experiment: "e", label: "mine", problem: "p", epoch: 0, source: "method", message: "broken" },
  ]);
});
