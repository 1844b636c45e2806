import { describe, expect, it } from "vitest";
import { meanLogprobs } from "../../src/adapters/store/mean-logprobs.ts";
import { sqliteReader } from "../../src/adapters/store/sqlite-reader.ts";
import type { Database } from "../../src/adapters/store/sqlite.ts";
import type { Engine } from "../../src/ports/engine.ts";
import { studyTables } from "../../src/report/study-tables.ts";
import { studyOf } from "../../src/study/study.ts";
import { runLab, scalar } from "../fixtures/lab.ts";
import { hashModel, toyEngine } from "../fixtures/toy-engine.ts";

const read = (db: Database, names: readonly string[], scored = false) => {
  const reader = sqliteReader(db);
  const scores = new Map(names.flatMap((name) => [...meanLogprobs(reader, name)]));
  return studyOf({
    points: names.flatMap((name) => reader.points(name)),
    attempts: names.flatMap((name) => [...reader.attempts(name)]),
    equivalentFor: () => (a, b) => a === b,
    scoreOf: ({ id }) => (scored ? (scores.get(id) ?? null) : null),
    thoughtOf: () => "",
  });
};

/** The toy engine with a log-probability of minus the id for each token. */
const withLogprobs = (inner: Engine): Engine => ({
  ...inner,
  generate: async (span, watch) => {
    const { onTokens, ...quiet } = watch;
    const sampled = await inner.generate(span, quiet);
    const logprobs = sampled.tokenIds.map((id) => -id);
    onTokens?.(sampled.tokenIds, logprobs);
    return { ...sampled, logprobs };
  },
});

const sampling = { temperature: 1, topP: 1, topK: 0, minP: 0 };

describe("a study", () => {
  it("sets one long chain against votes of short ones, each problem in both", async () => {
    const engine = () => toyEngine(hashModel(2), { contextLength: 200 });
    const db = await runLab({
      engine: engine(),
      name: "long",
      settings: [{ max_thinking_tokens: 2 }, {}, { ignore_ends: 1 }, { ignore_ends: 4 }],
      problems: 8,
    });
    await runLab({
      db,
      engine: engine(),
      name: "many",
      settings: [{}],
      problems: 8,
      conditions: { sampling, epochs: 6 },
    });
    const study = read(db, ["long", "many"]);
    expect(study.methods.map(({ method, points }) => [method, points])).toEqual([
      ["budget forcing", 4],
      ["budget forcing, cuts", 2],
      ["budget forcing, ignored ends", 3],
      ["budget forcing", 1],
    ]);
    expect(study.flips).toMatchObject([
      { from: 0, to: 1, chains: 8 },
      { from: 1, to: 4, chains: 8 },
    ]);
    expect(study.pools).toMatchObject([{ experiment: "many", curve: [{ k: 1 }, { k: 2 }, { k: 4 }, { k: 6 }] }]);
    expect(study.equalTokens).toMatchObject([{ sequential: "long: budget forcing", pool: { experiment: "many" } }]);
    expect(studyTables(study).map(({ title }) => title.split(":")[0])).toEqual([
      "Control, scaling, performance",
      "Answers from one ignored end to the next",
      "Votes among independent attempts",
      "Rules over a pool",
      "One long thought against majority votes, at equal tokens",
      "Accuracy by natural length within a problem",
    ]);
  });

  it("makes no further request for any k", async () => {
    const engine = toyEngine(hashModel(2), { contextLength: 200 });
    const db = await runLab({ engine, settings: [{}], problems: 2, conditions: { sampling, epochs: 8 } });
    const before = engine.decoded;
    const [pool] = read(db, ["lab"]).pools;
    expect(pool?.curve.map(({ k }) => k)).toEqual([1, 2, 4, 8]);
    expect(engine.decoded).toBe(before);
    const correct = scalar(db, "SELECT avg(outcome = 'correct') FROM v_attempts");
    expect(pool?.curve[0]?.majority?.value).toBeCloseTo(correct, 12);
  });

  it("weighs votes by mean log-probability where the engine reports it", async () => {
    const scored = async (engine: Engine) =>
      read(
        await runLab({ engine, settings: [{}], problems: 3, conditions: { sampling, epochs: 4 } }),
        ["lab"],
        true,
      ).pools[0]?.curve.at(-1);
    expect((await scored(withLogprobs(toyEngine(hashModel(4), { contextLength: 200 }))))?.best).not.toBeNull();
    expect((await scored(toyEngine(hashModel(4), { contextLength: 200 })))?.best).toBeNull();
  });

  it("takes the mean over the tokens that an attempt relies on", async () => {
    const db = await runLab({
      engine: withLogprobs(toyEngine(hashModel(4), { contextLength: 200 })),
      settings: [{ max_thinking_tokens: 3 }, {}],
      problems: 2,
    });
    const reader = sqliteReader(db);
    const means = meanLogprobs(reader, "lab");
    for (const { id, dropped_tokens } of reader.attempts("lab")) {
      const sampled = reader
        .segments(id)
        .filter(({ origin }) => origin === "sampled")
        .flatMap(({ token_ids }) => JSON.parse(token_ids) as number[]);
      if (dropped_tokens === 0)
        expect(means.get(id)).toBeCloseTo(-sampled.reduce((a, b) => a + b, 0) / sampled.length, 9);
    }
    expect(means.size).toBe(4);
  });
});
