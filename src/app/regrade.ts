import { sqliteReader } from "../adapters/store/sqlite-reader.ts";
import { sqliteScores } from "../adapters/store/sqlite-scores.ts";
import { openDatabase, openForReading } from "../adapters/store/sqlite.ts";
import { UserError } from "../core/user-error.ts";
import { graderSchema } from "../experiment/schema.ts";
import type { Grader } from "../ports/grader.ts";
import { chosen } from "../report/chosen.ts";
import { regrade, type Regraded } from "../runner/regrade.ts";
import { createGrader } from "./graders.ts";
import { type Extensions, registryOf } from "./registry.ts";

/** A grader as an experiment file writes it: its name, or `{ name: options }`. */
export type GraderEntry = string | Readonly<Record<string, unknown>>;

export type RegradeOptions = Readonly<{ grader: GraderEntry }> & Pick<Extensions, "graders" | "engines">;

/** Grades the attempts of an experiment again from their stored texts. */
export async function regradeStored(
  db: string,
  experiment: string,
  { grader, ...added }: RegradeOptions,
): Promise<readonly Regraded[]> {
  const reader = sqliteReader(openForReading(db));
  try {
    chosen(reader, [experiment]);
  } finally {
    reader.close();
  }
  const database = openDatabase(db);
  try {
    const entry = graderOf(grader, added);
    return await regrade(sqliteReader(database), sqliteScores(database), { experiment, grader: entry });
  } finally {
    database.close();
  }
}

function graderOf(entry: GraderEntry, added: Extensions): Grader {
  const registry = registryOf(added);
  const result = graderSchema(registry.graders).safeParse(entry);
  if (!result.success)
    throw new UserError(
      `grader ${typeof entry === "string" ? entry : JSON.stringify(entry)}: ${result.error.issues[0]?.message ?? "unknown grader"}`,
    );
  return createGrader(result.data, { file: "experiment.yaml", registry });
}
