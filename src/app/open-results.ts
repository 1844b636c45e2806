import { UserError } from "../core/user-error.ts";
import type { ResultReader } from "../ports/result-reader.ts";
import type { Runner } from "../ports/runner-store.ts";
import type { TerminalOptions } from "../plots/terminal-curve.ts";
import type { CostName } from "../report/cost-names.ts";
import type { ExportRequest } from "../report/export-rows.ts";
import type { WrittenReport } from "../report/write-report.ts";
import type { Regraded } from "../runner/regrade.ts";
import type { Study } from "../study/study.ts";
import type { ParquetRequest } from "./export-parquet.ts";
import type { GraderEntry } from "./regrade.ts";
import type { Status } from "./status.ts";
import type { StudyOptions } from "./study.ts";

export const defaultDatabase = "results/overthink.db";

/** What a report shows, and where it is written. */
export type ReportOptions = Readonly<{
  /** Folder to write to; reports/ and a name of the inputs if left out. */
  out?: string | undefined;
  /** Published points to lay under the curve: `s1`, or the path of a JSON file of that form. */
  reference?: string | undefined;
  /** Cost of an attempt that the curve is drawn against; thinking tokens if left out. */
  x?: CostName | undefined;
  /** Show questions and thoughts of confidential data sets too. */
  showQuestions?: boolean | undefined;
  /** Replace the report of other inputs, if the folder holds one. */
  overwrite?: boolean | undefined;
}>;

/**
 * The results in a database. Each call opens the database, and closes it when it is done. All of them throw a
 * UserError where there is no such database or experiment.
 */
export type Results = Readonly<{
  /** How far experiments are; all of them if none is named. */
  status: (experiments?: readonly string[]) => Promise<readonly Status[]>;
  /** Writes the report of one experiment, or a comparison of several; returns the paths. */
  report: (experiments: readonly string[], options?: ReportOptions) => Promise<WrittenReport>;
  /** What the s1 paper and its critics ask of one experiment, or of several taken together. */
  study: (experiments: readonly string[], options?: StudyOptions) => Promise<Study>;
  /** Rows as text, in parts of some lines: memory stays flat however many there are. */
  export: (request: ExportRequest) => AsyncGenerator<string, void, undefined>;
  /** The same as UTF-8, which takes less time: a part is whole lines, and its memory is that of the next part. */
  exportBytes: (request: ExportRequest) => AsyncGenerator<Uint8Array, void, undefined>;
  /** Rows as a Parquet file, for data frames (see docs/python.md). */
  exportParquet: (request: ParquetRequest) => Promise<void>;
  /** Grades stored attempts again with one of our graders; both verdicts are kept. */
  regrade: (experiment: string, grader: GraderEntry) => Promise<readonly Regraded[]>;
  /** The curve of an experiment, drawn in characters. */
  curve: (experiment: string, options?: TerminalOptions) => Promise<string>;
}>;

/** What is stored in a database, or in several that are read as one (see docs/cluster.md). */
export function openResults(given: string | readonly string[] = defaultDatabase): Results {
  const [first = defaultDatabase, ...more] = [given].flat();
  const db = more.length === 0 ? first : [first, ...more];
  return {
    status: async (experiments) => (typeof db === "string" ? statusIn(db, experiments) : statusAcross(db, experiments)),
    report: (experiments, { out, reference, x, showQuestions = false, overwrite = false } = {}) =>
      reading(db, async (reader) =>
        (await import("../report/write-report.ts")).writeReport({
          reader,
          experiments,
          showQuestions,
          overwrite,
          ...(out === undefined ? {} : { outDir: out }),
          ...(reference === undefined ? {} : { reference }),
          ...(x === undefined ? {} : { x }),
        }),
      ),
    study: (experiments, options = {}) =>
      reading(db, async (reader) =>
        (await import("./study.ts")).readStudy(reader, experiments, { ...options, db: first }),
      ),
    export: async function* (request) {
      for await (const part of exportedFrom(db, request))
        yield Buffer.from(part.buffer, part.byteOffset, part.length).toString();
    },
    exportBytes: (request) => exportedFrom(db, request),
    exportParquet: (request) =>
      reading(db, async (reader) => (await import("./export-parquet.ts")).exportParquet(reader, request)),
    regrade: async (experiment, grader) => {
      const { graderFor, regradeStored } = await import("./regrade.ts");
      const { registryOf } = await import("./registry.ts");
      return regradeStored(alone(db), experiment, await graderFor(grader, registryOf())).catch(
        async (error: unknown) => {
          throw await told(error, db);
        },
      );
    },
    curve: (experiment, options) =>
      reading(db, async (reader) => {
        const { chosen } = await import("../report/chosen.ts");
        const { curveText } = await import("./curve.ts");
        chosen(reader, [experiment]);
        return curveText(reader.points(experiment), options);
      }),
  };
}

