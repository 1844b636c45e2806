import { openExperiment } from "../../app/open-experiment.ts";
import type { RunResult } from "../../app/run-types.ts";
import type { Shard } from "../../core/shard.ts";
import { UserError } from "../../core/user-error.ts";
import { inert } from "../../core/inert.ts";
import { note } from "../note.ts";
import { printResults } from "../results.ts";
import { Interrupted } from "../stop-signals.ts";
import { watchRun } from "../watch-run.ts";

export type RunFlags = Readonly<{
  db: string;
  limit?: number;
  only: string[];
  concurrency?: number;
  set: string[];
  shard?: Shard;
  queue?: string;
  fresh?: boolean;
  wait?: boolean;
  offline?: boolean;
  verbose?: boolean;
  json?: boolean;
}>;

/** Runs or resumes an experiment; returns the exit code. */
export async function runCommand(path: string, flags: RunFlags): Promise<number> {
  const { db, limit, only, set, concurrency, fresh, wait, shard, queue, offline } = flags;
  const experiment = await openExperiment(path, { db, limit, only, set, onNote: note });
  const watch = watchRun(process.stderr, { verbose: flags.verbose === true, isWorker: queue !== undefined });
  const command = process.argv.slice(2);
  if (queue !== undefined && shard !== undefined)
    throw new UserError("--queue and --shard are two ways to do one thing", { hint: "give one of them" });
  const how = { concurrency, fresh, wait, command, shard, queue, offline };
  const running = experiment.run({ signal: watch.signal, leave: watch.leave, onEvent: watch.see, ...how });
  const result = await running.catch(orInterrupted).finally(watch.end);
  if (result === null) return 130;
  printResults(result, { json: flags.json === true });
  if (result.notStored > 0)
    note(`${result.notStored} attempts need tokens that are not stored: without --offline they are decoded`);
  for (const line of result.warnings) process.stderr.write(`warning: ${inert(line)}\n`);
  return exitCode(result);
}

/** Null where the run was stopped before its first attempt. */
function orInterrupted(error: unknown): null {
  if (!(error instanceof Interrupted)) throw error;
  note(error.message);
  return null;
}

/** As sysexits.h has it: a failure for now, worth another try. */
const goOnLater = 75;

/** A model that was skipped is work that is left. */
function exitCode({ aborted, limited, status, errors, absent, notStored }: RunResult): number {
  if (aborted) return 130;
  if (limited) return goOnLater;
  return status !== "finished" || errors + notStored > 0 || absent.length > 0 ? 1 : 0;
}
