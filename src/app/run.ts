import { append } from "../core/extremes.ts";
import { sqliteModels } from "../adapters/store/sqlite-models.ts";
import { sqliteReader } from "../adapters/store/sqlite-reader.ts";
import { sqliteResponses } from "../adapters/store/sqlite-responses.ts";
import { sqliteResults } from "../adapters/store/sqlite-results.ts";
import { sqliteRewards } from "../adapters/store/sqlite-rewards.ts";
import { type Database, openDatabase } from "../adapters/store/sqlite.ts";
import { isChainPoint } from "../runner/prepared.ts";
import { unlessAborted } from "../runner/unless-aborted.ts";
import { checkCeilings } from "./ceilings.ts";
import { earlierModels, identitiesIn } from "./earlier.ts";
import { examine } from "./examine.ts";
import { type Held, type Holding, holdPlace } from "./hold-place.ts";
import { keyNotes } from "./key-notes.ts";
import { movingModels } from "./hub-models.ts";
import { type CheckedFile, loadDatasets, type LoadedFile } from "./load-file.ts";
import { type Prepared, prepare } from "./prepare.ts";
import { checkSameModels, recognise } from "./recognise.ts";
import { TryLog } from "./try-log.ts";
import { type Ended, runPrepared } from "./run-prepared.ts";
import type { RunOptions, RunResult } from "./run-types.ts";

/** Runs or resumes an experiment. Rejects with the signal's reason where it is aborted before the first attempt. */
export async function runExperiment(checked: CheckedFile, path: string, options: RunOptions): Promise<RunResult> {
  const { signal = new AbortController().signal } = options;
  const file = await unlessAborted(loadDatasets(checked), signal);
  checkCeilings(file.loaded.experiment);
  keyNotes(file.loaded.experiment).forEach(file.onNote);
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

async function whilePrepared(
  file: LoadedFile,
  { db, signal, alone, claims }: Held & Readonly<{ db: Database }>,
  options: RunOptions,
): Promise<Ended> {
  file.scorers.keepIn(sqliteRewards(db));
  const tries = new TryLog(sqliteResults(db));
  const models = sqliteModels(db);
  const told: string[] = [];
  const { name } = file.loaded.experiment;
  const earlier = options.fresh ? [] : earlierModels(sqliteReader(db), name);
  const preparing = prepare(file, {
    onTry: tries.add,
    recognise: async (model) => {
      const { model: recognised, notes } = await recognise(model, models);
      append(told, notes);
      return recognised;
    },
    skipAbsent: true,
    earlier: identitiesIn(earlier),
  });
  const prepared = await unlessAborted(preparing, signal, (late) => late.close());
  try {
    if (!options.fresh) checkSameModels(prepared, sqliteReader(db).runs(prepared.record.name), models);
    append(told, [...formatNotes(prepared), ...movingModels(file.loaded.experiment.models)]);
    told.push(
      ...prepared.natives.flatMap(({ name, native }) =>
        (native.info.notes ?? []).map((note) => `model ${JSON.stringify(name)}: ${note}`),
      ),
      ...prepared.absent.map(
        (absent) =>
          `model ${JSON.stringify(absent.name)} is skipped: ${absent.why}; the same command runs it once it is served`,
      ),
    );
    told.forEach(file.onNote);
    const responses = sqliteResponses(db);
    const found = await unlessAborted(
      options.offline ? Promise.resolve([]) : examine(prepared, { responses, claims, signal }),
      signal,
    );
    found.forEach(file.onNote);
    if (options.fresh) await alone(() => sqliteResults(db).forget(prepared.record.name));
    const warnings = [...file.notes, ...told, ...found];
    return await runPrepared(prepared, { db, responses, claims, tries, warnings, earlier }, { ...options, signal });
  } finally {
    await prepared.close();
  }
}

/** What the user should know of how the models are asked. */
const formatNotes = ({ points }: Prepared): readonly string[] => [
  ...new Set(
    points.filter(isChainPoint).flatMap(({ model: { name, format } }) => {
      const note = format?.["note"];
      return typeof note === "string" ? [`model ${JSON.stringify(name)}: ${note}`] : [];
    }),
  ),
];
