import { placeLabels, type Align, type Line, type Placement, type Spot } from "./place-labels.ts";
import type { Row } from "./point-layers.ts";
import type { Frame, PlotSpec } from "./frame.ts";

const FONT_SIZE = 11;

/** Settings written next to their dots, where there is room. */
export function labelLayers(rows: readonly Row[], frame: Frame): readonly PlotSpec[] {
  const scale = pixels(frame);
  const spots = distinct(rows).map((row) => spotOf(row, scale));
  const placed = placeLabels(spots, {
    width: frame.width,
    height: frame.height,
    lines: obstacles(rows, frame, scale),
    fontSize: FONT_SIZE,
  });
  return (["left", "center", "right"] as const).flatMap((align) =>
    textLayer(
      placed.filter((p) => p.align === align),
      align,
      frame,
    ),
  );
}

type Scale = Readonly<{ x: (at: number) => number; y: (percent: number) => number }>;

const pixels = ({
  axis: {
    domain: [left, right],
  },
  domain: [bottom, top],
  width,
  height,
}: Frame): Scale => ({
  x: (at) => ((at - left) / (right - left)) * width,
  y: (percent) => height - ((percent - bottom) / (top - bottom)) * height,
});

/** Budgets beyond the natural length lie on the natural dot: one label is enough there. */
const distinct = (rows: readonly Row[]): readonly Row[] =>
  rows
    .filter((row, i) => (row.natural ? rows.findIndex((other) => other.point === row.point) === i : true))
    .filter(
      (row) =>
        row.natural || !rows.some((other) => other.natural && other.at === row.at && other.percent === row.percent),
    );

const spotOf = (row: Row, scale: Scale): Spot => ({
  x: scale.x(row.at),
  y: scale.y(row.percent),
  text: row.label,
  priority: row.natural ? 2 : row.extrapolated ? 1 : 0,
  mustShow: row.natural,
  bold: row.natural,
});

function obstacles(rows: readonly Row[], frame: Frame, scale: Scale): readonly Line[] {
  const whiskers = rows.map((r): Line => [scale.x(r.at), scale.y(r.lowPercent), scale.x(r.at), scale.y(r.highPercent)]);
  const steps = frame.names.flatMap((name) => {
    const curve = rows.filter((r) => r.curve === name);
    return curve
      .slice(1)
      .map((to, i): Line => [
        scale.x(curve[i]?.at ?? 0),
        scale.y(curve[i]?.percent ?? 0),
        scale.x(to.at),
        scale.y(to.percent),
      ]);
  });
  return [...whiskers, ...steps];
}

function textLayer(placed: readonly Placement[], align: Align, frame: Frame): readonly PlotSpec[] {
  return [true, false].flatMap((bold) => {
    const values = placed
      .filter((p) => (p.spot.bold ?? false) === bold)
      .map((p) => ({ px: p.x, py: p.y, text: p.spot.text }));
    if (values.length === 0) return [];
    const mark = {
      type: "text",
      align,
      baseline: "middle",
      fontSize: FONT_SIZE,
      fontWeight: bold ? "bold" : "normal",
      color: bold ? frame.theme.text : frame.theme.muted,
      aria: false,
    };
    return [
      {
        data: { values },
        mark,
        encoding: {
          x: { field: "px", type: "quantitative", scale: null, axis: null },
          y: { field: "py", type: "quantitative", scale: null, axis: null },
          text: { field: "text" },
        },
      },
    ];
  });
}
