import { sqliteChains } from "../adapters/store/sqlite-chains.ts";
import { sqliteReader } from "../adapters/store/sqlite-reader.ts";
import { sqliteResults } from "../adapters/store/sqlite-results.ts";
import { sqliteScorings } from "../adapters/store/sqlite-scorings.ts";
import { type Database, openDatabase } from "../adapters/store/sqlite.ts";
import type { AttemptKey, ResultStore, TryRecord } from "../ports/result-store.ts";
import { type Group, groupJobs } from "../runner/jobs.ts";
import { ProgressMeter } from "../runner/progress.ts";
import { EverythingFails, type RunEvent, runGroups } from "../runner/run.ts";
import { inert } from "../core/inert.ts";
import { createDisplay } from "../cli/display.ts";
import { CeilingReached, ceilings, checkCeilings } from "./ceilings.ts";
import { preflight } from "../conformance/preflight.ts";
import { loadFile } from "./load-file.ts";
import { prepare, type Prepared, subjectOf } from "./prepare.ts";
import { reproducibilityRecord } from "./record.ts";
import { measuredOr } from "./assumptions.ts";
import { sqliteResponses, type SqliteResponses } from "../adapters/store/sqlite-responses.ts";
import { knobWarnings } from "../study/idle-knobs.ts";
import { nativePreflight } from "../runner/native-preflight.ts";
import { Responses } from "../runner/native-responses.ts";
import { isNativePoint } from "../runner/prepared.ts";
import { placed } from "./places.ts";
import { printResults } from "../cli/results.ts";
import { Interrupted, stopOnSignal } from "../cli/stop-signals.ts";
import { scorers } from "./scorers.ts";

export type RunFlags = Readonly<{
  db: string;
  limit?: number;
  concurrency?: number;
  set: string[];
  fresh?: boolean;
  json?: boolean;
}>;

/** Runs or resumes an experiment; returns the exit code. */
export async function runCommand(path: string, flags: RunFlags): Promise<number> {
  const file = await loadFile(path, flags);
  checkCeilings(file.loaded.experiment);
  const db = openDatabase(flags.db);
  scorers.keepIn(sqliteScorings(db));
  const tries = new TryLog(sqliteResults(db));
  const prepared = await prepare(path, file, tries.add);
  try {
    const found = await examine(prepared);
    const responses = sqliteResponses(db);
    const warnings = [...file.notes, ...found, ...(await examineNatives(prepared, responses))];
    return await runPrepared(prepared, { db, responses, warnings }, flags, tries);
  } finally {
    await prepared.close();
    db.close();
  }
}

/** Stores the requests to servers; those before the experiment is known (its examination) are kept until it is. */
class TryLog {
  readonly #results: ResultStore;
  readonly #early: (readonly [string, TryRecord])[] = [];
  #experiment: number | null = null;

  constructor(results: ResultStore) {
    this.#results = results;
  }

