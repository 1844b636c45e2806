import type { Database } from "better-sqlite3";
import { oddJson } from "./json-columns.ts";
import { oddShape } from "./json-shapes.ts";
import { type Column, columnsOf, ownTables } from "./own-schema.ts";

const storedAs: Readonly<Record<string, string>> = {
  INTEGER: "'integer'",
  TEXT: "'text'",
  BLOB: "'blob'",
  REAL: "'real', 'integer'",
};

/** Greater numbers are none that a run counts, and sums of them overflow. */
const most = Number.MAX_SAFE_INTEGER;

const isOdd = ({ name, type, notnull }: Column): string =>
  `(typeof(${name}) NOT IN (${storedAs[type] ?? ""}${notnull === 0 ? ", 'null'" : ""})` +
  `${type === "INTEGER" ? ` OR ${name} > ${most} OR ${name} < -${most}` : ""})`;

const hasRowid = (db: Database, table: string): boolean =>
  db
    .prepare<[string], number>("SELECT wr FROM pragma_table_list WHERE schema = 'main' AND name = ?")
    .pluck()
    .get(table) === 0;

/** A value of another type than its column has: a strict table of today may have been another one yesterday. */
function oddValue(db: Database): string | null {
  for (const [table, own] of ownTables()) {
    // An older database has fewer.
    const columns = own.filter(({ name }) => columnsOf(db, table).some((here) => here.name === name));
    if (columns.length === 0) continue;
    const row = hasRowid(db, table) ? "rowid" : (columns[0]?.name ?? "");
    const column = columns.map((one) => `WHEN ${isOdd(one)} THEN '${one.name}'`).join(" ");
    const found = db
      .prepare<[], { row: unknown; column: string }>(
        `SELECT ${row} AS row, CASE ${column} END AS column FROM ${table} ` +
          `WHERE ${columns.map(isOdd).join(" OR ")} LIMIT 1`,
      )
      .get();
    const type = columns.find(({ name }) => name === found?.column)?.type;
    if (found)
      return (
        `${table}, ${row === "rowid" ? "row" : row} ${String(found.row)}: ${found.column} is no ${type}` +
        (type === "INTEGER" ? " below 2^53" : "")
      );
  }
  return null;
}

type Broken = Readonly<{ table: string; rowid: number | null; parent: string }>;

/** A row that names another one which is not there. */
function oddReference(db: Database): string | null {
  const [broken] = db.pragma("foreign_key_check") as readonly Broken[];
  if (!broken) return null;
  const { table, rowid, parent } = broken;
  return `${table}${rowid === null ? "" : `, row ${rowid}`}: it names a row of ${parent} that is not there`;
}

/** A piece of a chain that does not follow the one it says: walking back along such ones may never end. */
function oddParent(db: Database): string | null {
  const row = db
    .prepare<[], number>(
      `SELECT n.id FROM nodes n JOIN nodes p ON p.id = n.parent
WHERE n.parent >= n.id OR n.chain <> p.chain OR n.start > p.sampled_tokens LIMIT 1`,
    )
    .pluck()
    .get();
  return row === undefined ? null : `nodes, row ${row}: parent is none that it can follow`;
}

/** Where a database holds something else than we write: table, row and column, in words; null: nowhere. */
export const oddContent = (db: Database): string | null =>
  oddValue(db) ?? oddJson(db, { all: true }) ?? oddShape(db) ?? oddReference(db) ?? oddParent(db);
