import { mostOf } from "../core/extremes.ts";
import type { CurvePoint } from "./curve-point.ts";
import { shapes, type Theme } from "./theme.ts";

export const curveScales = (names: readonly string[], theme: Theme) => ({
  color: { domain: names, range: names.map((_, i) => theme.curves[i % theme.curves.length]) },
  shape: { domain: names, range: names.map((_, i) => shapes[i % shapes.length]) },
});

export type Legend = Readonly<{ columns: number; symbolSize: number; columnPadding: number }>;

/** One curve needs no legend. */
export const legendOf = (names: readonly string[], width: number): Legend | null =>
  names.length < 2
    ? null
    : {
        columns: width < 400 ? 1 : Math.max(1, Math.min(names.length, Math.floor(width / (longest(names) * 7.4 + 40)))),
        symbolSize: 90,
        columnPadding: 18,
      };

const longest = (names: readonly string[]): number => mostOf(names.map((name) => name.length));

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
