import { processes } from "../adapters/host/processes.ts";
import { sqliteRunners } from "../adapters/store/sqlite-runners.ts";
import type { Database } from "../adapters/store/sqlite.ts";
import type { Runner } from "../ports/runner-store.ts";
import { isAlive, type Watching } from "../runner/occupy.ts";
import { pauseUnless } from "../runner/unless-aborted.ts";

/** What is needed to find out which processes use a database. */
export const watching = (db: Database, signal: AbortSignal): Watching => ({
  store: sqliteRunners(db),
  processes,
  pause: pauseUnless(signal),
});

/**
 * Those that are running an experiment of a database, by its name; a process of another machine is watched for a while.
 */
export async function atWork(db: Database): Promise<ReadonlyMap<string, Runner>> {
  const watch = watching(db, new AbortController().signal);
  const alive = await Promise.all(
    watch.store.all().map(async (runner) => ((await isAlive(runner, watch)) ? [runner] : [])),
  );
  return new Map(alive.flat().map((runner) => [runner.experiment, runner]));
}
