import { setTimeout as sleep } from "node:timers/promises";
import { Queue, WaitingError, Worker, type Job } from "bullmq";
import { Redis } from "ioredis";
import type { WorkQueue, Working } from "../../ports/work-queue.ts";
import type { QueueAddress } from "./address.ts";

/** A job may sit on so many workers that died before it counts as failed; their default of 1 is far too few. */
const mostStalls = 20;
const addedAtOnce = 1000;
const lookEvery = 1000;
const handBackWithin = 5000;

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
      await queue.retryJobs({ state: "failed" });
    },
    work: (working) => work({ name, queue, url, lease, working }),
    counts: () => countsOf(queue),
    drain: async () => {
      const { waiting, done, failed } = await countsOf(queue);
      await queue.obliterate({ force: true });
      return waiting + done + failed;
    },
    close: async () => {
      await atMost(handBackWithin, queue.close());
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

/** Parts of a batch that workers finished. */
type Data = Readonly<{ done: readonly string[] }>;

type Work = Pick<QueueAddress, "url" | "lease"> & Readonly<{ name: string; queue: Queue; working: Working }>;

async function work({ name, queue, url, lease, working }: Work): Promise<number> {
  const ended = new AbortController();
  const signal = AbortSignal.any([working.signal, ended.signal]);
  const run = async (job: Job<Data>, token?: string): Promise<void> => {
    const done = new Set(job.data.done);
    // Told as it goes, so that a worker that dies costs only what it had not finished; nobody waits for it.
    let telling = Promise.resolve();
    const tell = (): void => {
      telling = telling.then(() => job.updateData({ done: [...done] })).catch(() => undefined);
    };
    const finish = (part: string): void => {
      done.add(part);
      tell();
    };
    try {
      signal.throwIfAborted();
      working.leave.throwIfAborted();
      if (await working.act({ id: job.id as string, done, finish })) return;
    } catch (error) {
      ended.abort(error);
      await atMost(
        handBackWithin,
        telling.then(() => job.moveToWait(token)),
      );
      throw new WaitingError();
    }
    await telling;
    throw new Error("parts of it failed");
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
    return await untilDone(queue, AbortSignal.any([signal, working.leave]));
  } catch (error) {
    if (!signal.aborted && !working.leave.aborted) throw error;
  } finally {
    await closed(worker, signal);
    connection.disconnect();
  }
  throw signal.aborted ? signal.reason : working.leave.reason;
}

/** As long as anything is under way anywhere, it may come back. */
async function untilDone(queue: Queue, signal: AbortSignal): Promise<number> {
  while (!signal.aborted) {
    const { waiting, active, failed } = await unless(signal, countsOf(queue));
    if (waiting + active === 0) return failed;
    await sleep(lookEvery, undefined, { signal }).catch(() => undefined);
  }
  throw signal.reason;
}

/** Waits for what is under way, which the signals end, but then not for a Redis that stays away. */
async function closed(worker: Worker, signal: AbortSignal): Promise<void> {
  const late = new Promise<void>((resolve) => {
    const wait = (): void => void setTimeout(resolve, 2 * handBackWithin).unref();
    if (signal.aborted) wait();
    else signal.addEventListener("abort", wait, { once: true });
  });
  await Promise.race([worker.close().catch(() => undefined), late]);
}

/** Where Redis stays away, what was held comes back when its lease is over. */
const atMost = (milliseconds: number, asked: Promise<unknown>): Promise<unknown> =>
  Promise.race([asked.catch(() => undefined), sleep(milliseconds, undefined, { ref: false })]);

/** Redis may be away when the work has to end. */
const unless = <T>(signal: AbortSignal, asked: Promise<T>): Promise<T> =>
  Promise.race([
    asked,
    new Promise<never>((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    }),
  ]);
