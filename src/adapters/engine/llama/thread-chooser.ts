import type { Binding } from "./binding.ts";

type Batch = Pick<Binding, "decodeBatch" | "setThreads">;

export type ThreadChooser = Readonly<{
  /** Decodes the batch with as many threads as are best just now. */
  timed(tokens: number, binding: Batch): Promise<void>;
}>;

/** Tells llama.cpp a number of threads where it is another than before, or another context. */
const setter = (): ((threads: number, binding: Batch) => void) => {
  let last: readonly [number, Batch] | null = null;
  return (threads, binding) => {
    if (last?.[0] === threads && last[1] === binding) return;
    binding.setThreads(threads);
    last = [threads, binding];
  };
};

/** The same number always. */
export const fixedThreads = (threads: number): ThreadChooser => {
  const set = setter();
  return {
    timed: (_tokens, binding) => {
      set(threads, binding);
      return binding.decodeBatch();
    },
  };
};

/** Steps that are compared. */
const window = 5;
/** Steps until another number is tried: longer each time that it was no better. */
const soon = 32;
const seldom = 2048;
/** More threads must be this much faster, or they are not worth the cores. */
const worthIt = 0.9;
/** A step that takes this many times as long shows at once that cores are busy. */
const farSlower = 1.8;

type Clock = () => number;

/**
 * Finds how many threads are fastest, again and again: on idle cores a large model is as many times faster as there
 * are, but threads wait for each other, and where other work has the cores each wait is a time slice of it, ten times
 * the work. So it begins with one, tries twice as many for a few steps, keeps what is faster, and falls back as
 * soon as a step takes far longer than it did.
 */
export const adaptiveThreads = (most: number, now: Clock = () => performance.now()): ThreadChooser => {
  const set = setter();
  let current = 1;
  let trial: number | null = null;
  let patience = soon;
  let steps = 0;
  /** Milliseconds a token, of the last steps with the current number and with the one on trial. */
  let usual: number[] = [];
  let tried: number[] = [];
  let size = 0;
  let up = false;

  const settle = (threads: number, better: boolean): void => {
    patience = better ? soon : Math.min(seldom, patience * 2);
    current = threads;
    usual = better ? tried : usual;
    [trial, tried, steps] = [null, [], 0];
  };
  const judgeTrial = (took: number): void => {
    tried.push(took);
    if (took > farSlower * median(usual)) return settle(current, false);
    if (tried.length < window || trial === null) return;
    const worth = trial > current ? worthIt : 1 / worthIt;
    const better = median(tried) < worth * median(usual);
    settle(better ? trial : current, better);
  };
  const judgeUsual = (took: number): void => {
    if (current > 1 && usual.length === window && took > farSlower * median(usual)) {
      [current, usual, steps] = [current >> 1, [], 0];
      patience = Math.min(seldom, patience * 2);
      return;
    }
    usual = [...usual, took].slice(-window);
    if (++steps < patience || usual.length < window) return;
    // Up and down in turn; one thread can only be more, the most only fewer.
    up = current === 1 || (current < most && !up);
    trial = up ? Math.min(most, current * 2) : current >> 1;
  };
  return {
    timed: async (tokens, binding) => {
      const threads = trial ?? current;
      set(threads, binding);
      const start = now();
      await binding.decodeBatch();
      const took = (now() - start) / tokens;
      // A token costs less in a larger batch: only like is compared with like.
      const isLike = tokens >= 0.75 * size && tokens <= 1.33 * size;
      size = tokens;
      if (most === 1 || !isLike) return;
      if (trial === null) judgeUsual(took);
      else judgeTrial(took);
    },
  };
};

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? Infinity;
