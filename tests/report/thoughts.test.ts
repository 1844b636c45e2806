import { reasons } from "../../src/report/finding/reasons.ts";
import { beforeAll, describe, expect, test } from "vitest";
import { gather, type ExperimentData } from "../../src/report/gather.ts";
import type { Query } from "../../src/report/document.ts";
import { epochsSection } from "../../src/report/sections/epochs.ts";

import { thoughtsSection } from "../../src/report/sections/thoughts.ts";
import { transitionsSection } from "../../src/report/sections/transitions.ts";
import { afterQuery } from "../../src/report/thoughts/after-sql.ts";
import { analyse, type Thoughts } from "../../src/report/thoughts/analyse.ts";
import { answersQuery } from "../../src/report/thoughts/answers.ts";
import { loopsOf } from "../../src/report/thoughts/loops.ts";
import { readRounds } from "../../src/report/thoughts/rounds.ts";
import { solvedQuery } from "../../src/report/thoughts/solved-sql.ts";
import { stepQuery } from "../../src/report/thoughts/step-sql.ts";
import type { StepKind } from "../../src/report/thoughts/steps.ts";
import { CONTINUATION, ids, scripted, type Cell, type Scripted } from "./scripted.ts";

const settings = {
  "<=4": { max: 4 },
  "<=8": { max: 8 },
  natural: {},
  "Wait x1": { ignore: 1 },
  "Wait x2": { ignore: 2 },
};

const cut = (answer: string, tokens: number, out = 5): Cell => ({ answer, rounds: [ids(tokens)], forced: true, out });
const end = (answer: string, ...lengths: readonly number[]): Cell => ({
  answer,
  rounds: lengths.map((length, i) => ids(length, 100 * i)),
  out: 2,
});

/** Six ids again and again, first with a "Wait" of the model's own, then with two that were forced. */
const circles: Cell = { answer: "A", rounds: [[...ids(6), CONTINUATION, ...ids(6)], ids(6), ids(6)], out: 2 };
/** Two ids fifteen times after the forced "Wait". */
const stutter: Cell = { answer: "A", rounds: [ids(20, 50), Array.from({ length: 30 }, (_, i) => i % 2)], out: 2 };

const attempts: Scripted["attempts"] = {
  p1: [cut("B", 4, 9), cut("A", 8), end("A", 20), end("A", 20, 10), end("B", 20, 10, 10)],
  p2: [cut("A", 4), cut("B", 8), end("B", 20), end("A", 20, 10), circles],
  p3: [end("A", 3), end("A", 3), end("A", 3), end("C", 3, 10), end("C", 3, 10)], // its second end was not ignored
  p4: [cut("B", 4), cut("C", 8), end("B", 20), end("C", 20, 10), end("C", 20, 10, 10)],
  p5: [cut("-", 4), cut("B", 8), end("-", 20), { answer: "!", rounds: [] }, end("A", 20, 10, 10)],
  p6: [cut("B", 4), cut("B", 8), end("A", 20), stutter, end("A", 20, 10, 10)],
};

const analysed = (script: Scripted) => {
  const { reader, db } = scripted(script);
  const [row] = reader.experiments();
  if (!row) throw new Error("nothing was told");
  const data = gather(reader, row);
  return { reader, db, data, thoughts: analyse(reader, data) as Thoughts };
};

const rowsOf = (reader: ReturnType<typeof analysed>["reader"], { sql, parameters }: Query) => [
  ...reader.query(sql, ...parameters),
];

const textOf = (section: ReturnType<typeof transitionsSection>): string => JSON.stringify(section?.blocks ?? []);

