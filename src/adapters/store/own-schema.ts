import Sqlite, { type Database } from "better-sqlite3";
import { UserError } from "../../core/user-error.ts";
import { oddJson } from "./json-columns.ts";
import { migrations } from "./migrations.ts";

type Thing = Readonly<{ type: string; name: string; sql: string | null }>;

const thingsIn = (db: Database): readonly Thing[] =>
  db.prepare<[], Thing>("SELECT type, name, sql FROM main.sqlite_master").all();

/** Its type is INTEGER, REAL, TEXT or BLOB. */
export type Column = Readonly<{ name: string; type: string; notnull: 0 | 1 }>;

/** Of a table, without those that are computed. */
export const columnsOf = (db: Database, table: string): readonly Column[] =>
  db.prepare<[string], Column>('SELECT name, type, "notnull" FROM pragma_table_xinfo(?) WHERE hidden = 0').all(table);

type Schema = Readonly<{
  tables: ReadonlyMap<string, readonly Column[]>;
  views: readonly Thing[];
  triggers: readonly Thing[];
}>;

let known: Schema | undefined;

/** What the migrations make. */
const ownSchema = (): Schema => {
  if (known) return known;
  const db = new Sqlite(":memory:");
  for (const migration of migrations) migration(db);
  const things = thingsIn(db);
  const tables = things.filter(({ type, name }) => type === "table" && !name.startsWith("sqlite_"));
  known = {
    tables: new Map(tables.map(({ name }) => [name, columnsOf(db, name)])),
    views: things.filter(({ type }) => type === "view"),
    triggers: things.filter(({ type }) => type === "trigger"),
  };
  db.close();
  return known;
};

/** Our tables and their columns. */
export const ownTables = (): Schema["tables"] => ownSchema().tables;

const refuse = (path: string, what: string): never => {
  throw new UserError(`database "${path}" is not as overthink makes it: ${what}`, {
    hint: "name another file with --db",
  });
};

const plain = (sql: string | null): string => (sql ?? "").replaceAll(/\s+/g, " ").trim();

/** Tables whose columns hold values of their types alone. */
const strictIn = (db: Database): ReadonlySet<string> =>
  new Set(db.prepare<[], string>("SELECT name FROM pragma_table_list WHERE schema = 'main' AND strict").pluck().all());

/** Each table must be one, with the columns that we read; more tables and columns of the user's own do no harm. */
const checkTables = (db: Database, path: string, found: ReadonlyMap<string, Thing>): void => {
  const strict = strictIn(db);
  for (const [name, columns] of ownTables()) {
    const thing = found.get(name);
    if (thing?.type !== "table" || /^CREATE\s+VIRTUAL/i.test(plain(thing.sql))) refuse(path, `${name} is no table`);
    if (!strict.has(name)) refuse(path, `table ${name} is not strict`);
    const here = new Map(columnsOf(db, name).map((column) => [column.name, column.type]));
    for (const column of columns)
      if (here.get(column.name) !== column.type)
        refuse(path, `table ${name} has no column ${column.name} of ${column.type}`);
  }
};

/** A view that was changed may lie or never end: ours stands before it, for this connection alone. */
const restoreViews = (db: Database, found: ReadonlyMap<string, Thing>): void => {
  for (const { name, sql } of ownSchema().views)
    if (plain(found.get(name)?.sql ?? null) !== plain(sql))
      db.exec((sql ?? "").replace(/^\s*CREATE\s+VIEW/i, "CREATE TEMP VIEW"));
};

/** Ours, to the letter, and no other: one acts on what we write. */
function checkTriggers(path: string, things: readonly Thing[]): void {
  const own = new Map(ownSchema().triggers.map(({ name, sql }) => [name, plain(sql)]));
  const found = things.filter(({ type }) => type === "trigger");
  const odd = found.find(({ name, sql }) => own.get(name) !== plain(sql));
  if (odd) refuse(path, `it has a trigger, ${JSON.stringify(odd.name.slice(0, 60))}`);
  if (found.length < own.size) refuse(path, "triggers that keep its sums are gone");
}

/**
 * Makes sure that a database of somebody else has our tables and our views, and cannot do more than be read: nothing of
 * its schema is trusted, and better-sqlite3 opens it defensively. `writing`: it shall be written to.
 */
export function trustNothing(db: Database, path: string, { writing }: Readonly<{ writing: boolean }>): void {
  db.pragma("trusted_schema = OFF");
  db.pragma("cell_size_check = ON");
  const things = thingsIn(db);
  const found = new Map(things.map((thing) => [thing.name, thing]));
  checkTables(db, path, found);
  restoreViews(db, found);
  const odd = oddJson(db, { all: false });
  if (odd !== null) refuse(path, odd);
  if (writing) checkTriggers(path, things);
}