  readonly add = (model: string, tried: TryRecord): void => {
    if (this.#experiment === null) this.#early.push([model, tried]);
    else this.#results.addTry(this.#experiment, model, tried);
  };

  belongTo(experiment: number): void {
    this.#experiment = experiment;
    for (const [model, tried] of this.#early.splice(0)) this.add(model, tried);
  }
}

/** Servers may take a knob and ignore it: a few tokens show that before a sweep is paid for. Our own engines are held to it by tests. */
async function examine(prepared: Prepared): Promise<readonly string[]> {
  const served = prepared.file.loaded.experiment.models
    .filter(({ engine }) => engine === "openai")
    .map(({ name }) => name);
  const warnings: string[] = [];
  for (const model of prepared.models)
    if (served.includes(model.name))
      for (const { verdict, probe, finding, meaning } of await preflight(
        model.engine,
        model.name,
        await subjectOf(prepared, model),
      ))
        if (verdict === "warn") warnings.push(`model ${JSON.stringify(model.name)}: ${probe}: ${finding}: ${meaning}`);
  return warnings;
}

/** The first questions to closed models: what they give is stored, and shows whether their knobs do anything. */
async function examineNatives({ file, natives, points }: Prepared, store: SqliteResponses): Promise<readonly string[]> {
  const warnings: string[] = [];
  const responses = new Responses({ store, conditions: file.conditions });
  const asked = points.filter(isNativePoint);
  for (const { name } of natives)
    for (const { pair, differs } of await nativePreflight(
      asked.filter(({ model }) => model.name === name),
      responses,
      new AbortController().signal,
    ))
      if (!differs)
        warnings.push(
          `model ${JSON.stringify(name)}: ${pair.low.record.label} and ${pair.high.record.label}, the ends of its sweep, gave the same thought and answer on the first problems`,
        );
  return warnings;
}

/** `warnings`: what was seen before the first attempt, for the record. */
type Stores = Readonly<{ db: Database; responses: SqliteResponses; warnings: readonly string[] }>;

type Status = "finished" | "interrupted" | "failed";

async function runPrepared(
  prepared: Prepared,
  { db, responses, warnings }: Stores,
  flags: RunFlags,
  tries: TryLog,
): Promise<number> {
  const results = sqliteResults(db);
  const { record, file, points } = prepared;
  if (flags.fresh) results.forget(record.name);
  const declared = await placed(file.loaded.place(["name"]), () => results.declare(record));
  tries.belongTo(declared.experiment);
  responses.belongTo(declared.experiment);
  for (const { hash, problems } of file.datasets) results.addProblems(hash, problems);
  const assume = measuredOr(sqliteReader(db), file);
  const groups = unfinished(
    groupJobs(points, file.conditions, assume),
    declared.points,
    results.finished(declared.experiment),
  );
  const run = results.beginRun(
    declared.experiment,
    reproducibilityRecord(prepared, { command: process.argv.slice(2), warnings }),
  );
  const display = createDisplay(process.stderr);
  const meter = new ProgressMeter(groups, file.conditions, Date.now());
  const stop = stopOnSignal(() =>
    display.note("stopping: what is under way is being stored (Ctrl-C again leaves at once)"),
  );
  const ceiling = ceilings(file.loaded.experiment.limits, () => sqliteReader(db).usage(record.name), stop.abort);
  const onEvent = (event: RunEvent): void => {
    meter.see(event);
    ceiling.see(event);
  };
  const ticker = setInterval(() => display.show(meter.at(Date.now())), 200);
  let status: Status = "failed";
  let fault: unknown = null;
  try {
    await runGroups({
      ...declared,
      groups,
      conditions: file.conditions,
      results,
      chains: sqliteChains(db, declared.experiment),
      responses,
      concurrency: flags.concurrency ?? file.loaded.experiment.concurrency,
      signal: stop.signal,
      onEvent,
    });
    status = "finished";
  } catch (error) {
    status = error instanceof Interrupted || error instanceof CeilingReached ? "interrupted" : "failed";
    fault = error;
  } finally {
    clearInterval(ticker);
    ceiling.release();
    stop.release();
    display.show(meter.at(Date.now()));
    display.end();
  }
  try {
    results.endRun(run, status);
  } catch (error) {
    fault ??= error; // the first cause is told
  }
  if (fault !== null && !isExpected(fault)) throw fault;
  printResults(sqliteReader(db), {
    experiment: record.name,
    db: flags.db,
    json: flags.json === true,
    status,
    note: fault === null ? null : (fault as Error).message,
  });
  for (const line of knobWarnings(sqliteReader(db), record.name)) process.stderr.write(`warning: ${inert(line)}\n`);
  return exitCode(fault, meter.at(Date.now()).errors);
}

const isExpected = (fault: unknown): boolean =>
  fault instanceof Interrupted || fault instanceof CeilingReached || fault instanceof EverythingFails;

function exitCode(fault: unknown, errors: number): number {
  if (fault instanceof Interrupted) return 130;
  return fault !== null || errors > 0 ? 1 : 0;
}

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
