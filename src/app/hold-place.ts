import { sqliteClaims } from "../adapters/store/sqlite-claims.ts";
import type { Database } from "../adapters/store/sqlite.ts";
import type { Claims } from "../ports/claims.ts";
import type { Runner } from "../ports/runner-store.ts";
import { StoreFault } from "../core/store-fault.ts";
import { doAlone, occupy, type OccupyOptions } from "../runner/occupy.ts";
import { shareClaims } from "../runner/share-claims.ts";
import { watching } from "./at-work.ts";

/** What runs while this process has the place. `signal`: aborted by the caller, or where the place is lost. */
export type Held = Readonly<{
  signal: AbortSignal;
  /** Does something that no run of another experiment could bear. */
  alone: (act: () => void) => Promise<void>;
  claims: Claims;
}>;

export type Holding = Readonly<{ db: Database; signal: AbortSignal }> &
  Pick<OccupyOptions, "experiment" | "wait" | "onWait">;

/** Does something as the only process that runs the experiment in this database. */
export async function holdPlace<T>({ db, ...asked }: Holding, act: (held: Held) => Promise<T>): Promise<T> {
  const lost = new AbortController();
  const signal = AbortSignal.any([asked.signal, lost.signal]);
  const watch = watching(db, signal);
  const options: OccupyOptions = { ...watch, ...asked };
  const place = await occupy(options, (reason) => lost.abort(reason));
  const onWait = (runner: Runner): void => asked.onWait(runner, "shares");
  const claims = shareClaims({ ...watch, claims: sqliteClaims(db, place.id), onWait });
  try {
    const result = await act({ signal, claims, alone: (what) => doAlone(place, options, what) });
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
