import { setTimeout as sleep } from "node:timers/promises";
import { Failure } from "../../../core/user-error.ts";
import { Fault } from "./fault.ts";

export type Backoff = Readonly<{ firstMs: number; mostMs: number; random: () => number }>;

export const defaultBackoff: Backoff = { firstMs: 250, mostMs: 20_000, random: Math.random };

/** How long to wait after the `failures`-th failure in a row: what the server asks for, else doubling; with jitter. */
export const delayOf = (failures: number, retryAfterMs: number | null, backoff: Backoff): number => {
  if (retryAfterMs !== null) return retryAfterMs * (1 + backoff.random() * 0.1);
  return Math.min(backoff.mostMs, backoff.firstMs * 2 ** (failures - 1)) * (0.5 + backoff.random() / 2);
};

export type Persistence = Readonly<{
  backoff: Backoff;
  patienceMs: number;
  signal: AbortSignal;
  now: () => number;
  /** Grows whenever something was gained, which earns new patience. */
  progress: () => number;
}>;

const longer = (ms: number): string => `given up after ${Math.round(ms / 1000)} s without progress`;

/** Tries again until it works, the fault is fatal, or nothing was gained for `patienceMs`. Waits hold no place. */
export const persist = async <T>(attempt: () => Promise<T>, how: Persistence): Promise<T> => {
  let failures = 0;
  let gained = how.progress();
  let since = how.now();
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof Fault) || error.kind === "fatal" || how.signal.aborted) throw error;
      if (how.progress() > gained) [failures, gained, since] = [0, how.progress(), how.now()];
      failures += 1;
      const delay = delayOf(failures, error.retryAfterMs, how.backoff);
      const left = how.patienceMs - (how.now() - since);
      if (how.patienceMs === 0) throw error;
      if (delay > left) throw new Failure(`${error.message}; ${longer(how.now() - since)}`, { cause: error });
      await sleep(delay, undefined, { signal: how.signal });
    }
  }
};
