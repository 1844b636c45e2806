/** A part of an experiment that one worker does as a whole. */
export type Batch = Readonly<{
  /** The same for all workers that have the same experiment. */
  id: string;
}>;

/**
 * `done`: parts that an earlier worker finished; `finish` adds to them, and must be told of what is on the disk alone.
 */
export type TakenBatch = Batch & Readonly<{ done: ReadonlySet<string>; finish: (part: string) => void }>;

/** Batches by what became of them. */
export type QueueCounts = Readonly<{ waiting: number; active: number; done: number; failed: number }>;

export type Working = Readonly<{
  /** This worker's name, for people. */
  name: string;
  /** Batches at once. */
  atOnce: number;
  /** Aborting it hands back what is under way. */
  signal: AbortSignal;
  /** Aborted where no further batch shall be taken. Batches that are under way then end, or reject and go back. */
  leave: AbortSignal;
  /**
   * Does a batch; what it rejects with ends the work, and the batch goes back. False where parts of it failed: whoever
   * adds the batch again has it tried again.
   */
  act: (batch: TakenBatch) => Promise<boolean>;
}>;

/** Hands out batches to workers on any machine, each at least once. */
export interface WorkQueue {
  /** In this order; what was added before, by anyone, stays what it is, and what failed is tried again. */
  add(batches: readonly Batch[]): Promise<void>;
  /**
   * Does batches until none is left, also those of workers that died meanwhile. Resolves with the number of batches
   * that failed. Rejects with the reason of an abort, or with what ended the work.
   */
  work(working: Working): Promise<number>;
  counts(): Promise<QueueCounts>;
  /** Removes all that waits or was done; returns how many batches that were. */
  drain(): Promise<number>;
  close(): Promise<void>;
}
