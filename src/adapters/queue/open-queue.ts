import { Failure, UserError } from "../../core/user-error.ts";
import type { WorkQueue } from "../../ports/work-queue.ts";
import { queueAddress } from "./address.ts";

/** Opens the queue of an experiment. Throws a UserError where the optional packages for it are not installed. */
export async function openQueue(text: string, name: string): Promise<WorkQueue> {
  const address = queueAddress(text);
  const { bullQueue } = await import("./bullmq.ts").catch((cause: unknown) => {
    throw new UserError("a queue needs the packages bullmq and ioredis, which are not installed", {
      hint: "npm install bullmq ioredis",
      cause,
    });
  });
  await isThere(address.url);
  return bullQueue(address, name);
}

/** Later a Redis may go away and come back; one that was never there is an address to look at. */
async function isThere(url: string): Promise<void> {
  const { Redis } = await import("ioredis");
  const redis = new Redis(url, { maxRetriesPerRequest: 2, lazyConnect: true });
  let last = "";
  redis.on("error", (error: Error) => (last = error.message));
  try {
    await redis.ping();
  } catch (cause) {
    throw new Failure(`no Redis answers at ${JSON.stringify(new URL(url).host)}: ${last || String(cause)}`, { cause });
  } finally {
    redis.disconnect();
  }
}

/** Names of the queues of experiments there. */
export async function queueNames(text: string): Promise<readonly string[]> {
  const { url } = queueAddress(text);
  await openQueue(text, "overthink-none").then((queue) => queue.close());
  const { Redis } = await import("ioredis");
  const redis = new Redis(url);
  redis.on("error", () => undefined);
  try {
    const keys = new Set<string>();
    for await (const part of redis.scanStream({ match: "bull:overthink-*:meta", count: 1000 }))
      for (const key of part as string[]) keys.add(key.slice("bull:".length, -":meta".length));
    return [...keys].toSorted();
  } finally {
    redis.disconnect();
  }
}
