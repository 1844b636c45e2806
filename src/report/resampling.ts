import { MOST_CLUSTERS } from "../metrics/blocks.ts";
import type { CurveTable } from "../metrics/table.ts";

const MOST_STEPS = 1e8;

/** As many resamples as usual, fewer where a table is so large that its intervals are narrow anyway. */
export function resamplesFor(...tables: readonly CurveTable[]): number {
  const cells = tables.reduce(
    (sum, { clusters }) => sum + Math.min(clusters.length, MOST_CLUSTERS) * (clusters[0]?.length ?? 0),
    0,
  );
  return Math.round(Math.min(10_000, Math.max(200, MOST_STEPS / Math.max(1, cells))));
}
