import { UserError } from "../../../core/user-error.ts";
import type { Database } from "../sqlite.ts";
import { copyRows } from "./copy.ts";
import { vocabularyHere } from "./texts.ts";

type Pair = Readonly<{ name: string; was: string; is: string }>;

const mapTable = (db: Database, name: string, sql: string): void =>
  void db.exec(`DROP TABLE IF EXISTS temp.m_${name};
    CREATE TEMP TABLE m_${name} (src INTEGER PRIMARY KEY, dst INTEGER NOT NULL) STRICT;
    INSERT INTO temp.m_${name} ${sql}`);

const withStore = ["attempts", "nodes", "responses", "runs"];

/** A database that was only merged, and never run in, is no source of its own. */
const HAS_ROWS = `t.id > 0 OR NOT EXISTS (SELECT 1 FROM src.stores WHERE id > 0)
  OR ${withStore.map((table) => `EXISTS (SELECT 1 FROM src.${table} WHERE store = 0)`).join(" OR ")}`;

/**
 * Adds what is known by a name of its own: experiments, points, problems, chains, models and texts that were
 * scored.
 */
export function addNaturals(db: Database, path: string): void {
  refuseOthers(db, path);
  copyRows(db, { table: "stores", withoutId: true, where: HAS_ROWS, conflict: "ON CONFLICT DO NOTHING" });
  copyRows(db, {
    table: "experiments",
    withoutId: true,
    columns: { hash: hashHere("t") },
    conflict: `ON CONFLICT (name) DO UPDATE SET resolved = iif(excluded.text < text, excluded.resolved, resolved),
      text = min(text, excluded.text), created_at = min(created_at, excluded.created_at)`,
  });
  mapNames(db);
  copyRows(db, {
    table: "points",
    withoutId: true,
    columns: { experiment: "(SELECT dst FROM temp.m_experiment WHERE src = t.experiment)" },
    conflict: "ON CONFLICT (experiment, key) DO UPDATE SET position = min(position, excluded.position)",
  });
  for (const table of ["problems", "chains", "models"])
    copyRows(db, { table, withoutId: true, conflict: "ON CONFLICT DO NOTHING" });
  copyRows(db, { table: "scorings", conflict: "ON CONFLICT DO NOTHING" });
  copyRows(db, { table: "vocabularies", withoutId: true, conflict: "ON CONFLICT DO NOTHING" });
  copyRows(db, {
    table: "pieces",
    columns: { vocabulary: vocabularyHere("t.vocabulary") },
    conflict: "ON CONFLICT DO NOTHING",
  });
}

const mapNames = (db: Database): void => {
  mapTable(db, "store", "SELECT s.id, m.id FROM src.stores s JOIN main.stores m ON m.store = s.store");
  mapTable(db, "experiment", "SELECT s.id, m.id FROM src.experiments s JOIN main.experiments m ON m.name = s.name");
};

/** Where the rows of the attached source have gone that are known by names. */
export function mapNaturals(db: Database): void {
  mapNames(db);
  mapTable(
    db,
    "point",
    `SELECT s.id, m.id FROM src.points s JOIN temp.m_experiment e ON e.src = s.experiment
     JOIN main.points m ON m.experiment = e.dst AND m.key = s.key`,
  );
  mapTable(
    db,
    "problem",
    `SELECT s.id, m.id FROM src.problems s
     JOIN main.problems m ON m.dataset_hash = s.dataset_hash AND m.problem = s.problem`,
  );
  mapTable(db, "chain", "SELECT s.id, m.id FROM src.chains s JOIN main.chains m ON m.key = s.key");
}

/** Parts of one experiment have the hash of the whole. */
const hashHere = (row: string): string =>
  `coalesce((SELECT j.hash FROM temp.joined j WHERE j.name = ${row}.name), ${row}.hash)`;

/** The same name must mean the same experiment, and the same key the same setting. */
function refuseOthers(db: Database, path: string): void {
  const experiment = db
    .prepare<[], Pair>(
      `SELECT m.name, m.resolved AS was, s.resolved AS "is" FROM src.experiments s JOIN main.experiments m
       ON m.name = s.name WHERE m.hash <> ${hashHere("s")} OR m.hash_version <> s.hash_version`,
    )
    .get();
  if (experiment)
    throw new UserError(
      `experiment "${experiment.name}" of "${path}" is another one than in the other databases` +
        `${differing(experiment)}`,
      { hint: "rename one of them; an older database may have to be run once more with this version first" },
    );
  const point = db
    .prepare<[], Pair>(
      `SELECT m.label AS name, m.params AS was, s.params AS "is" FROM src.points s
       JOIN src.experiments se ON se.id = s.experiment JOIN main.experiments me ON me.name = se.name
       JOIN main.points m ON m.experiment = me.id AND m.key = s.key WHERE m.params <> s.params`,
    )
    .get();
  if (point)
    throw new UserError(`point "${point.name}" of "${path}" has other options than in the other databases`, {
      hint: `${point.was} there, ${point.is} here`,
    });
}

/** The parts of two experiments that are not the same. */
function differing({ was, is }: Pair): string {
  const [a, b] = [was, is].map((text) => JSON.parse(text) as Record<string, unknown>);
  const keys = [...new Set([...Object.keys(a ?? {}), ...Object.keys(b ?? {})])];
  const names = keys.filter((key) => JSON.stringify(a?.[key]) !== JSON.stringify(b?.[key]));
  return names.length === 0 ? ": its models or data sets differ" : `: ${names.join(", ")} differ`;
}
