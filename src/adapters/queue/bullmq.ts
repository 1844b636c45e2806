import { setTimeout as sleep } from "node:timers/promises";
import { Queue, WaitingError, Worker, type Job } from "bullmq";
import { Redis } from "ioredis";
import { Failure } from "../../core/user-error.ts";
import type { WorkQueue, Working } from "../../ports/work-queue.ts";
import type { QueueAddress } from "./address.ts";

/** A job may sit on so many workers that died before it counts as failed; their default of 1 is far too few. */
const mostStalls = 20;
const addedAtOnce = 1000;
const lookEvery = 1000;

/** A queue of BullMQ in Redis. Commands wait while Redis is away. */
export function bullQueue({ url, lease }: QueueAddress, name: string): WorkQueue {
  const connection = new Redis(url, { maxRetriesPerRequest: null });
  connection.on("error", () => undefined); // it connects again; what asked waits
  const queue = new Queue(name, { connection });
  queue.on("error", () => undefined);
  return {
    add: async (batches) => {
      const jobs = batches.map(({ id }) => ({ name: "batch", data: { done: [] }, opts: { jobId: id } }));
      for (let at = 0; at < jobs.length; at += addedAtOnce) await queue.addBulk(jobs.slice(at, at + addedAtOnce));
    },
    work: (working) => work({ name, queue, url, lease, working }),
    counts: () => countsOf(queue),
    drain: async () => {
      const { waiting, done, failed } = await countsOf(queue);
      await queue.obliterate({ force: true });
      return waiting + done + failed;
    },
    close: async () => {
      await queue.close();
      connection.disconnect();
    },
  };
}

async function countsOf(queue: Queue): ReturnType<WorkQueue["counts"]> {
  const counts = await queue.getJobCounts("waiting", "delayed", "prioritized", "active", "completed", "failed");
  const count = (...names: readonly string[]): number => names.reduce((sum, each) => sum + (counts[each] ?? 0), 0);
  return {
    waiting: count("waiting", "delayed", "prioritized"),
    active: count("active"),
    done: count("completed"),
    failed: count("failed"),
  };
}

/** Parts of a batch that a worker had finished when it handed it back. */
type Data = Readonly<{ done: readonly string[] }>;

type Work = QueueAddress & Readonly<{ name: string; queue: Queue; working: Working }>;

async function work({ name, queue, url, lease, working }: Work): Promise<void> {
  const ended = new AbortController();
  const signal = AbortSignal.any([working.signal, ended.signal]);
  const run = async (job: Job<Data>, token?: string): Promise<void> => {
    const done = new Set(job.data.done);
    try {
      signal.throwIfAborted();
      await working.act({ id: job.id as string, done, finish: (part) => void done.add(part) });
    } catch (error) {
      ended.abort(error);
      await job.updateData({ done: [...done] });
      await job.moveToWait(token);
      throw new WaitingError();
    }
  };
  const connection = new Redis(url, { maxRetriesPerRequest: null });
  connection.on("error", () => undefined);
  const worker = new Worker(name, run, {
    connection,
    name: working.name,
    concurrency: working.atOnce,
    lockDuration: lease * 1000,
    stalledInterval: lease * 500,
    maxStalledCount: mostStalls,
  });
  worker.on("error", () => undefined);
  try {
    await untilDone(queue, signal);
  } finally {
    await worker.close(); // waits for what is under way, which the signal has ended
    connection.disconnect();
  }
  if (ended.signal.aborted) throw ended.signal.reason;
}

/** As long as anything is under way anywhere, it may come back. */
async function untilDone(queue: Queue, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const { waiting, active, failed } = await unless(signal, countsOf(queue));
    if (waiting + active === 0 && failed > 0)
      throw new Failure(`${failed} batches of the queue failed: their workers died ${mostStalls} times`);
    if (waiting + active === 0) return;
    await sleep(lookEvery, undefined, { signal }).catch(() => undefined);
  }
  signal.throwIfAborted();
}

/** Redis may be away when the work has to end. */
const unless = <T>(signal: AbortSignal, asked: Promise<T>): Promise<T> =>
  Promise.race([
    asked,
    new Promise<never>((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    }),
  ]);
