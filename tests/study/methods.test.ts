import { describe, expect, it } from "vitest";
import type { PointRow } from "../../src/ports/result-reader.ts";
import { methodTable } from "../../src/study/methods.ts";
import { forcingPoint, pointOf } from "../plots/rows.ts";

type Dot = readonly [tokens: number, correct: number, params: object];

let next = 100;
const points = (method: string, dots: readonly Dot[]): readonly PointRow[] =>
  dots.map(([tokens, correct, params]) =>
    pointOf(forcingPoint(next++, { percent: (100 * correct) / 30, n: 30, tokens }), method, params),
  );

const tokens = (forced: boolean) => (amount: number) => ({ by: "tokens", amount, forced });
const steps = (forced: boolean) => (amount: number) => ({ by: "steps", amount, forced });
const dots = (
  params: (amount: number) => object,
  list: readonly (readonly [number, number, number])[],
): readonly Dot[] => list.map(([amount, used, correct]) => [used, correct, params(amount)]);
const fork = {
  variant: "s1-fork",
  max_thinking_tokens: "auto",
  ignore_ends: null,
  continuation: "Wait",
  min_thinking_tokens: 0,
};
const limit = (most: number) => ({ max_thinking_tokens: most });

/** AIME24 dots of arXiv 2501.19393: figures 1 and 6, tables 12 to 14. */
const paper = [
  ...points(
    "budget-forcing",
    [500, 1000, 2000, 4000, 8000].map((budget, at): Dot => [
      [500, 1000, 2000, 3933.1, 5300.2][at] ?? 0,
      [0, 4, 9, 13, 15][at] ?? 0,
      { ...fork, max_thinking_tokens: budget },
    ]),
  ),
  ...points("budget-forcing", [
    [6656.8, 16, { ...fork, ignore_ends: 2 }],
    [7319.5, 17, { ...fork, ignore_ends: 4 }],
  ]),
  ...points(
    "conditional",
    dots(tokens(false), [
      [1024, 7939, 8],
      [2048, 7158, 9],
      [4096, 8263, 10],
      [8192, 7108, 10],
      [16384, 7500, 12],
    ]),
  ),
  ...points(
    "conditional",
    dots(tokens(true), [
      [1024, 1024, 1],
      [2048, 2048, 9],
      [4096, 4031, 10],
      [8192, 5664, 10],
      [16384, 6330, 12],
    ]),
  ),
  ...points(
    "conditional",
    dots(steps(false), [
      [16, 7252, 10],
      [32, 6277, 7],
      [64, 5396, 10],
      [128, 5552, 11],
      [256, 7551, 10],
    ]),
  ),
  ...points(
    "conditional",
    dots(steps(true), [
      [16, 1517, 7],
      [32, 2963, 7],
      [64, 4636, 10],
      [128, 5409, 11],
      [256, 7551, 10],
    ]),
  ),
  ...points("conditional", [
    [8033, 9, { by: "class", class: "short" }],
    [9651, 11, { by: "class", class: "long" }],
  ]),
  ...points("rejection-sampling", [
    [3702.9, 11, limit(4000)],
    [4343.8, 10, limit(5000)],
    [4733.8, 9, limit(6000)],
    [5192.7, 8, limit(8000)],
    [5292.9, 7, limit(16000)],
  ]),
];
const natural = points("budget-forcing", [[6109, 15, fork]]);

const row = (rows: readonly PointRow[], name: string) => methodTable(rows).find(({ method }) => method === name);

describe("methodTable", () => {
  it.each([
    ["budget forcing (s1-fork)", 100, 15, 56.7],
    ["token-conditional", 40, -24, 40],
    ["token-conditional + forcing", 100, 13, 40],
    ["step-conditional", 60, 3, 36.7],
    ["step-conditional + forcing", 100, 6, 36.7],
    ["rejection sampling", 100, -35, 36.7],
  ])("prints the paper's row of %s", (name, control, scaling, performance) => {
    const found = row(paper, name);
    expect(100 * (found?.control ?? NaN)).toBeCloseTo(control, 9);
    expect(Math.round(found?.perDoubling ?? NaN)).toBe(scaling);
    expect(100 * (found?.performance ?? NaN)).toBeCloseTo(performance, 1);
  });

  it("judges short and long against the natural length, where that is known", () => {
    expect(row([...paper, ...natural], "class-conditional")).toMatchObject({ control: 0.5, points: 2 });
    expect(row(paper, "class-conditional")?.control).toBeNull();
    expect(Math.round(row(paper, "class-conditional")?.perDoubling ?? NaN)).toBe(25);
  });

  it("tells cuts from ignored ends, both with the natural end", () => {
    const rows = [...paper, ...natural];
    expect(row(rows, "budget forcing (s1-fork), cuts")).toMatchObject({ points: 6 });
    expect(row(rows, "budget forcing (s1-fork), ignored ends")).toMatchObject({ points: 3 });
    expect(row(natural, "budget forcing (s1-fork), cuts")).toBeUndefined();
  });

  it("keeps experiments apart, which may sample differently, and borrows the natural length where it must", () => {
    const elsewhere = natural.map((point) => ({ ...point, experiment: "elsewhere" }));
    expect(methodTable([...natural, ...elsewhere]).map(({ experiment }) => experiment)).toEqual([
      "figure",
      "elsewhere",
    ]);
    expect(row([...paper, ...elsewhere], "class-conditional")?.control).toBe(0.5);
    const longer = elsewhere.map((point) => ({ ...point, mean_thinking_tokens: 20_000 }));
    expect(row([...paper, ...longer, ...natural], "class-conditional")?.control).toBe(0.5);
    expect(
      row(
        [
          ...paper.filter(({ method }) => method === "conditional"),
          ...longer.map((point) => ({ ...point, mean_thinking_tokens: 1 })),
        ],
        "class-conditional",
      )?.control,
    ).toBe(0.5);
  });

  it("keeps models and data sets apart, and leaves out points without attempts", () => {
    const other = natural.map((point) => ({ ...point, model: "other" }));
    expect(methodTable([...natural, ...other]).map(({ model }) => model)).toEqual(["pico", "other"]);
    expect(methodTable(natural.map((point) => ({ ...point, accuracy: null })))).toEqual([]);
  });

  it("counts a minimum that was missed", () => {
    const short = points("budget-forcing", [
      [90, 3, { variant: "strict", max_thinking_tokens: null, min_thinking_tokens: 100, ignore_ends: 0 }],
    ]);
    expect(row(short, "budget forcing")?.control).toBe(0);
  });
});
