import { yEncoding } from "./axes.ts";
import type { Frame, PlotSpec } from "./frame.ts";

export type ReferenceRule = Readonly<{ label: string; accuracy: number }>;
export type ReferencePoint = Readonly<{ x: number; accuracy: number; label: string }>;
export type ReferenceCurve = Readonly<{ name: string; points: readonly ReferencePoint[] }>;

/** Levels and published points, grey and under everything that was measured here. */
export const referenceLayers = (
  rules: readonly ReferenceRule[],
  curves: readonly ReferenceCurve[],
  frame: Frame,
): readonly PlotSpec[] => [
  ...rules.flatMap((rule) => ruleLayers(rule, frame)),
  ...curves.flatMap((curve) => curveLayers(curve, frame)),
];

function ruleLayers({ label, accuracy }: ReferenceRule, frame: Frame): readonly PlotSpec[] {
  const y = yEncoding("percent", frame);
  const data = { values: [{ percent: accuracy * 100, text: label }] };
  return [
    {
      data,
      mark: { type: "rule", strokeDash: [3, 3], color: frame.theme.muted, aria: false },
      encoding: { x: { value: 0 }, x2: { value: frame.width }, y },
    },
    {
      data,
      mark: { type: "text", align: "right", dy: -7, fontSize: 11, color: frame.theme.muted, aria: false },
      encoding: { x: { value: frame.width - 4 }, y, text: { field: "text" } },
    },
  ];
}

function curveLayers({ name, points }: ReferenceCurve, frame: Frame): readonly PlotSpec[] {
  const values = points.map((p) => ({
    at: frame.axis.place(p.x),
    percent: p.accuracy * 100,
    tip: `${name}: ${p.label}\n${(p.accuracy * 100).toFixed(1)} %, ${p.x.toLocaleString("en-US")} tokens (published)`,
    text: name,
  }));
  const x = { field: "at", type: "quantitative" };
  const y = yEncoding("percent", frame);
  const { muted, background } = frame.theme;
  const [bottom, top] = frame.domain;
  // Above the frame it would push the key out of the picture.
  const isAtTop = (1 - ((values.at(-1)?.percent ?? 0) - bottom) / (top - bottom)) * frame.height < 26;
  return [
    {
      data: { values },
      mark: { type: "line", color: muted, strokeWidth: 1.4, strokeDash: [2, 2], aria: false },
      encoding: { x, y },
    },
    {
      data: { values },
      mark: { type: "point", shape: "diamond", filled: false, fill: background, color: muted, size: 60, opacity: 1 },
      encoding: { x, y, description: { field: "tip", type: "nominal" } },
    },
    {
      data: { values: values.slice(-1) },
      mark: { type: "text", align: "right", dy: isAtTop ? 17 : -13, fontSize: 11, color: muted, aria: false },
      encoding: { x, y, text: { field: "text" } },
    },
  ];
}
