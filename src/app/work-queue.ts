import { hostname } from "node:os";
import { queueAddress } from "../adapters/queue/address.ts";
import { openQueue, queueNames } from "../adapters/queue/open-queue.ts";
import type { QueueCounts, WorkQueue } from "../ports/work-queue.ts";
import { batchesOf } from "../runner/batches.ts";
import type { Group, Job } from "../runner/jobs.ts";
import { BatchesFailed } from "./batches-failed.ts";
import { unlessAborted } from "../runner/unless-aborted.ts";
import { infoOf, type PreparedPoint } from "../runner/prepared.ts";

const queueName = ({ name, hash }: Shared["experiment"]): string => `overthink-${name}-${hash.slice(0, 12)}`;

export type Shared = Readonly<{
  url: string;
  /** Workers of an experiment that asks for something else have another queue. */
  experiment: Readonly<{ name: string; hash: string }>;
  /** All groups of the experiment, and those that are not stored here. */
  all: readonly Group[];
  open: readonly Group[];
  concurrency: number | undefined;
  signal: AbortSignal;
  /** Aborted where nothing shall be begun any more; what was begun may end. */
  leave?: AbortSignal | undefined;
  /** Writes what was stored to the disk. */
  commit: () => void;
  /** Makes the attempts of a batch. */
  run: (asked: BatchRun) => Promise<void>;
}>;

export type BatchRun = Readonly<{
  groups: readonly Group[];
  /** Attempts at once. */
  concurrency: number;
  signal: AbortSignal;
  leave: AbortSignal;
  onFinished: (job: Job) => void;
}>;

/** Does batches of an experiment together with other workers, until all of them are done. */
export async function workTogether(shared: Shared): Promise<void> {
  const queue = await openQueue(shared.url, queueName(shared.experiment));
  const { leave = new AbortController().signal } = shared;
  const late = new AbortController();
  const { grace } = queueAddress(shared.url);
  const onLeave = (): void => void setTimeout(() => late.abort(leave.reason), grace * 1000).unref();
  leave.addEventListener("abort", onLeave, { once: true });
  try {
    const failed = await workOn(queue, { ...shared, leave, signal: AbortSignal.any([shared.signal, late.signal]) });
    if (failed > 0) throw new BatchesFailed(failed);
  } finally {
    leave.removeEventListener("abort", onLeave);
    await queue.close();
  }
}

type Leaving = Omit<Shared, "url"> & Readonly<{ leave: AbortSignal }>;

/** Resolves with the number of batches that failed. */
export async function workOn(
  queue: WorkQueue,
  { experiment, all, open, signal, leave, ...how }: Leaving,
): Promise<number> {
  const batches = new Map(batchesOf(all, experiment.hash).map((batch) => [batch.id, batch]));
  await unlessAborted(queue.add(inOrder([...batches.values()], open)), AbortSignal.any([signal, leave]));
  const slots = how.concurrency ?? slotsOf(all);
  const size = Math.min(slots, ...[...batches.values()].slice(0, 1).map(({ groups }) => groups.length));
  const isOpen = new Map(open.map((group) => [keyOf(group), group]));
  return queue.work({
    name: `${hostname()} ${process.pid}`,
    atOnce: Math.max(1, Math.ceil(slots / Math.max(1, size))),
    signal,
    leave,
    act: async ({ id, done, finish }) => {
      const groups = (batches.get(id)?.groups ?? []).filter((group) => !done.has(keyOf(group)));
      const left = groups.flatMap((group) => isOpen.get(keyOf(group)) ?? []);
      const missing = new Map(left.map((group) => [keyOf(group), group.jobs.length]));
      for (const group of groups) if (!isOpen.has(keyOf(group))) finish(keyOf(group));
      const onFinished = (job: Job): void => {
        const key = keyOf({ jobs: [job] });
        const rest = (missing.get(key) ?? 0) - 1;
        missing.set(key, rest);
        if (rest > 0) return;
        how.commit();
        isOpen.delete(key);
        finish(key);
      };
      if (left.length > 0) await how.run({ groups: left, concurrency: size, signal, leave, onFinished });
      const isWhole = [...missing.values()].every((rest) => rest === 0);
      if (!isWhole) leave.throwIfAborted();
      return isWhole;
    },
  });
}

/** Batches whose first group comes first among the open ones, which stand longest first. */
function inOrder<B extends Readonly<{ groups: readonly Group[] }>>(
  batches: readonly B[],
  open: readonly Group[],
): readonly B[] {
  const places = new Map(open.map((group, at) => [keyOf(group), at]));
  const place = ({ groups }: B): number =>
    groups.reduce((least, group) => Math.min(least, places.get(keyOf(group)) ?? Infinity), Infinity);
  const placed = batches.map((batch) => ({ batch, at: place(batch) }));
  return placed.toSorted((a, b) => (a.at === b.at ? 0 : a.at - b.at)).map(({ batch }) => batch);
}

const keyOf = ({ jobs: [job] }: Group<PreparedPoint>): string =>
  JSON.stringify(
    job && [
      job.point.model.name,
      job.point.dataset.name,
      job.point.record.params["template_variables"] ?? null,
      job.problem.id,
      job.epoch,
    ],
  );

const slotsOf = (groups: readonly Group[]): number => {
  const model = groups[0]?.jobs[0]?.point.model;
  return model ? infoOf(model).concurrency : 1;
};

/** What is in the queues of a Redis. */
export async function queuesIn(url: string): Promise<readonly (QueueCounts & Readonly<{ queue: string }>)[]> {
  const rows = [];
  for (const name of await queueNames(url)) {
    const queue = await openQueue(url, name);
    rows.push({ queue: name.slice("overthink-".length), ...(await queue.counts()) });
    await queue.close();
  }
  return rows;
}

/** Empties the queues whose name begins so; returns how many batches went. */
export async function drainQueues(url: string, experiment: string): Promise<number> {
  let removed = 0;
  for (const name of await queueNames(url)) {
    if (!new RegExp(`^overthink-${experiment}-[0-9a-f]{12}$`).test(name)) continue;
    const queue = await openQueue(url, name);
    removed += await queue.drain();
    await queue.close();
  }
  return removed;
}
