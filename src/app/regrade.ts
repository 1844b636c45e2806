import { sqliteReader } from "../adapters/store/sqlite-reader.ts";
import { sqliteScores } from "../adapters/store/sqlite-scores.ts";
import { openDatabase, openForReading } from "../adapters/store/sqlite.ts";
import { UserError } from "../core/user-error.ts";
import type { Fault } from "../experiment/faults.ts";
import { graderSchema } from "../experiment/schema.ts";
import type { Grader } from "../ports/grader.ts";
import type { AttemptRow } from "../ports/result-reader.ts";
import { chosen } from "../report/chosen.ts";
import { regrade, type Regraded } from "../runner/regrade.ts";
import { createGrader } from "./graders.ts";
import { type CheckedFile, loadDatasets } from "./load-file.ts";
import { named } from "./named.ts";
import type { Registry } from "./registry.ts";
import { pluginsOf } from "./source.ts";

/** A grader as an experiment file writes it: its name, or `{ name: options }`. */
export type GraderEntry = string | Readonly<Record<string, unknown>>;

type GraderOf = (row: AttemptRow) => Grader;

/** Grades the attempts of an experiment again from their stored texts. */
export async function regradeStored(db: string, experiment: string, graderOf: GraderOf): Promise<readonly Regraded[]> {
  const reader = sqliteReader(openForReading(db));
  try {
    chosen(reader, [experiment]);
  } finally {
    reader.close();
  }
  const database = openDatabase(db);
  const asked = new Set<Grader>();
  const asking: GraderOf = (row) => {
    const grader = graderOf(row);
    asked.add(grader);
    return grader;
  };
  try {
    return await regrade(sqliteReader(database), sqliteScores(database), { experiment, graderOf: asking });
  } finally {
    database.close();
    for (const grader of asked) await grader.close?.();
  }
}

/** One grader for all data sets. */
export async function graderFor(entry: GraderEntry, known: Registry, file = "experiment.yaml"): Promise<GraderOf> {
  const written = typeof entry === "string" ? entry : JSON.stringify(entry);
  const fault = ({ message }: Pick<Fault, "message">) => new UserError(`grader ${written}: ${message}`);
  const { graders } = await pluginsOf({ input: { datasets: [{ grader: entry }] }, file, fault }, known);
  const registry = { ...known, graders: { ...known.graders, ...graders } };
  const result = graderSchema(registry.graders).safeParse(entry);
  if (!result.success) throw fault({ message: result.error.issues[0]?.message ?? "unknown grader" });
  const grader = createGrader(result.data, { file, registry });
  return () => grader;
}

/** The grader that the experiment names for each data set. */
export async function ownGraders(file: CheckedFile): Promise<GraderOf> {
  const { datasets } = await loadDatasets(file);
  return ({ dataset }) => named(datasets, dataset).grader;
}
