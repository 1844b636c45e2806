import type { Database } from "../sqlite.ts";

/** What of a table goes over, and how: an expression for each column whose value changes. `t` is the source's row. */
export type Copying = Readonly<{
  table: string;
  columns?: Readonly<Record<string, string>>;
  where?: string;
  /** What follows the rows, such as `ON CONFLICT DO NOTHING`. */
  conflict?: string;
  /** Rows get new ids. */
  withoutId?: boolean;
}>;

type Column = Readonly<{ name: string; type: string; pk: number }>;

export const columnsOf = (db: Database, table: string): readonly Column[] =>
  db.prepare<[string], Column>("SELECT name, type, pk FROM pragma_table_info(?, 'main')").all(table);

/**
 * Copies rows of the attached source. Columns that nothing is said of go over as they are, also those of later
 * versions.
 */
export function copyRows(
  db: Database,
  { table, columns = {}, where = "1", conflict = "", withoutId }: Copying,
): number {
  const names = columnsOf(db, table)
    .map(({ name }) => name)
    .filter((name) => !(withoutId && name === "id"));
  const values = names.map((name) => columns[name] ?? `t."${name}"`);
  const sql = `INSERT INTO main.${table} (${names.map((name) => `"${name}"`).join(", ")})
    SELECT ${values.join(", ")} FROM src.${table} t WHERE ${where} ${conflict}`;
  return db.prepare(sql).run().changes;
}

/** Where the rows that a column of this table refers to have gone. */
export type Maps = Readonly<Record<string, (value: string) => string>>;

type Reference = Readonly<{ from: string; table: string }>;

/** The same for all rows of a table: ids by an offset, references by what its foreign keys say. */
export function mappedColumns(db: Database, table: string, maps: Maps): Readonly<Record<string, string>> {
  const references = db
    .prepare<[string], Reference>(`SELECT "from", "table" FROM pragma_foreign_key_list(?, 'main')`)
    .all(table);
  const mapped = references.map(({ from, table: to }) => {
    const map = maps[to];
    if (!map) throw new Error(`${table}.${from} refers to ${to}, and merge does not know how`);
    return [from, map(`t."${from}"`)] as const;
  });
  const own = columnsOf(db, table).flatMap(({ name, type, pk }) =>
    name === "id" && pk === 1 && type === "INTEGER" ? [[name, (maps[table] as Maps[string])("t.id")] as const] : [],
  );
  const store = columnsOf(db, table).some(({ name }) => name === "store")
    ? [["store", "(SELECT dst FROM temp.m_store WHERE src = t.store)"] as const]
    : [];
  return Object.fromEntries([...own, ...mapped, ...store]);
}
