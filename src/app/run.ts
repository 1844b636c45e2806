import { basename } from "node:path";
import { sqliteChains } from "../adapters/store/sqlite-chains.ts";
import { sqliteModels } from "../adapters/store/sqlite-models.ts";
import { sqliteReader } from "../adapters/store/sqlite-reader.ts";
import { sqliteResponses, type SqliteResponses } from "../adapters/store/sqlite-responses.ts";
import { sqliteResults } from "../adapters/store/sqlite-results.ts";
import { sqliteRewards } from "../adapters/store/sqlite-rewards.ts";
import { type Database, openDatabase } from "../adapters/store/sqlite.ts";
import { writeInTurns } from "../adapters/store/turns.ts";
import type { PointRow, UsageRow } from "../ports/result-reader.ts";
import type { AttemptKey } from "../ports/result-store.ts";
import type { Runner } from "../ports/runner-store.ts";
import type { Claims } from "../ports/claims.ts";
import type { Why } from "../runner/occupy.ts";
import { type Group, groupJobs } from "../runner/jobs.ts";
import { type Progress, ProgressMeter } from "../runner/progress.ts";
import { EverythingFails, type RunEvent as AttemptEvent, runGroups } from "../runner/run.ts";
import { unlessAborted } from "../runner/unless-aborted.ts";
import { knobWarnings } from "../study/idle-knobs.ts";
import { measuredOr } from "./assumptions.ts";
import { CeilingReached, ceilings, checkCeilings } from "./ceilings.ts";
import { examine } from "./examine.ts";
import { type Held, type Holding, holdPlace } from "./hold-place.ts";
import { type CheckedFile, loadDatasets, type LoadedFile } from "./load-file.ts";
import { placed } from "./places.ts";
import { prepare, type Prepared } from "./prepare.ts";
import { checkSameModels, recognise } from "./recognise.ts";
import { reproducibilityRecord } from "./record.ts";
import { TryLog } from "./try-log.ts";

/** What happens in a run: `start` comes once, before the first attempt; `progress` may then be asked at any time. */
export type RunEvent =
  | AttemptEvent
  | Readonly<{ type: "start"; progress: () => Progress }>
  | Readonly<{ type: "wait"; runner: Runner; why: Why }>;

/** How a run is watched and stopped; nothing here can change a token. */
export type RunOptions = Readonly<{
  /** Aborting it ends the run: what is under way is stored, and the next run goes on from there. */
  signal?: AbortSignal;
  onEvent?: (event: RunEvent) => void;
  /** Attempts at once of each model; the experiment's, else the engine's own figure if left out. */
  concurrency?: number | undefined;
  /** Forget what the experiment stored, and start over. */
  fresh?: boolean | undefined;
  /** Wait for another process that is running the experiment; refused with a UserError if left out. */
  wait?: boolean | undefined;
  /** What the run was started with, for its record; the program's name and arguments if left out. */
  command?: readonly string[];
}>;

/** How a run ended. */
export type RunResult = Readonly<{
  experiment: string;
  /** Path of the database. */
  database: string;
  /** `interrupted`: by the signal or a ceiling. `failed`: nothing worked any more. */
  status: "finished" | "interrupted" | "failed";
  /** What ended it early, in words; null where it finished. */
  note: string | null;
  /** Whether the caller's signal ended it. */
  aborted: boolean;
  /** Attempts of this run that ended in an error; the next run tries them again. */
  errors: number;
  points: readonly PointRow[];
  usage: UsageRow;
  /** What a reader of the curve must know, a line each. */
  warnings: readonly string[];
}>;

/** Runs or resumes an experiment. Rejects with the signal's reason where it is aborted before the first attempt. */
export async function runExperiment(checked: CheckedFile, path: string, options: RunOptions): Promise<RunResult> {
  const { signal = new AbortController().signal } = options;
  const file = await unlessAborted(loadDatasets(checked), signal);
  checkCeilings(file.loaded.experiment);
  const db = openDatabase(path);
  const holding: Holding = {
    db,
    signal,
    experiment: file.loaded.experiment.name,
    wait: options.wait ?? false,
    onWait: (runner, why) => options.onEvent?.({ type: "wait", runner, why }),
  };
  try {
    const ended = await holdPlace(holding, (held) => whilePrepared(file, { db, ...held }, options));
    return { database: path, ...ended };
  } finally {
    db.close();
  }
}

type Ended = Omit<RunResult, "database">;

