import { groupCurves } from "../plots/group-curves.ts";
import type { PointRow } from "../ports/result-reader.ts";

/** Points without those that are the same setting written again (no ignored end, another continuation string). */
export function distinctPoints(points: readonly PointRow[]): readonly PointRow[] {
  const placed = new Set(groupCurves(points).map((p) => p.row.id));
  return points.filter((p) => placed.has(p.id));
}
