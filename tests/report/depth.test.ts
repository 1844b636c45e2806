import { describe, expect, it } from "vitest";
import type { PointRow, RunRow } from "../../src/ports/result-reader.ts";
import type { PointCost } from "../../src/report/cost.ts";
import type { ExperimentData } from "../../src/report/gather.ts";
import { depthSentences } from "../../src/report/finding/depth.ts";
import { depthRows } from "../../src/report/sections/depth.ts";

const shape = (layers: number) => ({ parameters: layers * 100, layers, heads: 2, kv_heads: 2, head_dim: 4 });

const runOf = (...models: readonly (readonly [string, number])[]) =>
  ({ record: JSON.stringify({ models: models.map(([name, layers]) => ({ name, facts: shape(layers) })) }) }) as RunRow;

type Dot = Readonly<{ model: string; label?: string; budget?: number | null; ignored?: number; dataset?: string }> &
  Readonly<{ accuracy: number; tokens: number; flops: number }>;

const dataOf = (runs: readonly RunRow[], dots: readonly Dot[]) => ({
  runs,
  distinct: dots.map(
    ({ model, label = "", budget = null, ignored = 0, dataset = "d", accuracy, tokens }, id) =>
      ({
        id,
        model,
        dataset,
        label,
        budget,
        ignored_ends: ignored,
        accuracy,
        mean_thinking_tokens: tokens,
        role: budget === null ? (ignored > 0 ? "extension" : "natural") : "cut",
      }) as PointRow,
  ),
  costs: new Map(dots.map(({ flops }, id) => [id, { flops } as PointCost])),
});

/** The deeper model is right after 20 tokens, the shallower one, at half the price of a token, only after 60. */
const dots: readonly Dot[] = [
  { model: "deep", label: "<=10", budget: 10, accuracy: 0.1, tokens: 10, flops: 100 },
  { model: "deep", accuracy: 0.7, tokens: 20, flops: 200 },
  { model: "deep", label: "Wait x1", ignored: 1, accuracy: 1, tokens: 40, flops: 400 },
  { model: "shallow", label: "<=10", budget: 10, accuracy: 0.1, tokens: 10, flops: 50 },
  { model: "shallow", accuracy: 0.4, tokens: 20, flops: 100 },
  { model: "shallow", label: "Wait x1", ignored: 1, accuracy: 0.6, tokens: 40, flops: 200 },
  { model: "shallow", label: "Wait x2", ignored: 2, accuracy: 0.75, tokens: 60, flops: 300 },
];

describe("depth against length", () => {
  const rows = depthRows(dataOf([runOf(["deep", 4], ["shallow", 2])], dots));

  it("finds the thought at which a shallow model equals a deeper one, for each setting that the budget does not cut", () => {
    expect(rows.map(({ deep, equal, layers }) => [deep.accuracy, layers, equal?.point.label, equal?.flops])).toEqual([
      [0.7, 2, "Wait x2", 300],
      [1, 2, undefined, undefined],
    ]);
  });

  it("finds what the shallow model reaches for the same operations", () => {
    expect(rows.map(({ atFlops }) => atFlops?.accuracy)).toEqual([0.6, 0.75]);
  });

  it("keeps data sets apart, and compares every pair of depths", () => {
    const other: Dot = { model: "shallow", dataset: "other", accuracy: 1, tokens: 5, flops: 1 };
    const middle: Dot = { model: "middle", accuracy: 0.7, tokens: 30, flops: 250 };
    const more = depthRows(
      dataOf(
        [runOf(["deep", 4], ["shallow", 2], ["middle", 3])],
        [...dots.slice(0, 3), ...dots.slice(3), other, middle],
      ),
    );
    expect(more.map(({ deep, layers, equal }) => [deep.layers, deep.accuracy, layers, equal?.accuracy])).toEqual([
      [4, 0.7, 3, 0.7],
      [4, 0.7, 2, 0.75],
      [4, 1, 3, undefined],
      [4, 1, 2, undefined],
      [3, 0.7, 2, 0.75],
    ]);
  });

  it("says in the finding from which thought on the shallow model is as good", () => {
    const data = { row: { name: "e" }, ...dataOf([runOf(["deep", 4], ["shallow", 2])], dots) };
    const [said] = depthSentences(data as unknown as ExperimentData);
    expect(said?.text[0]).toBe(
      "With Wait ×2, 2 layers are as accurate as 4 at their natural end (75.0 against 70.0 %), for 1.50 of the operations.",
    );
  });

  it("says nothing of models that are equally deep, or whose shape is not known", () => {
    expect(depthRows(dataOf([runOf(["deep", 4], ["shallow", 4])], dots))).toEqual([]);
    expect(depthRows(dataOf([{ record: "{}" } as RunRow], dots))).toEqual([]);
    expect(depthRows(dataOf([], dots))).toEqual([]);
  });
});
