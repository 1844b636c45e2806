import { expect, test } from "vitest";
import { groupCurves } from "../../src/plots/group-curves.ts";
import { figureRows, forcingPoint, pointOf, stringRows } from "./rows.ts";

const curvesOf = (rows: Parameters<typeof groupCurves>[0]) => {
  const placed = groupCurves(rows);
  return Object.fromEntries(placed.map(({ curve }) => [curve, placed.filter((p) => p.curve === curve)]));
};

test("cuts, the natural end and ignored ends are one curve", () => {
  const placed = groupCurves(figureRows());
  expect(new Set(placed.map((p) => p.curve))).toEqual(new Set(["pico"]));
  expect(placed.filter((p) => p.natural).map((p) => p.row.label)).toEqual(["natural"]);
  expect(placed.filter((p) => p.extrapolated).map((p) => p.row.label)).toEqual(["Wait x1", "Wait x2", "Wait x4"]);
});

test("each continuation string has a curve that starts at the one natural end", () => {
  const curves = curvesOf(stringRows());
  expect(Object.keys(curves)).toEqual(["Wait", "Hmm", "no string"]);
  expect(Object.values(curves).map((placed) => placed.map((p) => p.row.id))).toEqual([
    [1, 2, 3],
    [1, 5, 6],
    [1, 7],
  ]);
});

test("with several strings the cuts are a curve of their own", () => {
  const curves = curvesOf([...stringRows(), forcingPoint(9, { max: 8, percent: 40, tokens: 8 })]);
  expect(curves["budget swept, no end ignored"]?.map((p) => p.row.id)).toEqual([1, 9]);
});

test("cuts after an ignored end are not mixed with cuts of the natural thought", () => {
  const curves = curvesOf([...figureRows(), forcingPoint(20, { max: 32, ignore: 1, percent: 80, tokens: 30 })]);
  expect(curves["budget swept, 1 end ignored"]?.map((p) => p.row.id)).toEqual([20, 7]);
  expect(curves["Wait"]?.map((p) => p.row.id)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test("curves are named by what sets them apart", () => {
  const rows = [...figureRows("pico-2"), ...figureRows("pico-4", 0, 20)];
  expect(Object.keys(curvesOf(rows))).toEqual(["pico-2", "pico-4"]);
});

test("other methods sweep the option with the most values", () => {
  const row = (id: number, params: object) =>
    pointOf(forcingPoint(id, { percent: 50, tokens: 10 }), "majority-vote", params);
  const curves = curvesOf([
    row(1, { samples: 1, ties: "first" }),
    row(2, { samples: 4, ties: "first" }),
    row(3, { samples: 8, ties: "first" }),
    row(4, { samples: 8, ties: "random" }),
  ]);
  expect(Object.entries(curves).map(([name, placed]) => [name, placed.map((p) => p.row.id)])).toEqual([
    ["ties first", [1, 2, 3]],
    ["ties random", [4]],
  ]);
});

test("a product of budgets, ignored ends and strings is named in words, without the experiment", () => {
  const rows = [0, 1, 2].flatMap((ignore) =>
    ["Wait", "Hmm"].flatMap((continuation, s) =>
      [16, 64].map((max, m) =>
        forcingPoint(10 * ignore + 3 * s + m, { max, ignore, continuation, percent: 50, tokens: max }),
      ),
    ),
  );
  expect(Object.keys(curvesOf(rows))).toEqual([
    "budget swept, no end ignored",
    "budget swept, 1 end ignored (Wait)",
    "budget swept, 1 end ignored (Hmm)",
    "budget swept, 2 ends ignored (Wait)",
    "budget swept, 2 ends ignored (Hmm)",
  ]);
});

test("variables of a template name their curves, and options of one method tell it from no other", () => {
  const row = (id: number, method: string, params: object) =>
    pointOf(forcingPoint(id, { percent: 50, tokens: 10 + id }), method, params);
  const swept = [true, false].flatMap((enable_thinking, i) =>
    [8, null].map((max_thinking_tokens, at) =>
      row(10 * i + at, "budget-forcing", {
        variant: "strict",
        max_thinking_tokens,
        template_variables: { enable_thinking },
      }),
    ),
  );
  expect(Object.keys(curvesOf(swept))).toEqual(["enable_thinking true", "enable_thinking false"]);
  const mixed = [...swept.slice(0, 2), row(30, "other-method", { samples: 4 })];
  expect(Object.keys(curvesOf(mixed))).toEqual(["budget-forcing", "other-method"]);
});

test("the budget auto is the natural end, not a cut", () => {
  const row = (id: number, params: object) =>
    pointOf(forcingPoint(id, { percent: 50, tokens: 10 + id }), "budget-forcing", { variant: "s1-fork", ...params });
  const placed = groupCurves([
    row(1, { max_thinking_tokens: 8, ignore_ends: null }),
    row(2, { max_thinking_tokens: "auto", ignore_ends: null }),
    row(3, { max_thinking_tokens: "auto", ignore_ends: 2, continuation: "Wait" }),
  ]);
  expect(new Set(placed.map((p) => p.curve)).size).toBe(1);
  expect(placed.map((p) => [p.natural, p.extrapolated])).toEqual([
    [false, false],
    [true, false],
    [false, true],
  ]);
});
