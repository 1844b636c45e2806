import type { Database } from "../sqlite.ts";

type Told = Readonly<Record<string, unknown>>;

/**
 * Hash of an experiment as it is stored, of its data sets and of what its models say (null: a model never ran); null
 * where it is no experiment.
 */
export type ContentHash = (
  resolved: unknown,
  datasets: readonly string[],
  models: readonly (Told | null)[],
) => string | null;

/** An experiment of one source; `record`: of its last run, as JSON. */
export type PartRow = Readonly<{
  name: string;
  hash: string;
  hash_version: number;
  resolved: string;
  record: string | null;
}>;

/** The experiments of the attached source. */
export const readParts = (db: Database): readonly PartRow[] =>
  db
    .prepare<[], PartRow>(
      `SELECT name, hash, hash_version, resolved,
         (SELECT record FROM src.runs r WHERE r.experiment = e.id ORDER BY r.id DESC LIMIT 1) AS record
       FROM src.experiments e`,
    )
    .all();

/**
 * A model that never ran is missing in the hash of an experiment, so the parts of one that ran its models apart have
 * different hashes. Where nothing else differs, all of them get the hash of the whole.
 */
export function joinParts(db: Database, rows: readonly PartRow[], contentHash: ContentHash): void {
  db.exec("CREATE TEMP TABLE joined (name TEXT PRIMARY KEY, hash TEXT NOT NULL) STRICT, WITHOUT ROWID");
  const insert = db.prepare("INSERT INTO temp.joined VALUES (?, ?)");
  for (const name of new Set(rows.map((row) => row.name))) {
    const mine = rows.filter((row) => row.name === name);
    const hash = new Set(mine.map((row) => row.hash)).size > 1 ? hashOfWhole(mine, contentHash) : null;
    if (hash !== null) insert.run(name, hash);
  }
}

type Part = Readonly<{ resolved: unknown; models: readonly (Told | null)[]; datasets: readonly string[] }>;

/** Null where they are not parts of one experiment. */
function hashOfWhole(rows: readonly PartRow[], contentHash: ContentHash): string | null {
  const parts = rows.map((row) => partOf(row, contentHash));
  const [first] = parts;
  if (!first) return null;
  const bare = (part: Part): string | null =>
    contentHash(
      part.resolved,
      part.datasets,
      part.models.map(() => null),
    );
  const models: (Told | null)[] = first.models.map(() => null);
  for (const part of parts) {
    if (part === null || bare(part) !== bare(first)) return null;
    for (const [at, told] of part.models.entries()) {
      if (told !== null && models[at] && JSON.stringify(models[at]) !== JSON.stringify(told)) return null;
      models[at] ??= told;
    }
  }
  return contentHash(first.resolved, first.datasets, models);
}

type Recorded = Readonly<{
  models?: readonly Readonly<{ name: string; identity: Told }>[];
  datasets?: readonly Readonly<{ hash: string }>[];
}>;

/** What went into the hash of a stored experiment; null where its record does not say, or it is of an older kind. */
function partOf({ hash, hash_version, resolved, record }: PartRow, contentHash: ContentHash): Part | null {
  if (hash_version !== 2 || record === null) return null;
  const experiment = JSON.parse(resolved) as { models?: readonly Readonly<{ name: string }>[] };
  const { models = [], datasets = [] } = JSON.parse(record) as Recorded;
  const part = {
    resolved: experiment,
    datasets: datasets.map((dataset) => dataset.hash),
    models: (experiment.models ?? []).map(({ name }) => toldBy(models.find((model) => model.name === name))),
  };
  return contentHash(part.resolved, part.datasets, part.models) === hash ? part : null;
}

/** How a model answered is measured, and no part of the hash. */
function toldBy(model: Readonly<{ identity: Told }> | undefined): Told | null {
  if (!model) return null;
  const { greedy: _measured, ...told } = model.identity;
  return told;
}

/** The newest run of an experiment names all models that ran before it: here those of the other databases too. */
export function completeRecords(db: Database): void {
  const runs = db.prepare<[string], { id: number; record: string }>(
    "SELECT r.id, r.record FROM runs r JOIN experiments e ON e.id = r.experiment WHERE e.name = ? ORDER BY r.id DESC",
  );
  const update = db.prepare("UPDATE runs SET record = ? WHERE id = ?");
  for (const name of db.prepare<[], string>("SELECT name FROM temp.joined").pluck().all()) {
    const [newest, ...before] = runs.all(name).map(({ id, record }) => ({ id, ...(JSON.parse(record) as Recorded) }));
    if (!newest) continue;
    const { id, ...record } = newest;
    const models = [...(record.models ?? [])];
    for (const { models: others = [] } of before)
      for (const other of others) if (!models.some((model) => model.name === other.name)) models.push(other);
    update.run(JSON.stringify({ ...record, models }), id);
  }
}
