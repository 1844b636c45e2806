import { UserError } from "../core/user-error.ts";
import { sameLabel } from "../core/same-label.ts";
import type { ExperimentRow, PointRow } from "../ports/result-reader.ts";
import type { PointSet, PointSets } from "./methods.ts";

/** The sets of points that experiments name under `study`. */
export const setsOf = (experiments: readonly ExperimentRow[]): PointSets =>
  new Map(
    experiments.map(({ name, resolved }) => [
      name,
      (JSON.parse(resolved) as Readonly<{ study?: readonly PointSet[] }>).study ?? [],
    ]),
  );

/** Points by their labels; all of them where none are named. Throws a UserError for a label that no point has. */
export function chosenPoints(points: readonly PointRow[], labels: readonly string[] | undefined): readonly PointRow[] {
  if (labels === undefined) return points;
  const missing = labels.find((label) => !points.some((point) => sameLabel(point.label, label)));
  if (missing !== undefined)
    throw new UserError(`no point ${JSON.stringify(missing)} in these experiments`, {
      hint: `there are ${[...new Set(points.map(({ label }) => label))].join(", ")}`,
    });
  return points.filter((point) => labels.some((label) => sameLabel(point.label, label)));
}