type Stoppable = RunOptions & Readonly<{ signal: AbortSignal }>;

async function whilePrepared(
  file: LoadedFile,
  { db, signal, alone, claims }: Held & Readonly<{ db: Database }>,
  options: RunOptions,
): Promise<Ended> {
  file.scorers.keepIn(sqliteRewards(db));
  const tries = new TryLog(sqliteResults(db));
  const models = sqliteModels(db);
  const told: string[] = [];
  const preparing = prepare(file, tries.add, async (model) => {
    const { model: recognised, notes } = await recognise(model, models);
    told.push(...notes);
    return recognised;
  });
  const prepared = await unlessAborted(preparing, signal, (late) => late.close());
  try {
    if (!options.fresh) checkSameModels(prepared, sqliteReader(db).runs(prepared.record.name), models);
    told.forEach(file.onNote);
    const responses = sqliteResponses(db);
    const found = await unlessAborted(examine(prepared, { responses, claims, signal }), signal);
    if (options.fresh) await alone(() => sqliteResults(db).forget(prepared.record.name));
    const warnings = [...file.notes, ...told, ...found];
    return await runPrepared(prepared, { db, responses, claims, tries, warnings }, { ...options, signal });
  } finally {
    await prepared.close();
  }
}

/** `warnings`: what was seen before the first attempt, for the record. */
type Stores = Readonly<{
  db: Database;
  responses: SqliteResponses;
  claims: Claims;
  tries: TryLog;
  warnings: readonly string[];
}>;

const invocation = (): readonly string[] => [basename(process.argv[1] ?? "node"), ...process.argv.slice(2)];

async function runPrepared(
  prepared: Prepared,
  { db, responses, claims, tries, warnings }: Stores,
  { signal, onEvent = () => undefined, ...options }: Stoppable,
): Promise<Ended> {
  const results = sqliteResults(db);
  const reader = sqliteReader(db);
  const { record, file, points } = prepared;
  const declared = await placed(file.loaded.place(["name"]), () => results.declare(record));
  tries.belongTo(declared.experiment);
  responses.belongTo(declared.experiment);
  for (const { hash, problems } of file.datasets) results.addProblems(hash, problems);
  const assume = measuredOr(reader, file);
  const groups = unfinished(
    groupJobs(points, file.conditions, assume),
    declared.points,
    results.finished(declared.experiment),
  );
  const run = results.beginRun(
    declared.experiment,
    reproducibilityRecord(prepared, { command: options.command ?? invocation(), warnings }),
  );
  const meter = new ProgressMeter(groups, file.conditions, performance.now());
  tries.onTry = (tried) => meter.hear(tried);
  const stopped = new AbortController();
  const ceiling = ceilings(file.loaded.experiment.limits, reader.usage(record.name), (reason) => stopped.abort(reason));
  onEvent({ type: "start", progress: () => meter.at(performance.now()) });
  let status: RunResult["status"] = "failed";
  let fault: unknown = null;
  const turns = writeInTurns(db);
  try {
    await runGroups({
      ...declared,
      groups,
      conditions: file.conditions,
      results,
      chains: sqliteChains(db, declared.experiment),
      responses,
      claims,
      concurrency: options.concurrency ?? file.loaded.experiment.concurrency,
      signal: AbortSignal.any([signal, stopped.signal]),
      onEvent: (event) => {
        meter.see(event);
        ceiling.see(event);
        onEvent(event);
      },
    });
    turns.end();
    status = "finished";
  } catch (error) {
    fault = error;
    if (isStop(error, signal)) status = "interrupted";
  } finally {
    ceiling.release();
  }
  try {
    turns.end();
    results.endRun(run, status);
  } catch (error) {
    fault ??= error; // the first cause is told
  }
  if (fault !== null && !isStop(fault, signal) && !(fault instanceof EverythingFails)) throw fault;
  return {
    experiment: record.name,
    status,
    note: fault === null ? null : (fault as Error).message,
    aborted: fault !== null && isAbort(fault, signal),
    errors: meter.at(performance.now()).errors,
    points: reader.points(record.name),
    usage: reader.usage(record.name),
    warnings: knobWarnings(reader, record.name),
  };
}

const isAbort = (fault: unknown, signal: AbortSignal): boolean => signal.aborted && fault === signal.reason;

const isStop = (fault: unknown, signal: AbortSignal): boolean =>
  isAbort(fault, signal) || fault instanceof CeilingReached;

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