type Databases = string | readonly string[];

function alone(db: Databases): string {
  if (typeof db === "string") return db;
  throw new UserError("several databases cannot be written to as one", { hint: "merge them first" });
}

async function statusIn(db: string, experiments: readonly string[] | undefined): Promise<readonly Status[]> {
  return reading(db, async (reader) => {
    const { chosen } = await import("../report/chosen.ts");
    const { statusOf } = await import("./status.ts");
    const rows = experiments === undefined ? reader.experiments() : chosen(reader, experiments);
    const runners = await atWorkIn(db);
    return rows.map(({ name }) => statusOf(reader, name, runners.get(name) ?? null));
  });
}

/** Of experiments that any of several databases has. */
async function statusAcross(
  paths: readonly string[],
  experiments: readonly string[] | undefined,
): Promise<readonly Status[]> {
  const { openForReading } = await import("../adapters/store/sqlite.ts");
  const { attemptsOver } = await import("../adapters/store/attempts-over.ts");
  const { refuseTwice, storesIn } = await import("../adapters/store/merge/sources.ts");
  const { statusOver } = await import("./status.ts");
  const parts = await Promise.all(paths.map((path) => statusIn(path, experiments)));
  const names = [...new Set(parts.flat().map(({ experiment }) => experiment))];
  const databases = paths.map((path) => openForReading(path));
  try {
    refuseTwice(databases.map((database, at) => ({ path: paths[at] ?? "", stores: storesIn(database) })));
    return names.map((name) => {
      const mine = parts.flat().filter(({ experiment }) => experiment === name);
      return statusOver(mine, attemptsOver(databases, name));
    });
  } catch (error) {
    throw await told(error, paths);
  } finally {
    for (const database of databases) database.close();
  }
}

async function openReader(db: Databases): Promise<ResultReader> {
  const { openForReading } = await import("../adapters/store/sqlite.ts");
  const { sqliteReader } = await import("../adapters/store/sqlite-reader.ts");
  if (typeof db === "string") return sqliteReader(openForReading(db));
  const { mergedForReading } = await import("./merge.ts");
  const { path, remove } = await mergedForReading(db);
  const reader = sqliteReader(openForReading(path));
  const close = (): void => {
    reader.close();
    remove();
  };
  return { ...reader, close };
}

async function atWorkIn(path: string): Promise<ReadonlyMap<string, Runner>> {
  const { openForReading } = await import("../adapters/store/sqlite.ts");
  const { atWork } = await import("./at-work.ts");
  const db = openForReading(path);
  return atWork(db).finally(() => db.close());
}

async function reading<T>(db: Databases, read: (reader: ResultReader) => Promise<T>): Promise<T> {
  const reader = await openReader(db);
  try {
    return await read(reader);
  } catch (error) {
    throw await told(error, db);
  } finally {
    reader.close();
  }
}

async function* exportedFrom(db: Databases, request: ExportRequest): ReturnType<Results["exportBytes"]> {
  const { exportRows } = await import("../report/export-rows.ts");
  const reader = await openReader(db);
  try {
    yield* exportRows(reader, request);
  } catch (error) {
    throw await told(error, db);
  } finally {
    reader.close();
  }
}

/** A fault of SQLite about the world, in one line. */
const told = async (error: unknown, db: Databases): Promise<unknown> =>
  (await import("../adapters/store/told-faults.ts")).toldFault(error, db);
