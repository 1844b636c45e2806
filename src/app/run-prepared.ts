import { basename } from "node:path";
import { sqliteBatches } from "../adapters/store/sqlite-batches.ts";
import { sqliteChains } from "../adapters/store/sqlite-chains.ts";
import { sqlitePieces } from "../adapters/store/sqlite-pieces.ts";
import { sqliteReader } from "../adapters/store/sqlite-reader.ts";
import type { SqliteResponses } from "../adapters/store/sqlite-responses.ts";
import { sqliteResults } from "../adapters/store/sqlite-results.ts";
import type { Database } from "../adapters/store/sqlite.ts";
import { writeInTurns } from "../adapters/store/turns.ts";
import { UserError } from "../core/user-error.ts";
import type { PointRow } from "../ports/result-reader.ts";
import type { Claims } from "../ports/claims.ts";
import type { AttemptKey } from "../ports/result-store.ts";
import { type Group, groupJobs, groupsIn, longestFirst } from "../runner/jobs.ts";
import { ProgressMeter } from "../runner/progress.ts";
import { EverythingFails, type RunEvent as AttemptEvent, runGroups } from "../runner/run.ts";
import { servedWarnings } from "../study/served.ts";
import { goesOnWarnings } from "../study/goes-on.ts";
import { knobWarnings } from "../study/idle-knobs.ts";
import { lengthsIn, measuredOr } from "./assumptions.ts";
import { CeilingReached, ceilings } from "./ceilings.ts";
import { fillBatches, isBatched } from "./fill-batches.ts";
import { naturalLengthOf, type NaturalLengths, naturalLengths } from "./natural-lengths.ts";
import { placed } from "./places.ts";
import type { Prepared } from "./prepare.ts";
import { reproducibilityRecord } from "./record.ts";
import type { RunOptions, RunResult } from "./run-types.ts";
import type { TryLog } from "./try-log.ts";
import { BatchesFailed } from "./batches-failed.ts";
import type { Shared } from "./work-queue.ts";

/** `warnings`: what was seen before the first attempt, for the record. */
export type Stores = Readonly<{
  db: Database;
  responses: SqliteResponses;
  claims: Claims;
  tries: TryLog;
  warnings: readonly string[];
  /** What the last run recorded of the models. */
  earlier: Parameters<typeof reproducibilityRecord>[1]["earlier"];
}>;

type Stoppable = RunOptions & Readonly<{ signal: AbortSignal }>;

export type Ended = Omit<RunResult, "database">;

/** Makes the attempts that are missing, and says how that ended. */
export async function runPrepared(prepared: Prepared, stores: Stores, options: Stoppable): Promise<Ended> {
  const begun = await begin(prepared, stores, options);
  if (options.queue !== undefined && begun.all.some(({ jobs }) => jobs.some(isBatched)))
    throw new UserError("models with batch: true cannot be run with --queue", {
      hint: "leave out one of them; run --shard divides their questions among processes",
    });
  const meter = new ProgressMeter(begun.groups, prepared.file.conditions, performance.now());
  stores.tries.onTry = (tried) => meter.hear(tried);
  options.onEvent?.({ type: "start", progress: () => meter.at(performance.now()) });
  let notStored = 0;
  const onEvent: RunOptions["onEvent"] = (event) => {
    if (event.type === "not-stored") notStored++;
    options.onEvent?.(event);
  };
  const { status, fault } = await makeAttempts(prepared, stores, { ...options, onEvent, begun, meter });
  const signals = [options.signal, options.leave];
  const isTold = fault instanceof EverythingFails || fault instanceof BatchesFailed;
  if (fault !== null && !isStop(fault, signals) && !isTold) throw fault;
  const reader = sqliteReader(stores.db);
  const { name } = prepared.record;
  return {
    experiment: name,
    status,
    note: fault === null ? null : (fault as Error).message,
    aborted: fault !== null && isAbort(fault, signals),
    limited: fault instanceof CeilingReached && fault.goesOn,
    errors: meter.at(performance.now()).errors,
    notStored,
    points: reader.points(name),
    usage: reader.usage(name),
    warnings: [...knobWarnings(reader, name), ...servedWarnings(reader, name), ...goesOnWarnings(reader, name)],
    absent: prepared.absent
      .map((absent) => absent.name)
      .filter((model) => isUnfinished(prepared, reader.points(name), model)),
  };
}

/** Whether attempts of a model are missing. */
const isUnfinished = ({ file }: Prepared, points: readonly PointRow[], model: string): boolean =>
  points.some(
    (point) =>
      point.model === model &&
      point.attempts - point.errors <
        (file.datasets.find(({ name }) => name === point.dataset)?.problems.length ?? 0) * file.conditions.epochs,
  );

const invocation = (): readonly string[] => [basename(process.argv[1] ?? "node"), ...process.argv.slice(2)];

/** `run`: the id of this run. */
type Begun = Readonly<{
  experiment: number;
  points: ReadonlyMap<string, number>;
  /** Those that are not stored, and all of them. */
  groups: readonly Group[];
  natural: NaturalLengths;
  all: readonly Group[];
  run: number;
}>;

