import { yEncoding, type YLook } from "./axes.ts";
import type { curveScales, legendOf } from "./curve-marks.ts";
import type { CurvePoint } from "./curve-point.ts";
import type { Frame, PlotSpec } from "./frame.ts";

/** A dot with its place on the axis (doublings) and its numbers in percent. */
export type Row = CurvePoint &
  Readonly<{ at: number; percent: number; lowPercent: number; highPercent: number; tip: string }>;

type Style = Readonly<{
  scales: ReturnType<typeof curveScales>;
  legend: ReturnType<typeof legendOf>;
  y?: YLook;
  dot?: number;
}>;

/** Bands, lines, whiskers and dots, in that order from the back. */
export function pointLayers(
  rows: readonly Row[],
  frame: Frame,
  { scales, legend, y: look = {}, dot = 72 }: Style,
): readonly PlotSpec[] {
  const color = { field: "curve", type: "nominal", scale: scales.color, legend };
  const shape = { field: "curve", type: "nominal", scale: scales.shape, legend };
  const x = { field: "at", type: "quantitative" };
  const y = yEncoding("percent", frame, look);
  const spans = yEncoding("lowPercent", frame, look);
  const dots = { description: { field: "tip", type: "nominal" } };
  return [
    {
      data: { values: rows.filter((r) => r.x > 0) },
      mark: { type: "area", opacity: 0.13, aria: false },
      encoding: { x, y: spans, y2: { field: "highPercent" }, color },
    },
    ...lineLayers(rows, frame, { x, y, color }),
    {
      data: { values: rows },
      mark: { type: "rule", strokeWidth: 1.3, opacity: 0.75, aria: false },
      encoding: { x, y: spans, y2: { field: "highPercent" }, color },
    },
    {
      data: { values: rows.filter((r) => r.natural) },
      mark: {
        type: "point",
        shape: "circle",
        filled: false,
        strokeWidth: 1.4,
        size: dot * 2.9,
        fill: frame.theme.background,
        aria: false,
      },
      encoding: { x, y, color },
    },
    {
      data: { values: rows.filter((r) => !r.extrapolated) },
      mark: { type: "point", filled: true, opacity: 1, size: dot },
      encoding: { x, y, color, shape, ...dots },
    },
    ...sharedStarts(rows, frame, { dots, dot }),
    {
      data: { values: rows.filter((r) => r.extrapolated) },
      mark: { type: "point", filled: false, fill: frame.theme.background, opacity: 1, strokeWidth: 1.8, size: dot },
      encoding: { x, y, color, shape, ...dots },
    },
  ];
}

/** A natural end that several curves start from belongs to none of them. */
function sharedStarts(
  rows: readonly Row[],
  { theme }: Frame,
  { dots, dot }: Readonly<{ dots: PlotSpec; dot: number }>,
): readonly PlotSpec[] {
  const natural = rows.filter((row) => row.natural);
  const shared = natural.filter(
    (row, i) =>
      natural.findIndex((r) => r.point === row.point) === i && natural.filter((r) => r.point === row.point).length > 1,
  );
  if (shared.length === 0) return [];
  const [x, y] = [
    { field: "at", type: "quantitative" },
    { field: "percent", type: "quantitative" },
  ];
  const data = { values: shared.map((row) => ({ ...row, tip: row.tip.replace(`${row.curve}: `, "") })) };
  return [
    {
      data,
      mark: {
        type: "point",
        shape: "circle",
        filled: false,
        strokeWidth: 1.4,
        size: dot * 2.9,
        color: theme.text,
        fill: theme.background,
        opacity: 1,
        aria: false,
      },
      encoding: { x, y },
    },
    {
      data,
      mark: { type: "point", shape: "circle", filled: true, color: theme.text, opacity: 1, size: dot },
      encoding: { x, y, ...dots },
    },
  ];
}

type Stroke = Readonly<{ name: string; dash: readonly number[]; width: number }>;

/** Solid along cuts, dashed beyond the natural end, dotted across the axis break. */
const strokes: readonly Stroke[] = [
  { name: "solid", dash: [1, 0], width: 2 },
  { name: "dashed", dash: [6, 4], width: 2 },
  { name: "dotted", dash: [1.5, 4], width: 1.6 },
];

function lineLayers(rows: readonly Row[], frame: Frame, encoding: PlotSpec): readonly PlotSpec[] {
  const steps = frame.names.flatMap((name) => steppedLines(rows.filter((row) => row.curve === name)));
  return strokes.flatMap(({ name, dash, width }) => {
    const values = steps.filter((step) => step.stroke === name);
    if (values.length === 0) return [];
    const mark = { type: "line", strokeDash: dash, strokeWidth: width, aria: false };
    return [
      {
        data: { values },
        mark,
        encoding: {
          ...encoding,
          detail: { field: "step", type: "ordinal" },
          order: { field: "order", type: "quantitative" },
        },
      },
    ];
  });
}

/** Neighbours of a curve in pairs, each with the stroke that their step is drawn in. */
function steppedLines(
  rows: readonly Row[],
): readonly (Row & Readonly<{ stroke: string; step: string; order: number }>)[] {
  return rows.slice(1).flatMap((to, i) => {
    const from = rows[i];
    if (!from || (to.natural && from.at === to.at && from.percent === to.percent)) return [];
    const stroke = from.x <= 0 && to.x > 0 ? "dotted" : to.extrapolated ? "dashed" : "solid";
    return [from, to].map((row, order) => ({ ...row, stroke, step: `${to.curve}/${i}`, order }));
  });
}