describe("six problems told by hand", () => {
  let told: ReturnType<typeof analysed>;
  let data: ExperimentData;
  beforeAll(() => {
    told = analysed({ settings, attempts });
    data = told.data;
  });

  const found = (kind: StepKind) =>
    told.thoughts.steps
      .filter((step) => step.kind === kind)
      .map(({ from, to, followed, taken, counts }) => [
        from.label,
        to.label,
        followed,
        taken,
        ...Object.values(counts),
      ]);

  test("change at each ignored end, counted only where an end was really ignored", () => {
    // wrong to right, right to wrong, unchanged right, unchanged wrong, wrong to another wrong
    expect(found("end")).toEqual([
      ["natural", "Wait x1", 5, 5, 1, 1, 2, 0, 1],
      ["Wait x1", "Wait x2", 5, 4, 0, 1, 2, 1, 0],
    ]);
    expect(told.thoughts.steps.filter(({ kind }) => kind === "end").map(({ net }) => net.change)).toEqual([0, -0.25]);
  });

  test("change from each cut to the end of the same thought and to the next cut, counted only where the thought was cut", () => {
    expect(found("own-end")).toEqual([
      ["<=4", "natural", 6, 5, 2, 1, 0, 2, 0],
      ["<=8", "natural", 6, 5, 1, 0, 1, 1, 2],
    ]);
    expect(found("next-cut")).toEqual([["<=4", "<=8", 6, 5, 1, 1, 0, 1, 2]]);
    expect(told.thoughts.fates).toMatchObject([
      { lost: { n: 2, share: { value: 1 / 2 } }, won: { n: 8, share: { value: 3 / 8 } } },
    ]);
  });

  test.each(["end", "own-end", "next-cut"] as const)(
    "are counted at every %s by the query beside the table, too",
    (kind) => {
      const own = told.thoughts.steps.filter((step) => step.kind === kind);
      const rows = rowsOf(told.reader, stepQuery(kind, own, null));
      expect(rows).toEqual(
        own.map(({ from, to, followed, taken, counts }) => ({
          first: from.id,
          second: to.id,
          followed,
          taken,
          ...counts,
        })),
      );
    },
  );

  test("are first solved at known points; one stays, three are lost again, one never is", () => {
    const [row] = told.thoughts.solved;
    expect(row).toMatchObject({
      chains: 5,
      problems: 5,
      never: { value: 1 / 5 },
      stays: { value: 1 / 5 },
      lost: { value: 3 / 5 },
      tokens: { estimate: 6 },
    });
    expect(row?.first.map(({ newly, kept, share }) => [newly, kept, share?.value])).toEqual([
      [2, 0, 0.4],
      [1, 0, 0.6],
      [1, 1, 0.8],
      [0, 0, 0.8],
      [0, 0, 0.8],
    ]);
    const sql = rowsOf(told.reader, solvedQuery(told.thoughts.solved, null)).map((r) => [
      r["first right here"],
      r["of these stay right"],
    ]);
    expect(sql).toEqual([
      [2, 0],
      [1, 0],
      [1, 1],
      [1, null],
    ]);
  });

  test("spend 28 of 63 tokens after the first right answer and 12 of 43 after it is right for good", () => {
    const [row] = told.thoughts.after;
    expect(row).toMatchObject({
      chains: 6,
      right: { chains: 4, share: { estimate: 28 / 63 } },
      settled: { chains: 3, share: { estimate: 12 / 43 } },
    });
    expect(row?.right.at?.estimate).toBe(6); // 3, 4, 8, 20
    expect(row?.right.after?.estimate).toBe(6); // 0, 0, 12, 16
    expect(rowsOf(told.reader, afterQuery(told.thoughts.after, null))).toEqual([
      {
        natural: row?.natural.id,
        chains: 6,
        right: 4,
        "share after": 28 / 63,
        "right for good": 3,
        "share after for good": 12 / 43,
      },
    ]);
  });

  test("end in two loops, one of them through two ignored ends", () => {
    const { rows, sampled } = told.thoughts.loops;
    expect(sampled).toBeNull();
    expect(
      rows.map(({ point, read, loops, across, wasted }) => [point.label, read, loops.length, across, wasted]),
    ).toEqual([
      ["<=4", 6, 0, 0, 0],
      ["<=8", 6, 0, 0, 0],
      ["natural", 6, 0, 0, 0],
      ["Wait x1", 5, 1, 0, 28],
      ["Wait x2", 6, 1, 1, 20],
    ]);
    expect(rows[3]?.loops[0]).toMatchObject({
      loop: { start: 21, period: 2, tokens: 30 },
      ends: 0,
      round: { problem: "p6" },
    });
    expect(rows[4]?.loops[0]).toMatchObject({
      loop: { start: 0, period: 7, tokens: 27 },
      ends: 2,
      round: { problem: "p2" },
    });
  });

  test("answer in 5.4 tokens after a cut and in 2 after the natural end", () => {
    expect(told.thoughts.answers?.paired).toMatchObject({
      pairs: 10,
      forced: { estimate: 5.4 },
      natural: { estimate: 2 },
      times: { estimate: 2.7 },
    });
    const shown = told.thoughts.answers?.rows
      .flatMap(({ point, forced, natural }) => [[point.id, 0, natural] as const, [point.id, 1, forced] as const])
      .filter(([, , spread]) => spread !== null);
    const sql = rowsOf(told.reader, answersQuery("told", null));
    expect(sql.map((r) => [r["point"], r["forced_end"], r["n"], r["mean"]])).toEqual(
      shown?.map(([point, kind, spread]) => [point, kind, spread?.n, spread?.mean.estimate]),
    );
    expect(sql.map((r) => r["deviation"] ?? 0)).toEqual(
      shown?.map(([, , spread]) => expect.closeTo(spread?.deviation ?? 0, 9)),
    );
  });

  test("are told in words, and no interval speaks for a sentence at the top", () => {
    const words = textOf(transitionsSection(data, told.thoughts)) + textOf(thoughtsSection(data, told.thoughts));
    expect(words).toMatch(
      /1 answer becomes right and 1 wrong.*net 0\.0 points.*0 and 1.*net −25\.0 points.*over the 4 of 5 attempts whose end was ignored/,
    );
    expect(words).toContain("44.4 % [");
    expect(reasons(data, { ...told.thoughts, after: [], loops: { rows: [], sampled: null } })).toEqual([]);
  });
});

