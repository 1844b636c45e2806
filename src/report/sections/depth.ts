import { movesEnd } from "../../core/facts.ts";
import { shownLabel } from "../../plots/curve-points.ts";
import type { PointRow } from "../../ports/result-reader.ts";
import { layersOf, type PointCost } from "../cost.ts";
import type { Section } from "../document.ts";
import { count, percent } from "../format.ts";
import type { ExperimentData } from "../gather.ts";
import { type Column, tableOf } from "../table.ts";
import { fileName } from "./file-name.ts";
import { prefixed } from "./prefixed.ts";

/** A point of a model of so many layers, with what it costs. */
type Placed = Readonly<{ point: PointRow; layers: number; accuracy: number; tokens: number; flops: number }>;

/**
 * `equal`: the first point of the shallower model that is at least as accurate; `atFlops`: its best one that costs no
 * more. Null where there is none.
 */
export type DepthRow = Readonly<{ deep: Placed; layers: number; equal: Placed | null; atFlops: Placed | null }>;

/**
 * Models that differ in their number of layers, on the same problems: from which thought on a shallower one is as good
 * as a deeper one. Null where depths do not differ, or the shapes of the models are not known.
 */
export function depthSection(data: ExperimentData): Section | null {
  const rows = depthRows(data);
  if (rows.length === 0) return null;
  const name = fileName(data.row.name);
  return {
    id: `depth-${name}`,
    title: "Depth against length",
    blocks: [
      {
        kind: "table",
        name: `depth-${name}`,
        table: tableOf(rows, columns),
        latex: true,
        caption: [
          { strong: "A longer thought in place of more layers." },
          " For each setting of the deeper model from its natural end on: the shortest thought with which the " +
            "shallower one is at least as accurate, its operations against those of the deeper one, and the best " +
            "accuracy that the shallower one has for no more operations. Means, without intervals.",
        ],
      },
    ],
  };
}

export function depthRows(data: Pick<ExperimentData, "runs" | "distinct" | "costs">): readonly DepthRow[] {
  const layers = layersOf(data.runs);
  const placed = data.distinct.flatMap((point) => placedOf(point, layers.get(point.model), data.costs.get(point.id)));
  const deeper = placed.filter(({ point }) => point.budget === null);
  return deeper.flatMap((deep) => {
    const same = placed.filter(({ point }) => point.dataset === deep.point.dataset);
    const depths = [...new Set(same.map((one) => one.layers))].filter((depth) => depth < deep.layers);
    return depths.sort((a, b) => b - a).map((depth) => rowOf(deep, same, depth));
  });
}

function rowOf(deep: Placed, same: readonly Placed[], layers: number): DepthRow {
  const shallow = same.filter((one) => one.layers === layers).sort((a, b) => a.tokens - b.tokens);
  const affordable = shallow.filter(({ flops }) => flops <= deep.flops);
  return {
    deep,
    layers,
    equal: shallow.find(({ accuracy }) => accuracy >= deep.accuracy) ?? null,
    atFlops: affordable.sort((a, b) => b.accuracy - a.accuracy)[0] ?? null,
  };
}

function placedOf(point: PointRow, layers: number | undefined, cost: PointCost | undefined): readonly Placed[] {
  const { accuracy, mean_thinking_tokens: tokens } = point;
  const flops = cost?.flops ?? null;
  if (!movesEnd(point.role) || layers === undefined || accuracy === null || tokens === null || flops === null)
    return [];
  return [{ point, layers, accuracy, tokens, flops }];
}

const setting = ({ point }: Placed): string =>
  shownLabel(point.label, point.budget === null && point.ignored_ends === 0);

const columns: readonly Column<DepthRow>[] = [
  ["layers", "right", ({ deep }) => deep.layers],
  ["setting", "left", ({ deep }) => setting(deep)],
  ["accuracy %", "right", ({ deep }) => ({ shown: percent(deep.accuracy), value: deep.accuracy })],
  ["tokens", "right", ({ deep }) => ({ shown: count(deep.tokens), value: deep.tokens })],
  ["FLOPs", "right", ({ deep }) => ({ shown: prefixed(deep.flops), value: deep.flops })],
  ["layers instead", "right", ({ layers }) => layers],
  ["equal from", "left", ({ equal }) => (equal ? setting(equal) : null)],
  [
    "its accuracy %",
    "right",
    ({ equal }) => (equal ? { shown: percent(equal.accuracy), value: equal.accuracy } : null),
  ],
  ["its tokens", "right", ({ equal }) => (equal ? { shown: count(equal.tokens), value: equal.tokens } : null)],
  ["its FLOPs, relative", "right", ({ deep, equal }) => (equal ? (equal.flops / deep.flops).toFixed(2) : null)],
  ["% at the same FLOPs", "right", ({ atFlops }) => (atFlops ? percent(atFlops.accuracy) : null)],
];
