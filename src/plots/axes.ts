import { tokensText, type LogAxis } from "./log-axis.ts";
import type { Frame, PlotSpec } from "./frame.ts";

/** Percent, from 0 unless everything lies well above it. */
export function yDomain(shares: readonly number[]): readonly [number, number] {
  const low = Math.min(1, ...shares) * 100;
  const high = Math.max(0, ...shares) * 100;
  const top = Math.min(100, Math.ceil((high + 1e-9) / 10) * 10);
  return [low > 35 ? Math.floor((low - 5) / 10) * 10 : 0, Math.max(top, 10)];
}

/** Places are doublings on a linear scale, so that zero can have a place of its own. */
export function xEncoding(axis: LogAxis, title: string): PlotSpec {
  const values = [...(axis.zero ? [axis.zero.at] : []), ...axis.ticks];
  const labels = values.map(
    (at) => `abs(datum.value - ${at}) < 1e-9 ? '${at === axis.zero?.at ? "0" : tokensText(2 ** at)}'`,
  );
  return {
    field: "at",
    type: "quantitative",
    title,
    scale: { domain: axis.domain, nice: false, zero: false },
    axis: { values, grid: false, labelExpr: [...labels, "''"].join(" : ") },
  };
}

export type YLook = Readonly<{ title?: string; labels?: boolean }>;

export const yEncoding = (
  field: string,
  frame: Frame,
  { title = "Accuracy (%)", labels = true }: YLook = {},
): PlotSpec => ({
  field,
  type: "quantitative",
  title,
  scale: { domain: frame.domain, nice: false, zero: false },
  axis: { tickCount: frame.height < 240 ? 5 : 6, domain: false, ticks: false, labels },
});

/** Two strokes through the axis between zero and the rest. */
export function zeroLayers({ axis, height, theme }: Frame): readonly PlotSpec[] {
  if (!axis.zero) return [];
  const { gap } = axis.zero;
  const stroke = (shift: number): PlotSpec => ({
    data: { values: [{ at: gap + shift - 0.03, end: gap + shift + 0.03 }] },
    mark: { type: "rule", color: theme.axis, strokeWidth: 1.2, aria: false, clip: false },
    encoding: {
      x: { field: "at", type: "quantitative" },
      x2: { field: "end" },
      y: { value: height + 5 },
      y2: { value: height - 5 },
    },
  });
  const blank: PlotSpec = {
    data: { values: [{ at: gap - 0.05, end: gap + 0.05 }] },
    mark: { type: "rule", color: theme.background, strokeWidth: 3, aria: false, clip: false },
    encoding: { x: { field: "at", type: "quantitative" }, x2: { field: "end" }, y: { value: height + 0.5 } },
  };
  return [blank, stroke(-0.05), stroke(0.05)];
}