describe("experiments of another kind", () => {
  test("with chains of their own are said to compare different samples, and hold no tokens after the first right answer", () => {
    const { data, thoughts } = analysed({ settings, attempts, share: false });
    expect(textOf(transitionsSection(data, thoughts))).toContain("answers of different samples");
    expect(thoughts.after).toEqual([]);
    expect(reasons(data, thoughts)).toEqual([]);
  });

  test("of one point have no steps, and neither section fails", () => {
    const { data, thoughts } = analysed({
      settings: { natural: {} },
      attempts: { p1: [end("A", 5)], p2: [end("B", 5)] },
    });
    expect(transitionsSection(data, thoughts)).toBeNull();
    expect(textOf(thoughtsSection(data, thoughts))).toContain("None of 2 thoughts ends in a loop");
  });

  test("without a natural end compare neighbouring cuts alone", () => {
    const { thoughts } = analysed({
      settings: { "<=4": { max: 4 }, "<=8": { max: 8 } },
      attempts: { p1: [cut("A", 4), cut("B", 8)] },
    });
    expect(thoughts.steps.map(({ kind, counts }) => [kind, counts["right to wrong"]])).toEqual([["next-cut", 1]]);
    expect([thoughts.after, thoughts.answers?.paired]).toEqual([[], null]);
  });

  test("keep right answers at cuts apart from those that are lost by the end", () => {
    const kept: Scripted["attempts"] = Object.fromEntries(
      ["A", "A", "B"].map((answer, i) => [`p${i}`, [cut("A", 4), end(answer, 9)]]),
    );
    expect(analysed({ settings: { "<=4": { max: 4 }, natural: {} }, attempts: kept }).thoughts.fates).toMatchObject([
      { lost: { n: 3, share: { value: 1 / 3 } }, won: { n: 0, share: null } },
    ]);
  });

  test("take a thought that broke off by itself for no cut, and its closed end for no natural one", () => {
    const { thoughts } = analysed({
      settings: { "<=4": { max: 4 }, natural: {} },
      attempts: { p1: [cut("A", 3), cut("B", 3)], p2: [cut("A", 4), cut("B", 9)], p3: [cut("A", 4, 6), end("A", 9)] },
    });
    expect(thoughts.steps).toMatchObject([
      { kind: "own-end", followed: 3, taken: 2, counts: { "right to wrong": 1, "unchanged right": 1 } },
    ]);
    expect(thoughts.answers?.paired).toMatchObject({ pairs: 1, times: { estimate: 3 } });
  });

  test("whose thoughts all end before any cut have no steps, and are solved or not all the same", () => {
    const { data, thoughts } = analysed({
      settings: { "<=4": { max: 4 }, "<=8": { max: 8 }, natural: {} },
      attempts: { p1: [end("A", 3), end("A", 3), end("A", 3)], p2: [end("B", 2), end("B", 2), end("B", 2)] },
    });
    expect(thoughts.steps).toEqual([]);
    expect(
      transitionsSection(data, thoughts)?.blocks.flatMap((block) => (block.kind === "table" ? [block.name] : [])),
    ).toEqual(["solved-told", "first-solved-told"]);
  });

  test("that are half done count what both points have", () => {
    const { thoughts } = analysed({
      settings: { natural: {}, "Wait x1": { ignore: 1 } },
      attempts: { p1: [end("B", 5), end("A", 5, 5)], p2: [end("A", 5), null], p3: [null, end("A", 5, 5)] },
    });
    expect(thoughts.steps).toMatchObject([
      { followed: 1, taken: 1, counts: { "wrong to right": 1, "unchanged right": 0 } },
    ]);
  });

  test("of other methods go from setting to setting", () => {
    const { thoughts } = analysed({
      method: "made-up",
      settings: { short: { max: 4 }, long: { max: 8 } },
      attempts: { p1: [end("B", 4), end("A", 8)], p2: [end("A", 3), end("A", 9)] },
    });
    expect(thoughts.steps).toMatchObject([
      { kind: "setting", taken: 2, counts: { "wrong to right": 1, "unchanged right": 1 } },
    ]);
  });

  test("whose engine counts nothing and gives no ids have unknown tokens, never 0", () => {
    const { db, reader, data } = analysed({ settings, attempts });
    db.exec("UPDATE attempts SET thinking_tokens = NULL, answer_tokens = NULL, counts = 'usage.completion_tokens'");
    const thoughts = analyse(reader, data) as Thoughts;
    expect([thoughts.loops.rows, thoughts.after, thoughts.answers]).toEqual([[], [], null]);
    expect(thoughts.steps.find(({ kind }) => kind === "own-end")).toMatchObject({
      taken: 5,
      counts: { "wrong to right": 2 },
    });
  });
});

