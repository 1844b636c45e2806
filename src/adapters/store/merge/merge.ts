import { append } from "../../../core/extremes.ts";
import { fillPointSums } from "../point-sums.ts";
import type { Database } from "../sqlite.ts";
import { addNaturals, mapNaturals } from "./naturals.ts";
import {
  addGroups,
  addStanding,
  addTrees,
  addWins,
  createContestTables,
  keepContestedTrees,
  countDropped,
  markDropped,
  markFates,
  settleGroups,
  settleTrees,
} from "./contests.ts";
import { copyRows, type Maps, mappedColumns } from "./copy.ts";
import { completeRecords, type ContentHash, joinParts, type PartRow, readParts } from "./parts.ts";
import { copyLeftResponses, copyOtherResponses, copyWonResponses } from "./responses.ts";
import { settleMixed } from "./settle-mixed.ts";
import type { MergeSource } from "./sources.ts";
import { copyTexts, isDropped, markOtherPieces, vocabularyHere } from "./texts.ts";

/** How far the ids of a source's rows are moved: one offset a table, and a second one for nodes that come last. */
type Offsets = Readonly<Record<string, number>>;

/** Tables known by names, or that say who is at work now. */
const special = new Set([
  "stores",
  "experiments",
  "points",
  "problems",
  "chains",
  "models",
  "scorings",
  "vocabularies",
  "pieces",
  "prompts",
  "spans",
  "texts",
  "nodes",
  "responses",
  "runners",
  "claims",
  "contests",
  "point_sums",
]);

/**
 * Fills an empty database from others; one transaction a source and step, memory bounded by SQLite's cache. Nothing is
 * counted twice, and what was paid twice is kept in `v_sources`.
 */
export function mergeInto(db: Database, sources: readonly MergeSource[], contentHash: ContentHash): void {
  db.pragma("foreign_keys = OFF");
  db.pragma("temp_store = FILE");
  createContestTables(db);
  const each = (act: (source: MergeSource, at: number) => void): void => {
    for (const [at, source] of sources.entries()) attached(db, source, () => act(source, at));
  };
  const parts: PartRow[] = [];
  each(() => append(parts, readParts(db)));
  joinParts(db, parts, contentHash);
  each(({ path }) => addNaturals(db, path));
  const mapped = (act: (at: number) => void): void =>
    each((_, at) => {
      mapNaturals(db);
      markOtherPieces(db);
      act(at);
    });
  mapped(() => addGroups(db));
  const isContested = settleGroups(db) > 0;
  if (isContested) mapped(() => addStanding(db));
  mapped(() => addTrees(db));
  keepContestedTrees(db);
  mapped(() => addWins(db));
  settleTrees(db);
  const tables = tablesOf(db);
  const offsets = offsetsOf(db, sources, [...tables, "nodes", "texts", "responses"]);
  const indexes = withoutIndexes(db);
  mapped((at) => {
    markDropped(db);
    countDropped(db);
    markFates(db);
    copyAll(db, offsets[at] as Offsets, tables);
  });
  mapped((at) => {
    markDropped(db);
    copyOtherResponses(db, mapsOf(offsets[at] as Offsets));
  });
  mapped((at) => {
    markDropped(db);
    copyLeftResponses(db, mapsOf(offsets[at] as Offsets));
  });
  for (const sql of indexes) db.exec(sql);
  fillPointSums(db);
  db.transaction(() => settleMixed(db))();
  completeRecords(db);
  db.pragma("foreign_keys = ON");
}

function attached(db: Database, { file }: MergeSource, act: () => void): void {
  db.prepare("ATTACH ? AS src").run(file);
  try {
    db.transaction(act)();
  } finally {
    db.exec("DETACH src");
  }
}

const tablesOf = (db: Database): readonly string[] =>
  db
    .prepare<[], string>("SELECT name FROM main.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    .pluck()
    .all()
    .filter((name) => !special.has(name));

/** Rows are far faster written without them, and without triggers that keep sums. */
function withoutIndexes(db: Database): readonly string[] {
  const things = db
    .prepare<[], { type: string; name: string; sql: string }>(
      "SELECT type, name, sql FROM main.sqlite_master WHERE type IN ('index', 'trigger') AND sql IS NOT NULL",
    )
    .all();
  for (const { type, name } of things) db.exec(`DROP ${type} main."${name}"`);
  return things.map(({ sql }) => sql);
}

/** Behind the rows of all sources before; `last`: nodes that must come behind all others of their chain. */
function offsetsOf(db: Database, sources: readonly MergeSource[], tables: readonly string[]): readonly Offsets[] {
  const withIds = tables.filter((table) =>
    db.prepare("SELECT 1 FROM pragma_table_info(?, 'main') WHERE name = 'id' AND pk = 1").get(table),
  );
  const totals: Record<string, number> = Object.fromEntries(withIds.map((table) => [table, 0]));
  const offsets = sources.map((source) => {
    const mine = { ...totals };
    attached(db, source, () => {
      for (const table of withIds)
        totals[table] =
          (totals[table] ?? 0) + (db.prepare(`SELECT coalesce(max(id), 0) FROM src.${table}`).pluck().get() as number);
    });
    return mine;
  });
  return offsets.map((mine) => ({ ...mine, last: (totals["nodes"] ?? 0) + (mine["nodes"] ?? 0) }));
}

const lookUp =
  (map: string) =>
  (value: string): string =>
    `(SELECT dst FROM temp.m_${map} WHERE src = ${value})`;

const sameHash =
  (table: string) =>
  (value: string): string =>
    `(SELECT m.id FROM src.${table} s JOIN main.${table} m ON m.hash = s.hash WHERE s.id = ${value})`;

function mapsOf(offsets: Offsets): Maps {
  const moved =
    (table: string) =>
    (value: string): string =>
      `${value} + ${offsets[table] ?? 0}`;
  return {
    ...Object.fromEntries(Object.keys(offsets).map((table) => [table, moved(table)])),
    experiments: lookUp("experiment"),
    points: lookUp("point"),
    problems: lookUp("problem"),
    chains: lookUp("chain"),
    stores: lookUp("store"),
    nodes: (value) =>
      `${value} + iif((SELECT kept FROM temp.fates WHERE node = ${value}) = 2, ` +
      `${offsets["last"]}, ${offsets["nodes"]})`,
    spans: sameHash("spans"),
    prompts: sameHash("prompts"),
    vocabularies: vocabularyHere,
  };
}

const isKept = "t.attempt NOT IN (SELECT attempt FROM temp.dropped)";

function copyAll(db: Database, offsets: Offsets, tables: readonly string[]): void {
  const maps = mapsOf(offsets);
  for (const table of ["spans", "prompts"])
    copyRows(db, { table, withoutId: true, conflict: "ON CONFLICT DO NOTHING" });
  copyRows(db, {
    table: "nodes",
    columns: mappedColumns(db, "nodes", maps),
    where: `NOT ${isDropped("t.id")}`,
  });
  copyTexts(db, maps);
  for (const table of tables) {
    const columns = mappedColumns(db, table, maps);
    const where = table === "attempts" ? isKept.replace("t.attempt", "t.id") : "attempt" in columns ? isKept : "1";
    copyRows(db, { table, columns, where });
  }
  copyWonResponses(db, maps);
}
