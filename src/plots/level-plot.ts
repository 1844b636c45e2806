import { mostOf } from "../core/extremes.ts";
import { xEncoding, yEncoding, zeroLayers, type YLook } from "./axes.ts";
import { byPlace, type CurvePoint } from "./curve-point.ts";
import { curveScales, type Legend, legendOf } from "./curve-marks.ts";
import { keyLayer, keyLines, labelLayers, labelsOf } from "./label-layers.ts";
import { pointLayers } from "./point-layers.ts";
import type { Frame, PlotSpec } from "./frame.ts";
import { frameOf, plotRows, type ScalingOptions } from "./scaling-plot.ts";
import { vegaConfig } from "./theme.ts";

type LevelOptions = ScalingOptions &
  Readonly<{
    columns?: number;
    /** Name of the tag, written before its values; empty where they say enough. */
    tag?: string;
    /** Names the dots, which takes room. */
    named?: boolean;
    /** The curve over all levels, drawn under each of them. */
    overall?: readonly CurvePoint[];
  }>;

/** The same curve for each value of a tag, side by side on one scale. */
export function levelPlot(points: readonly CurvePoint[], options: LevelOptions = {}): PlotSpec {
  const { tag = "level", overall = [] } = options;
  const levels = [...new Set(points.map((p) => p.level ?? ""))].sort(byLevel);
  const columns = options.columns ?? columnsFor(levels.length);
  const { width = Math.floor((620 - GAP * (columns - 1)) / columns), height = 140 } = options;
  const frame = frameOf([...points, ...overall], { domain: [0, 100], ...options, width, height });
  const beside = Math.min(columns, levels.length);
  const legend = legendOf(frame.names, beside * width + (beside - 1) * GAP);
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    config: vegaConfig(frame.theme),
    padding: 8,
    columns,
    spacing: { row: 30, column: GAP },
    concat: levels.map((level, i) => ({
      width,
      height,
      encoding: { x: xEncoding(frame.axis, i + columns >= levels.length ? (options.xTitle ?? "Thinking tokens") : "") },
      layer: cell(
        points.filter((p) => (p.level ?? "") === level),
        overall,
        {
          frame,
          legend,
          first: i % columns === 0,
          title: `${tag} ${level} (n = ${sizeOf(points, level)})`.trim(),
          named: options.named ?? false,
        },
      ),
    })),
  };
}

const GAP = 22;

/** Full rows where that is possible. */
const columnsFor = (levels: number): number => (levels <= 4 ? levels : levels % 3 === 0 || levels === 5 ? 3 : 4);

/** Numbers by size, everything else by name. */
export const byLevel = new Intl.Collator("en", { numeric: true }).compare;

const sizeOf = (points: readonly CurvePoint[], level: string): number =>
  mostOf(points.filter((p) => p.level === level).map((p) => p.n));

type Cell = Readonly<{ frame: Frame; legend: Legend | null; first: boolean; title: string; named: boolean }>;

function cell(
  points: readonly CurvePoint[],
  overall: readonly CurvePoint[],
  { frame, legend, first, title, named }: Cell,
): readonly PlotSpec[] {
  const style = {
    scales: curveScales(frame.names, frame.theme),
    legend,
    dot: 44,
    y: first ? {} : { title: "", labels: false },
  };
  const rows = plotRows(points, frame.axis);
  const labels = named ? labelsOf(rows, frame) : null;
  return [
    ...zeroLayers(frame),
    titleLayer(title, frame),
    ...ghosts(overall, frame, style.y),
    ...pointLayers(rows, frame, style),
    ...(labels ? [...labelLayers(labels, frame), ...keyLayer(keyLines(labels, frame), frame)] : []),
  ];
}

/** A title of Vega's own would stand at another height where the axis has labels. */
const titleLayer = (text: string, { theme }: Frame): PlotSpec => ({
  data: { values: [{ text }] },
  mark: {
    type: "text",
    align: "left",
    baseline: "bottom",
    fontSize: 12,
    fontWeight: "bold",
    color: theme.text,
    aria: false,
  },
  encoding: { x: { value: 0 }, y: { value: -10 }, text: { field: "text" } },
});

function ghosts(overall: readonly CurvePoint[], frame: Frame, look: YLook): readonly PlotSpec[] {
  const values = [...overall]
    .sort(byPlace)
    .map((p, order) => ({ at: frame.axis.place(p.x), percent: p.accuracy * 100, curve: p.curve, order }));
  if (values.length === 0) return [];
  const mark = { type: "line", color: frame.theme.axis, strokeWidth: 1, opacity: 0.6, aria: false };
  const encoding = {
    x: { field: "at", type: "quantitative" },
    y: yEncoding("percent", frame, look),
    detail: { field: "curve" },
    order: { field: "order" },
  };
  return [{ data: { values }, mark, encoding }];
}
