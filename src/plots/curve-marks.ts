import { mostOf } from "../core/extremes.ts";
import type { CurvePoint } from "./curve-point.ts";
import { textWidth } from "./text-width.ts";
import { shapes, type Theme } from "./theme.ts";

export const curveScales = (names: readonly string[], theme: Theme) => ({
  color: { domain: names, range: names.map((_, i) => theme.curves[i % theme.curves.length]) },
  shape: { domain: names, range: names.map((_, i) => shapes[shapeOf(i)]) },
});

/** Where the colours begin again the shapes do not, so that no two of 64 curves look alike. */
const shapeOf = (curve: number): number => (curve + Math.floor(curve / shapes.length) * 3) % shapes.length;

export type Legend = Readonly<{ columns: number; symbolSize: number; columnPadding: number }>;

/** One curve needs no legend. */
export const legendOf = (names: readonly string[], width: number): Legend | null =>
  names.length < 2
    ? null
    : {
        columns: columnsIn(names, width),
        symbolSize: 90,
        columnPadding: COLUMN_PADDING,
      };

const COLUMN_PADDING = 18;

/** As many columns as stand beside each other, each as wide as its longest name. */
function columnsIn(names: readonly string[], width: number): number {
  const widths = names.map((name) => textWidth(name) * LEGEND_FONT + SYMBOL);
  const isRoom = (columns: number): boolean => {
    const each = Array.from({ length: columns }, (_, c) => mostOf(widths.filter((_, i) => i % columns === c)));
    return each.reduce((sum, one) => sum + one + COLUMN_PADDING, -COLUMN_PADDING) <= width;
  };
  return Array.from(names, (_, i) => names.length - i).find(isRoom) ?? 1;
}

const LEGEND_FONT = 12;

/** A symbol of a legend and the room beside it. */
const SYMBOL = 22;

/** The marks in words, of those that occur. */
export function keyText(points: readonly CurvePoint[], width: number, front = false): readonly string[] {
  const cuts = points.some((p) => !p.natural && !p.extrapolated && !p.pooled);
  const parts = [
    cuts ? "● thinking cut at a budget" : "",
    points.some((p) => p.natural) ? "◉ natural end" : "",
    points.some((p) => p.extrapolated) ? "○ end ignored, thinking goes on" : "",
    "│ 95 % interval",
    front ? "┄ Pareto front" : "",
  ].filter(Boolean);
  return width < 400 ? parts : wrapped(parts, 100);
}

/** Parts joined into lines of at most `most` characters. */
export function wrapped(parts: readonly string[], most: number): readonly string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const longer = `${lines.at(-1) ?? ""}\u00a0\u00a0\u00a0 ${part}`;
    if (lines.length > 0 && longer.length <= most) lines[lines.length - 1] = longer;
    else lines.push(part);
  }
  return lines;
}
