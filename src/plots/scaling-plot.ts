import { byPlace, curveNames, type CurvePoint } from "./curve-point.ts";
import { curveScales, keyText, legendOf } from "./curve-marks.ts";
import type { Frame, PlotSpec } from "./frame.ts";
import { frontLayers } from "./front-layers.ts";
import { KEY_LINE, keyLayer, keyLines, labelLayers, labelsOf } from "./label-layers.ts";
import { logAxis, type LogAxis } from "./log-axis.ts";
import type { Labels } from "./place-labels.ts";
import { pointLayers, type Row } from "./point-layers.ts";
import { referenceLayers, type ReferenceCurve, type ReferenceRule } from "./reference-layers.ts";
import { themes, vegaConfig, type Theme, type ThemeName } from "./theme.ts";
import { xEncoding, yDomain, zeroLayers } from "./axes.ts";

export type ScalingOptions = Readonly<{
  theme?: ThemeName;
  width?: number;
  height?: number;
  title?: string;
  xTitle?: string;
  /** What x counts, for tooltips. */
  unit?: string;
  /** How much x one unit of the axis is. */
  by?: number;
  /** Draws a line through the points that no other beats in accuracy and x together. */
  front?: boolean;
  /** Levels to compare with, such as chance. */
  rules?: readonly ReferenceRule[];
  /** Published points, drawn underneath in grey. */
  references?: readonly ReferenceCurve[];
  labels?: boolean;
  /** What the marks mean, where they are not settings of one thought. */
  marks?: readonly string[];
  /** Keeps several pictures on one scale. */
  domain?: readonly [number, number];
}>;

export const THINKING_AXIS = "Mean thinking tokens (log scale)";

/** Accuracy against measured cost, one line a curve, 95 % intervals. */
export function scalingPlot(measured: readonly CurvePoint[], options: ScalingOptions = {}): PlotSpec {
  const { width = 620, height = 360, rules = [], references = [], title, front = false } = options;
  const points = inUnits(measured, options.by);
  const frame = frameOf(points, { ...options, width, height });
  const { names, theme, axis } = frame;
  const rows = plotRows(points, axis, options.unit);
  const labels = options.labels === false ? NO_LABELS : labelsOf(rows, frame, references);
  const below = keyLines(labels, frame);
  const [key, legend] = [options.marks ?? keyText(points, width, front), legendOf(names, width)];
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    config: vegaConfig(theme),
    // Without a canvas Vega guesses the width of texts too large, so the frame is fixed here.
    autosize: { type: "none" },
    padding: {
      left: 58,
      right: 22,
      bottom: 50 + (below.length > 0 ? 8 + below.length * KEY_LINE : 0),
      top: headRoom(key.length + (title ? 1 : 0), legend === null ? 0 : Math.ceil(names.length / legend.columns)),
    },
    width,
    height,
    title: heading(title, key, theme),
    encoding: { x: xEncoding(axis, options.xTitle ?? THINKING_AXIS) },
    resolve: { legend: { color: "shared" } },
    layer: [
      ...zeroLayers(frame),
      ...referenceLayers(rules, references, frame),
      ...(front ? frontLayers(rows, frame) : []),
      ...pointLayers(rows, frame, { scales: curveScales(names, theme), legend }),
      ...labelLayers(labels, frame),
      ...keyLayer(below, frame),
    ],
  };
}

const NO_LABELS: Labels = { placed: [], key: [], unlabelled: [] };

export const inUnits = (points: readonly CurvePoint[], by = 1): readonly CurvePoint[] =>
  by === 1 ? points : points.map((p) => ({ ...p, x: p.x / by }));

const headRoom = (lines: number, legendRows: number): number =>
  14 + lines * 17 + (legendRows > 0 ? legendRows * 20 + 8 : 0);

export function frameOf(
  points: readonly CurvePoint[],
  options: ScalingOptions & Readonly<{ width: number; height: number }>,
): Frame {
  const { theme = "light", width, height, references = [] } = options;
  const published = references.flatMap((r) => r.points);
  const axis = logAxis(
    [...points, ...published].map((p) => p.x),
    Math.max(4, Math.floor(width / 60)),
    { decimal: options.unit !== undefined && !options.unit.includes("tokens") },
  );
  const domain =
    options.domain ?? yDomain([...points.flatMap((p) => [p.low, p.high]), ...published.map((p) => p.accuracy)]);
  return { axis, domain, width, height, theme: themes[theme], names: curveNames(points) };
}

/** The key is where a reader begins; in a paper the caption has the title. */
function heading(title: string | undefined, key: readonly string[], theme: Theme): PlotSpec {
  if (title !== undefined) return { text: title, subtitle: key, subtitlePadding: 6 };
  return { text: key, fontSize: 12, fontWeight: "normal", color: theme.muted };
}

export const plotRows = (points: readonly CurvePoint[], axis: LogAxis, unit = "mean thinking tokens"): readonly Row[] =>
  [...points].sort(byPlace).map((p) => ({
    ...p,
    at: axis.place(p.x),
    percent: p.accuracy * 100,
    lowPercent: p.low * 100,
    highPercent: p.high * 100,
    tip: tipText(p, unit),
  }));

/** What a reader hears or sees when pointing at a dot. */
export const tipText = (p: CurvePoint, unit: string): string =>
  [
    `${p.curve ? `${p.curve}: ` : ""}${p.label}`,
    `${percentText(p.accuracy)} [${percentText(p.low)}, ${percentText(p.high)}], ${p.correct} of ${p.n}`,
    `${Number(p.x.toPrecision(4)).toLocaleString("en-US")} ${unit}`,
    p.paramsText,
  ].join("\n");

const percentText = (share: number): string => `${(share * 100).toFixed(1)} %`;
