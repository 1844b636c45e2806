import { hashOf } from "../core/hash.ts";
import type { Batch } from "../ports/work-queue.ts";
import type { Group } from "./jobs.ts";
import type { PlannedPoint } from "./prepared.ts";

/** Groups that are handed out together: enough that handing out costs nothing, few enough that little is done twice. */
const groupsPerBatch = 16;

export type GroupBatch<Point extends PlannedPoint> = Batch & Readonly<{ groups: readonly Group<Point>[] }>;

/**
 * All groups in batches, the same for every worker with the same experiment: what shares chains is in one batch.
 * `content`: the experiment's hash.
 */
export function batchesOf<Point extends PlannedPoint>(
  groups: readonly Group<Point>[],
  content: string,
): readonly GroupBatch<Point>[] {
  const units = new Map<string, Group<Point>[]>();
  for (const group of groups) {
    const [job] = group.jobs;
    if (!job) continue;
    const name = JSON.stringify([job.point.model.name, job.problem.id, job.epoch]);
    units.set(name, [...(units.get(name) ?? []), group]);
  }
  const all = [...units].toSorted(([a], [b]) => (a < b ? -1 : 1)); // groups come in an order that lengths decide
  return Array.from({ length: Math.ceil(all.length / groupsPerBatch) }, (_, at) => {
    const mine = all.slice(at * groupsPerBatch, (at + 1) * groupsPerBatch);
    return { id: hashOf([content, mine.map(([name]) => name)]).slice(0, 24), groups: mine.flatMap(([, unit]) => unit) };
  });
}