describe("several epochs", () => {
  const several = { natural: {}, "Wait x1": { ignore: 1 } };
  /** p1 is always right, p2 never, p3 in the first of two epochs. */
  const repeated = {
    "p1/0": [end("A", 5), end("A", 5, 5)],
    "p1/1": [end("A", 5), end("A", 5, 5)],
    "p2/0": [end("B", 5), end("B", 5, 5)],
    "p2/1": [end("B", 5), end("B", 5, 5)],
    "p3/0": [end("A", 5), end("A", 5, 5)],
    "p3/1": [end("B", 5), end("A", 5, 5)],
  };

  test("each follow their own chain", () => {
    const { thoughts } = analysed({ settings: several, attempts: repeated });
    expect(thoughts.steps).toMatchObject([
      { taken: 6, counts: { "wrong to right": 1, "unchanged right": 3, "unchanged wrong": 2 }, net: { change: 1 / 6 } },
    ]);
  });

  test("split the variance into problems and epochs, as the query does", () => {
    const { reader, data } = analysed({ settings: several, attempts: repeated });
    const section = epochsSection(data);
    const [words, table] = section?.blocks ?? [];
    if (table?.kind !== "table" || !table.sql) throw new Error("no table");
    const [natural] = rowsOf(reader, table.sql);
    // problem means 1, 0, 1/2: mean squares 2 (1/4 + 1/4) / 2 = 1/2 between and (1/4 + 1/4) / 3 = 1/6 within
    expect(natural).toMatchObject({
      problems: 3,
      attempts: 6,
      between_problems: expect.closeTo(1 / 2),
      between_epochs: expect.closeTo(1 / 6),
      epochs: 2,
    });
    // so 1/6 of variance each
    expect(table.table.rows[0]?.slice(1, 5)).toMatchObject([
      3,
      { value: 2 },
      { value: expect.closeTo(1 / 2) },
      { value: expect.closeTo(Math.sqrt(1 / 18 + 1 / 36)) },
    ]);
    expect(JSON.stringify(words)).toContain("of the variance of an answer lies between problems");
  });

  test("are no subject where there is one", () => {
    expect(epochsSection(analysed({ settings, attempts }).data)).toBeNull();
  });

  test("beyond what can be followed are left out and said to be, problems beyond it leave the section out", () => {
    const { reader, data } = analysed({ settings: several, attempts: repeated });
    const first = readRounds(reader, data, 6);
    expect([first?.epochs, first?.at(data.points[0]?.id ?? 0).size]).toEqual([1, 3]);
    expect(readRounds(reader, data, 11, 5)).toBeNull();
    expect(readRounds(reader, data, 12)?.epochs).toBeNull();
    expect(textOf(transitionsSection(data, null))).toContain("not followed from point to point with 3 problems");
  });
});

test("ids beyond what is read are read of some problems, the same at every point", () => {
  const { reader, data } = analysed({ settings, attempts });
  const rounds = readRounds(reader, data);
  if (!rounds) throw new Error("nothing to read");
  const { rows, sampled } = loopsOf(reader, data, rounds, { attempts: 15, tokens: 1e6 });
  expect(sampled).toMatchObject({ of: 6 });
  expect(sampled?.problems).toBeLessThan(4);
  expect(rows.reduce((sum, { read }) => sum + read, 0)).toBeLessThanOrEqual(15);
});