/** Stores what the experiment is, and the record of this run. */
async function begin(prepared: Prepared, stores: Stores, { command, shard }: RunOptions): Promise<Begun> {
  const { record, file, points } = prepared;
  const { db, responses, tries, warnings, earlier } = stores;
  const results = sqliteResults(db);
  const declared = await placed(file.loaded.place(["name"]), () => results.declare(record));
  tries.belongTo(declared.experiment);
  responses.belongTo(declared.experiment);
  for (const { hash, problems } of file.datasets) results.addProblems(hash, problems);
  const reader = sqliteReader(db);
  const all = groupsIn(groupJobs(points, file.conditions, measuredOr(reader, file)), shard);
  const open = unfinished(all, declared.points, results.finished(declared.experiment));
  const groups = longestFirst(open, lengthsIn(reader, file));
  const attempts = all.reduce((sum, { jobs }) => sum + jobs.length, 0);
  const part = shard && { ...shard, attempts };
  const natural = naturalLengths(reader, prepared);
  const facts = { command: command ?? invocation(), warnings, earlier, shard: part, natural };
  const about = reproducibilityRecord(prepared, facts);
  return { ...declared, groups, all, natural, run: results.beginRun(declared.experiment, about) };
}

type Attempting = Stoppable & Readonly<{ begun: Begun; meter: ProgressMeter }>;

type Outcome = Readonly<{ status: RunResult["status"]; fault: unknown }>;

async function makeAttempts(
  { record, file }: Prepared,
  { db, responses, claims, tries }: Stores,
  { begun, meter, signal, leave, onEvent, concurrency, offline, queue }: Attempting,
): Promise<Outcome> {
  const { experiment } = file.loaded;
  const results = sqliteResults(db);
  const stopped = new AbortController();
  const used = sqliteReader(db).usage(record.name);
  const ceiling = ceilings(experiment.limits, used, (reason) => stopped.abort(reason));
  tries.onTry = (tried) => {
    meter.hear(tried);
    if (tried.costUnknown) ceiling.drop();
  };
  const reader = sqliteReader(db);
  let turns: ReturnType<typeof writeInTurns> | null = null;
  const outcome = await ended([signal, leave], async () => {
    // Before writes go in turns: a batch has to be on the disk before it is handed in.
    const filled = await fillBatches({
      groups: begun.groups,
      conditions: file.conditions,
      responses,
      batches: sqliteBatches(db),
      claims,
      signal,
      allowed: ceiling.allowed,
      assume: measuredOr(reader, file),
      onEvent: ceiling.count,
      onNote: (text) => onEvent?.({ type: "note", text }),
    });
    const writing = (turns = writeInTurns(db));
    const atOnce = concurrency ?? experiment.concurrency;
    const options: Parameters<typeof runGroups>[0] = {
      ...begun,
      groups: filled.groups,
      unanswered: filled.unanswered,
      naturalTokens: (point) => naturalLengthOf(begun.natural, point),
      conditions: file.conditions,
      results,
      chains: sqliteChains(db, begun.experiment),
      responses,
      claims,
      pieces: sqlitePieces(db),
      offline,
      concurrency: atOnce,
      signal: AbortSignal.any([signal, stopped.signal]),
      onEvent: (event: AttemptEvent) => {
        meter.see(event);
        ceiling.see(event);
        onEvent?.(event);
      },
    };
    if (queue === undefined) await runGroups(options);
    else {
      const { workTogether } = await import("./work-queue.ts");
      const { all, groups: open } = begun;
      const run: Shared["run"] = async ({ groups, concurrency: some, onFinished, ...stops }) => {
        await runGroups({
          ...options,
          ...stops,
          groups,
          concurrency: some,
          onEvent: (event) => {
            options.onEvent(event);
            if (event.type === "attempt" && event.record.outcome !== "error") onFinished(event.job);
          },
        });
      };
      await workTogether({
        url: queue,
        experiment: record,
        all,
        open,
        concurrency: atOnce,
        signal: options.signal,
        leave,
        commit: writing.commit,
        run,
      });
    }
    writing.end();
    if (filled.stopped) throw filled.stopped;
  });
  ceiling.release();
  try {
    (turns as ReturnType<typeof writeInTurns> | null)?.end();
    results.endRun(begun.run, outcome.status);
    return outcome;
  } catch (error) {
    return { ...outcome, fault: outcome.fault ?? error }; // the first cause is reported
  }
}

async function ended(signals: Signals, work: () => Promise<void>): Promise<Outcome> {
  try {
    await work();
    return { status: "finished", fault: null };
  } catch (fault) {
    return { status: isStop(fault, signals) ? "interrupted" : "failed", fault };
  }
}

type Signals = readonly (AbortSignal | undefined)[];

const isAbort = (fault: unknown, signals: Signals): boolean =>
  signals.some((signal) => signal?.aborted === true && fault === signal.reason);

const isStop = (fault: unknown, signals: Signals): boolean =>
  isAbort(fault, signals) || fault instanceof CeilingReached;

/** Leaves out what is stored already. */
function unfinished(
  groups: readonly Group[],
  points: ReadonlyMap<string, number>,
  finished: readonly AttemptKey[],
): readonly Group[] {
  const done = new Set(finished.map(({ point, problem, epoch }) => JSON.stringify([point, problem, epoch])));
  const isOpen = ({ point, problem, epoch }: Group["jobs"][number]): boolean =>
    !done.has(JSON.stringify([points.get(point.record.key), problem.id, epoch]));
  return groups.map(({ jobs }) => ({ jobs: jobs.filter(isOpen) })).filter(({ jobs }) => jobs.length > 0);
}
