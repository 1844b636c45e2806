import { describe, expect, it } from "vitest";
import { sqliteReader } from "../../src/adapters/store/sqlite-reader.ts";
import { sqliteResponses } from "../../src/adapters/store/sqlite-responses.ts";
import { sqliteResults } from "../../src/adapters/store/sqlite-results.ts";
import { type Database, openDatabase } from "../../src/adapters/store/sqlite.ts";
import { greedy } from "../../src/core/sampling.ts";
import { NativeEffort, nativeEffortMethod } from "../../src/methods/native-effort.ts";
import type { Grader } from "../../src/ports/grader.ts";
import type { NativeMethod } from "../../src/ports/method.ts";
import type { NativeEngine, NativeRequest, NativeResponse } from "../../src/ports/native-engine.ts";
import type { AttemptRecord } from "../../src/ports/result-store.ts";
import type { ResponseKey } from "../../src/ports/response-store.ts";
import { makeNativeAttempt } from "../../src/runner/native-attempt.ts";
import { extremes, nativePreflight } from "../../src/runner/native-preflight.ts";
import { Responses } from "../../src/runner/native-responses.ts";
import type { NativePoint } from "../../src/runner/prepared.ts";
import { statedFacts } from "../fixtures/facts.ts";
import { toyGrader } from "../fixtures/lab.ts";

const response = (changes: Partial<NativeResponse> = {}): NativeResponse => ({
  thought: null,
  answer: "42",
  finish: "stop",
  finishReason: "stop",
  tokens: { prompt: 7, cached: null, thinking: 5, answer: 4, output: 9 },
  source: "usage",
  ...changes,
});

const engine = (respond: (request: NativeRequest) => Promise<NativeResponse>): NativeEngine => ({
  info: { identity: { engine: "told" }, facts: {}, contextLength: null, concurrency: 4 },
  respond,
  close: async () => undefined,
});

const problems = Array.from({ length: 4 }, (_, at) => ({ id: `p${at}`, text: `q${at}`, target: "42", tags: {} }));

const pointOf = (native: NativeEngine, options: object, position = 0, dataset = "d"): NativePoint => {
  const params = NativeEffort.parse(options);
  const label = nativeEffortMethod.label(params);
  const facts = statedFacts("native-effort", params);
  return {
    record: {
      key: `${dataset}/${label}`,
      model: "m",
      dataset,
      method: "native-effort",
      params,
      label,
      facts,
      position,
    },
    model: { name: "m", native, price: null },
    dataset: { name: dataset, hash: dataset, problems, grader: toyGrader },
    method: nativeEffortMethod as NativeMethod,
    options: params,
  };
};

const conditions = { sampling: greedy, seed: 1, share: true };
const signal = new AbortController().signal;
const problem = problems[0] ?? { id: "", text: "", target: "", tags: {} };
const memory = (db: Database = openDatabase(":memory:")) => new Responses({ store: sqliteResponses(db), conditions });

