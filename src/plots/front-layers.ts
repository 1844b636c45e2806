import { paretoFront } from "../metrics/pareto.ts";
import { yEncoding, type YLook } from "./axes.ts";
import type { Row } from "./point-layers.ts";
import type { Frame, PlotSpec } from "./frame.ts";

/**
 * Steps over the points that no other beats: the best accuracy at a cost of at most x. Drawn under everything measured.
 */
export function frontLayers(rows: readonly Row[], frame: Frame, look: YLook = {}): readonly PlotSpec[] {
  const values = paretoFront(
    rows.map((row) => ({ cost: row.x, accuracy: row.accuracy, at: row.at, percent: row.percent })),
  );
  if (values.length < 2) return [];
  const mark = {
    type: "line",
    interpolate: "step-after",
    color: frame.theme.axis,
    strokeWidth: 1.2,
    strokeDash: [3, 3],
    aria: false,
  };
  const x = { field: "at", type: "quantitative" };
  return [
    {
      data: { values },
      mark,
      encoding: { x, y: yEncoding("percent", frame, look), order: { field: "at", type: "quantitative" } },
    },
  ];
}
