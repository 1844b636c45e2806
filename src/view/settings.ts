import { mostOf } from "../core/extremes.ts";
import type { PointRow } from "../ports/result-reader.ts";
import { shownLabel } from "../plots/curve-points.ts";
import type { CurvePoint } from "../plots/curve-point.ts";
import type { ExperimentData } from "../report/gather.ts";
import { NotFound } from "./not-found.ts";
import type { Dot, Setting } from "./types.ts";

/** `11-wait-1`: the position makes it one of its kind, the label says to people which. */
export function settingKey({ position, label }: Pick<PointRow, "position" | "label">): string {
  const words = label
    .toLowerCase()
    .replaceAll("≤", "")
    .replaceAll("×", "")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 40);
  return words === "" ? String(position) : `${position}-${words}`;
}

/** By the whole key, else by its number: labels may be worded anew. */
export function settingOf(data: Pick<ExperimentData, "points">, key: string): PointRow {
  const found =
    data.points.find((point) => settingKey(point) === key) ??
    data.points.find(({ position }) => /^\d+/.exec(key)?.[0] === String(position));
  if (found) return found;
  throw new NotFound("setting", key, data.points.map(settingKey));
}

export const settingOfRow = (point: PointRow): Setting => ({
  key: settingKey(point),
  point: point.id,
  label: shownLabel(point.label),
  model: point.model,
  dataset: point.dataset,
  method: point.method,
  params: point.params,
  attempts: point.attempts,
  outcomes: {
    correct: point.correct,
    incorrect: point.incorrect,
    "no-answer": point.no_answer,
    cut: point.cut,
    unscored: point.unscored,
    error: point.errors,
  },
  accuracy: point.accuracy,
  thinking: point.mean_thinking_tokens,
});

export function dotsOf(data: ExperimentData, curves: readonly CurvePoint[] = data.curves): readonly Dot[] {
  const rows = new Map(data.points.map((point) => [point.id, point]));
  return curves.flatMap((dot) => {
    const row = rows.get(dot.point);
    if (!row) return [];
    const { label, curve, x, accuracy, low, high, n, correct, natural, extrapolated, point } = dot;
    const { model, dataset } = row;
    const most = mostOf(data.points.filter((p) => p.dataset === dataset).map((p) => p.attempts));
    const partial = row.attempts < most || row.errors > 0;
    const key = settingKey(row);
    return [
      { key, point, label, curve, dataset, model, x, accuracy, low, high, n, correct, natural, extrapolated, partial },
    ];
  });
}