describe("responses", () => {
  it("that two want at the same time are asked for once", async () => {
    const asked: NativeRequest[] = [];
    const model = engine(async (request) => {
      asked.push(request);
      await new Promise((resolve) => setTimeout(resolve, 5));
      return response();
    });
    const responses = memory();
    const both = await Promise.all(
      [1, 2].map(() => responses.ask({ point: pointOf(model, { effort: "low" }), problem, epoch: 0 }, signal)),
    );
    expect(asked).toHaveLength(1);
    expect(both[0]).toEqual(both[1]);
  });

  it("that failed are asked for again, and the failure is a request on the books", async () => {
    const db = openDatabase(":memory:");
    let count = 0;
    const model = engine(async () => {
      if (count++ === 0) throw new Error("reset");
      return response();
    });
    const responses = memory(db);
    const ask = () => responses.ask({ point: pointOf(model, {}), problem, epoch: 0 }, signal);
    await expect(ask()).rejects.toThrow("reset");
    expect(await ask()).toMatchObject({ answer: "42" });
    expect(db.prepare("SELECT error, sampled_tokens FROM requests ORDER BY id").all()).toEqual([
      { error: "reset", sampled_tokens: null },
      { error: null, sampled_tokens: 9 },
    ]);
  });

  it("are found by everything that can change them, and come back as they were", () => {
    const store = sqliteResponses(openDatabase(":memory:"));
    const knobs = { effort: "low", thinkingBudget: null, maxOutputTokens: null };
    const key: ResponseKey = {
      engine: { model: "m" },
      question: "q",
      knobs,
      sampling: greedy,
      problem: "p",
      epoch: 0,
      seed: 1,
      arm: "",
    };
    const { id, ...kept } = store.add(
      key,
      response({ thought: "hm", tokens: { prompt: null, cached: null, thinking: null, answer: null, output: null } }),
    );
    expect(store.find(key)).toEqual({ id, ...kept });
    expect(kept).toMatchObject({ thought: "hm", tokens: { thinking: null, output: null } });
    const others: Partial<ResponseKey>[] = [
      { engine: { model: "n" } },
      { question: "r" },
      { knobs: { ...knobs, effort: "high" } },
      { sampling: { ...greedy, temperature: 1 } },
      { problem: "s" },
      { epoch: 1 },
      { seed: 2 },
      { arm: "x" },
    ];
    for (const other of others) expect(store.find({ ...key, ...other })).toBeNull();
  });

  it("asked for before the experiment is known are on its account afterwards", async () => {
    const db = openDatabase(":memory:");
    const store = sqliteResponses(db);
    await new Responses({ store, conditions }).ask(
      {
        point: pointOf(
          engine(async () => response()),
          {},
        ),
        problem,
        epoch: 0,
      },
      signal,
    );
    const results = sqliteResults(db);
    store.belongTo(results.declare({ name: "e", hash: "h", text: "", resolved: {}, points: [] }).experiment);
    expect(sqliteReader(db).usage("e")).toMatchObject({ decoded_tokens: 9, requests: 1, prompt_tokens: 7 });
    results.forget("e");
    expect(db.prepare("SELECT (SELECT count(*) FROM responses) + (SELECT count(*) FROM requests)").pluck().get()).toBe(
      0,
    );
  });
});

describe("a response that two points of an experiment share", () => {
  const attempt = (point: number, id: number): AttemptRecord => ({
    point,
    dataset: "d",
    problem: "p0",
    epoch: 0,
    outcome: "cut",
    score: null,
    error: null,
    promptText: "q",
    promptTokens: 7,
    trace: [],
    uses: [],
    finishedAt: "",
    reported: { response: id, thinking: 5, answer: 4, source: "usage" },
  });

  it.each([[["a", "b"]], [["b", "a"]]])("is paid for by the first in the file, finished in the order %s", (order) => {
    const db = openDatabase(":memory:");
    const results = sqliteResults(db);
    const store = sqliteResponses(db);
    const points = ["a", "b"].map((key, position) => ({
      key,
      model: key,
      dataset: "d",
      method: "native-effort",
      params: {},
      label: key,
      facts: statedFacts("native-effort", { thinking_budget: null }),
      position,
    }));
    const declared = results.declare({ name: "e", hash: "h", text: "", resolved: {}, points });
    store.belongTo(declared.experiment);
    results.addProblems("d", problems);
    const key: ResponseKey = {
      engine: {},
      question: "q",
      knobs: { effort: null, thinkingBudget: null, maxOutputTokens: null },
      sampling: greedy,
      problem: "p0",
      epoch: 0,
      seed: 1,
      arm: "",
    };
    const { id } = store.add(key, response());
    for (const name of order)
      results.addAttempt(declared.experiment, attempt(declared.points.get(name) ?? 0, id), toyGrader);
    expect(
      [...sqliteReader(db).attempts("e")].map((row) => [row.label, row.decoded_tokens, row.reused_tokens]),
    ).toEqual([
      ["a", 9, 0],
      ["b", 0, 9],
    ]);
    expect(sqliteReader(db).usage("e")).toMatchObject({ decoded_tokens: 9, reused_tokens: 9, naive_tokens: 18 });
  });
});

