import { setMaxListeners } from "node:events";
import type { LlamaContext, LlamaContextSequence } from "node-llama-cpp";

/** One cache of the context, with the tokens that are in it and the chain that used it last. */
export type Slot = { readonly sequence: LlamaContextSequence; ids: readonly number[]; chain: string | null };

type Want = Readonly<{ prefix: readonly number[]; chain: string; signal: AbortSignal }>;
type Waiter = Readonly<{ want: Want; accept: (slot: Slot) => void; reject: (reason: unknown) => void }>;

export type SlotPool = Readonly<{
  /** The best free slot; waits for one, first come first served, where all are in use. */
  take(want: Want): Promise<Slot>;
  /** Gives a slot back with whatever its cache holds now, also after a failure. */
  release(slot: Slot, chain: string): void;
  /** Whoever waits is told `reason`, and so is whoever asks later. */
  close(reason: Error): void;
}>;

export const createSlotPool = (context: LlamaContext): SlotPool => {
  // Least recently used first.
  const free: Slot[] = Array.from({ length: context.totalSequences }, () => emptySlot(context));
  const waiters: Waiter[] = [];
  let closed: Error | undefined;

  const take = (want: Want): Promise<Slot> => {
    if (closed) return Promise.reject(closed);
    const best = bestSlot(free, want);
    if (!best) return wait(waiters, want);
    free.splice(free.indexOf(best), 1);
    return Promise.resolve(best);
  };
  const release = (slot: Slot, chain: string): void => {
    slot.ids = slot.sequence.contextTokens;
    slot.chain = chain;
    const next = waiters.shift();
    if (next) next.accept(slot);
    else free.push(slot);
  };
  const close = (reason: Error): void => {
    closed = reason;
    for (const waiter of waiters.splice(0)) waiter.reject(reason);
  };
  return { take, release, close };
};

const emptySlot = (context: LlamaContext): Slot => ({
  sequence: context.getSequence({
    contextShift: {
      strategy: () => {
        throw new Error("a sequence outgrew its context");
      },
    },
  }),
  ids: [],
  chain: null,
});

const wait = (waiters: Waiter[], want: Want): Promise<Slot> =>
  new Promise((resolve, reject) => {
    const leave = (): void => {
      waiters.splice(waiters.indexOf(waiter), 1);
      reject(want.signal.reason);
    };
    const settle =
      <T>(act: (value: T) => void) =>
      (value: T): void => {
        want.signal.removeEventListener("abort", leave);
        act(value);
      };
    const waiter: Waiter = { want, accept: settle(resolve), reject: settle(reject) };
    // One signal may be that of a whole run; Node would warn of a leak at the eleventh span.
    setMaxListeners(0, want.signal);
    want.signal.addEventListener("abort", leave, { once: true });
    waiters.push(waiter);
  });

/**
 * The chain's own slot, else one that holds at least half of the prefix already (the same problem or long
 * examples before it), else the one unused for longest: taking a slot for a few shared tokens would cost
 * another chain its cache.
 */
const bestSlot = (free: readonly Slot[], { prefix, chain }: Want): Slot | undefined => {
  const longest = (slots: readonly Slot[]): Slot | undefined =>
    slots.reduce<Slot | undefined>(
      (best, slot) => (!best || sharedLength(slot.ids, prefix) > sharedLength(best.ids, prefix) ? slot : best),
      undefined,
    );
  const own = longest(free.filter((slot) => slot.chain === chain));
  const other = longest(free);
  return own ?? (other && sharedLength(other.ids, prefix) * 2 >= prefix.length ? other : free[0]);
};

export const sharedLength = (a: readonly number[], b: readonly number[]): number => {
  const length = Math.min(a.length, b.length);
  let at = 0;
  while (at < length && a[at] === b[at]) at++;
  return at;
};
