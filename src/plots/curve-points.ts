import { wilson } from "../metrics/wilson.ts";
import type { Interval } from "../metrics/interval.ts";
import type { PointRow } from "../ports/result-reader.ts";
import type { CurvePoint } from "./curve-point.ts";
import { groupCurves, type Placed } from "./group-curves.ts";

/** What a dot is drawn from. `interval`: another than Wilson's on n, where problems were attempted several times. */
export type Tally = Readonly<{ n: number; correct: number; x: number | null; level?: string; interval?: Interval }>;

/** Dots of the stored points, Wilson intervals at 95 %. Points without a finished attempt are left out. */
export function curvePoints(
  rows: readonly PointRow[],
  tally: (row: PointRow) => readonly Tally[] = whole,
): readonly CurvePoint[] {
  return groupCurves(rows).flatMap((placed) => tally(placed.row).flatMap((counts) => dot(placed, counts)));
}

/** Accuracy leaves out what could not be graded and what the engine failed on. */
export const whole = (row: PointRow): readonly Tally[] => [
  { n: row.attempts - row.errors - row.unscored, correct: row.correct, x: row.mean_thinking_tokens },
];

function dot(
  { row, ...place }: Placed,
  { n, correct, x, level, interval = wilson(correct, n) ?? undefined }: Tally,
): readonly CurvePoint[] {
  if (!interval || n === 0 || x === null) return [];
  const { natural, extrapolated, curve } = place;
  const base = {
    point: row.id,
    experiment: row.experiment,
    curve,
    label: shownLabel(row.label, natural),
    ...(extrapolated && row.budget !== null && row.ignored_ends > 0 ? { short: `≤${row.budget}` } : {}),
    x,
    n,
    correct,
  };
  const text = { accuracy: correct / n, ...interval, natural, extrapolated, paramsText: paramsText(row) };
  return [level === undefined ? { ...base, ...text } : { ...base, ...text, level }];
}

/** `<=64` and `Wait x2` with the characters that print uses. */
export const shownLabel = (label: string, natural = false): string =>
  natural
    ? "natural end"
    : label
        .replace(/<=/g, "≤")
        .replace(/>=/g, "≥")
        .replace(/ x(\d+)/g, " ×$1");

/** `max_thinking_tokens 64 · ignore_ends 0`, without options that are off. */
export function paramsText(row: PointRow): string {
  const options = Object.entries(JSON.parse(row.params) as Record<string, unknown>);
  return options
    .flatMap(([key, value]) =>
      value === null ? [] : [`${key} ${typeof value === "string" ? value : JSON.stringify(value)}`],
    )
    .join(" · ");
}