describe("the ends of a sweep", () => {
  const model = engine(async () => response());
  const ends = (options: readonly object[]) =>
    extremes(options.map((setting, at) => pointOf(model, setting, at))).map(({ knob, low, high }) => [
      knob,
      low.record.label,
      high.record.label,
    ]);

  it("are found by the words' strength, not by their order", () => {
    expect(ends([{ effort: "high" }, { effort: "none" }, { effort: "medium" }, {}])).toEqual([
      ["effort", "effort none", "effort high"],
    ]);
  });

  it("are those of unknown words in the order of the file", () => {
    expect(ends([{ effort: "brief" }, { effort: "deep" }])).toEqual([["effort", "effort brief", "effort deep"]]);
  });

  it("of each knob keep the other knobs as they are", () => {
    const grid = ["low", "high"].flatMap((effort) =>
      [100, 200].map((max_output_tokens) => ({ effort, max_output_tokens })),
    );
    expect(ends(grid)).toEqual([
      ["effort", "effort low, output ≤100", "effort high, output ≤100"],
      ["maxOutputTokens", "effort low, output ≤100", "effort low, output ≤200"],
    ]);
  });

  it("are none where nothing is swept", () => {
    expect(ends([{ effort: "low" }, {}])).toEqual([]);
  });
});

describe("the first questions of a run", () => {
  const preflight = async (settings: readonly object[], respond: (request: NativeRequest) => NativeResponse) => {
    let asked = 0;
    const model = engine(async (request) => {
      asked++;
      return respond(request);
    });
    const result = await nativePreflight(
      settings.map((setting, at) => pointOf(model, setting, at)),
      memory(),
      signal,
    ).then(
      (seen) => seen.map(({ differs }) => differs),
      (error: Error) => error.message,
    );
    return { result, asked };
  };
  const efforts = [{ effort: "low" }, { effort: "high" }];

  it("are two where the first shows an effect", async () => {
    expect(
      await preflight(efforts, ({ knobs }) =>
        response({ tokens: { ...response().tokens, thinking: knobs.effort === "low" ? 5 : 50 } }),
      ),
    ).toEqual({ result: [true], asked: 2 });
  });

  it("are more where an easy one shows none", async () => {
    expect(
      await preflight(efforts, ({ knobs, question }) =>
        response({ answer: question === "q2" ? `${knobs.effort}` : "42" }),
      ),
    ).toEqual({ result: [true], asked: 6 });
  });

  it("refuse a knob that is ignored on all of them", async () => {
    const { result, asked } = await preflight(efforts, () => response());
    expect(result).toMatch(/effort low and effort high gave the same thought and answer on the first 3 problems/);
    expect(asked).toBe(6);
  });

  it("say nothing where nothing can be known", async () => {
    const tokens = { prompt: null, cached: null, thinking: null, answer: null, output: null };
    expect(await preflight(efforts, () => response({ tokens }))).toMatchObject({ result: [false] });
  });

  it("refuse a budget that is passed over, and not one that is never reached", async () => {
    expect((await preflight([{ thinking_budget: 4 }, { thinking_budget: 400 }], () => response())).result).toMatch(
      /thinking ≤4 and thinking ≤400 gave the same/,
    );
    expect((await preflight([{ thinking_budget: 40 }, { thinking_budget: 400 }], () => response())).result).toEqual([
      false,
    ]);
  });

  it("compare texts where a thought is shown and not counted", async () => {
    const tokens = { prompt: null, cached: null, thinking: null, answer: null, output: 500 };
    const answer = `<think>${"so on and on ".repeat(100)}</think>42`;
    const budgets = [{ thinking_budget: 64 }, { thinking_budget: 4096 }];
    expect((await preflight(budgets, () => response({ answer, tokens }))).result).toMatch(/the knob has no effect/);
    const uncounted = { ...tokens, output: null };
    expect((await preflight(budgets, () => response({ answer, tokens: uncounted }))).result).toMatch(/no effect/);
    const brief = response({ answer: "<think>6 x 7</think>42", tokens: { ...tokens, output: 9 } });
    expect((await preflight(budgets, () => brief)).result).toEqual([false]);
  });

  it("end in one line where the server does not answer", async () => {
    const { result } = await preflight([{ effort: "low" }], () => {
      throw new Error("no such model");
    });
    expect(result).toBe('model "m" at effort low: no such model');
  });
});

