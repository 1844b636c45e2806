import { xEncoding, yDomain, zeroLayers } from "./axes.ts";
import { curveNames, type CurvePoint } from "./curve-point.ts";
import { curveScales, keyText, legendOf, wrapped } from "./curve-marks.ts";
import { frontLayers } from "./front-layers.ts";
import { labelLayers, labelsOf } from "./label-layers.ts";
import { pointLayers } from "./point-layers.ts";
import type { PlotSpec } from "./frame.ts";
import { frameOf, inUnits, plotRows, type ScalingOptions } from "./scaling-plot.ts";
import { themes, vegaConfig } from "./theme.ts";

/** The same curves against one cost; `by` is how much x one unit of its axis is. */
export type CostPanel = Readonly<{ points: readonly CurvePoint[]; xTitle: string; unit: string; by: number }>;

type CostOptions = Pick<ScalingOptions, "theme" | "width" | "height"> & Readonly<{ columns?: number }>;

const GAP = 26;
/**
 * Characters of a line. Without a canvas Vega overestimates the width of texts: a long one would make room next to
 * the panels.
 */
const NARROW = 62;

/**
 * The same curves against every cost that is known, side by side on one scale of accuracy, each with its Pareto front.
 */
export function costPlot(panels: readonly CostPanel[], options: CostOptions = {}): PlotSpec {
  const { columns = 2, theme = "light" } = options;
  const { width = Math.floor((620 - GAP * (columns - 1)) / columns), height = 210 } = options;
  const points = panels.flatMap((panel) => panel.points);
  const [names, whole] = [curveNames(points), width * columns];
  const size = { theme, width, height, domain: yDomain(points.flatMap((p) => [p.low, p.high])) };
  const style = { scales: curveScales(names, themes[theme]), legend: legendOf(names, whole), dot: 50 };
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    config: smallTitles(vegaConfig(themes[theme])),
    padding: 8,
    columns,
    spacing: { row: 24, column: GAP },
    title: {
      text: wrapped(keyText(points, 0, true), NARROW),
      fontSize: 12,
      fontWeight: "normal",
      color: themes[theme].muted,
      offset: 12,
    },
    resolve: { legend: { color: "shared", shape: "shared" }, scale: { color: "shared", shape: "shared" } },
    concat: panels.map((panel, i) => ({
      width,
      height,
      ...drawn(panel, size, { ...style, y: i % columns === 0 ? {} : { title: "", labels: false } }),
    })),
  };
}

const smallTitles = (config: Record<string, unknown>): PlotSpec => ({
  ...config,
  axis: { ...(config["axis"] as object), titleFontSize: 12, labelFontSize: 11 },
});

type Size = Readonly<Required<Pick<ScalingOptions, "theme" | "width" | "height" | "domain">>>;

function drawn(
  { points, xTitle, unit, by }: CostPanel,
  size: Size,
  style: Parameters<typeof pointLayers>[2],
): PlotSpec {
  const scaled = inUnits(points, by);
  const frame = frameOf(scaled, { ...size, unit });
  const rows = plotRows(scaled, frame.axis, unit);
  return {
    encoding: { x: xEncoding(frame.axis, xTitle) },
    layer: [
      ...zeroLayers(frame),
      ...frontLayers(rows, frame, style.y),
      ...pointLayers(rows, frame, style),
      ...labelLayers(labelsOf(rows, frame), frame),
    ],
  };
}
