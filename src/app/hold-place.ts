import type { Database } from "../adapters/store/sqlite.ts";
import { StoreFault } from "../core/store-fault.ts";
import { doAlone, occupy, type OccupyOptions } from "../runner/occupy.ts";
import { watching } from "./at-work.ts";

/** What goes on while this process has the place. `signal`: aborted by the caller, or where the place is lost. */
export type Held = Readonly<{
  signal: AbortSignal;
  /** Does something that no run of another experiment could bear. */
  alone: (act: () => void) => Promise<void>;
}>;

export type Holding = Readonly<{ db: Database; signal: AbortSignal }> &
  Pick<OccupyOptions, "experiment" | "wait" | "onWait">;

/** Does something as the only process that runs the experiment in this database. */
export async function holdPlace<T>({ db, ...asked }: Holding, act: (held: Held) => Promise<T>): Promise<T> {
  const lost = new AbortController();
  const signal = AbortSignal.any([asked.signal, lost.signal]);
  const options: OccupyOptions = { ...watching(db, signal), ...asked };
  const place = await occupy(options, (reason) => lost.abort(reason));
  try {
    const result = await act({ signal, alone: (what) => doAlone(place, options, what) });
    lost.signal.throwIfAborted();
    return result;
  } finally {
    quietly(place.release);
  }
}

/** Gives back what was held; that even this fails says nothing new of a store that failed before. */
function quietly(act: () => void): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof StoreFault)) throw error;
  }
}