describe("a thought in the text of a reply", () => {
  const attempt = async (changes: Partial<NativeResponse>) => {
    const point = pointOf(
      engine(async () => response(changes)),
      {},
    );
    const grader: Grader = {
      name: "same",
      version: "1",
      grade: async (answer) => ({
        verdict: answer.trim() === "42" ? "correct" : "incorrect",
        answer,
        source: "text",
        rule: "same",
      }),
      equivalent: (a, b) => a === b,
    };
    const graded = { ...point, dataset: { ...point.dataset, grader } };
    const made = await makeNativeAttempt(
      { problem, point: graded, epoch: 0 },
      { point: 1, responses: memory(), signal },
    );
    const texts = made.trace.map(({ kind, text, stop }) => [kind, text, stop]);
    return { outcome: made.outcome, texts, reported: made.reported, goesOn: made.goesOn };
  };

  it.each([
    ["[THINK]so 3 no[/THINK]42", "so 3 no"],
    ["<|channel|>analysis<|message|>3<|end|><|start|>assistant<|channel|>final<|message|>42", "3"],
    ["<|channel>thought\n3<channel|>42", "\n3"],
    ["maybe 3</seed:think>42", "maybe 3"],
    ["<|inner_prefix|>3<|inner_suffix|>42", "3"],
    ["<|START_THINKING|>3<|END_THINKING|><|START_TEXT|>42<|END_TEXT|>", "3"],
    ["Here are my reasoning steps:\n3\n[BEGIN FINAL RESPONSE]42[END FINAL RESPONSE]", "\n3\n"],
  ])("is taken apart, whatever the family: %s", async (answer, thought) => {
    expect(await attempt({ answer })).toMatchObject({
      outcome: "correct",
      texts: [
        ["thinking", thought, "delimiter"],
        ["answer", "42", "eos"],
      ],
      goesOn: { thoughts: 0, tokens: 0 },
    });
  });

  it("that nothing closed is no answer, and its tokens are the reply's", async () => {
    const tokens = { prompt: 7, cached: null, thinking: null, answer: null, output: 9 };
    const open = await attempt({ answer: "<think>42 or 8, let me check", tokens });
    expect(open).toMatchObject({
      outcome: "no-answer",
      texts: [["thinking", "42 or 8, let me check", "eos"]],
      reported: { thinking: 9, answer: null, source: "usage, all of it a thought" },
    });
    const cut = await attempt({ answer: "<think>42 or 8", tokens, finish: "length" });
    expect(cut.outcome).toBe("cut");
  });

  it("behind a closed one is flagged and not graded", async () => {
    const further = { thoughts: 1, tokens: null };
    expect(await attempt({ answer: "<think>3</think>4<think>5</think>2" })).toMatchObject({
      outcome: "correct",
      goesOn: further,
    });
    expect(await attempt({ thought: "3", answer: "4<think>5</think>2" })).toMatchObject({
      outcome: "correct",
      goesOn: further,
    });
  });
});
