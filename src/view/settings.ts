import { mostOf } from "../core/extremes.ts";
import type { PointRow } from "../ports/result-reader.ts";
import { shownLabel } from "../plots/curve-points.ts";
import type { CurvePoint } from "../plots/curve-point.ts";
import type { SettingRow } from "../ports/page-reader.ts";
import type { ExperimentData } from "../report/gather.ts";
import { none, type Counts } from "./counts.ts";
import { NotFound } from "./not-found.ts";
import type { Setting } from "./types/experiment.ts";
import type { Dot } from "./types/home.ts";

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
export function settingOf<P extends SettingRow>(points: readonly P[], key: string): P {
  const found =
    points.find((point) => settingKey(point) === key) ??
    points.find(({ position }) => /^\d+/.exec(key)?.[0] === String(position));
  if (found) return found;
  throw new NotFound("setting", key, points.map(settingKey));
}

export const settingsOf = (rows: readonly SettingRow[], counts: ReadonlyMap<number, Counts>): readonly Setting[] =>
  rows.map((row) => ({
    key: settingKey(row),
    point: row.id,
    label: shownLabel(row.label),
    model: row.model,
    dataset: row.dataset,
    method: row.method,
    params: row.params,
    outcomes: counts.get(row.id) ?? none,
  }));

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
