import type { Database } from "better-sqlite3";

type Type = "object" | "array";

/** What a column of JSON holds at a path, where it holds something; `each`: what all members of the list are. */
type Rule = Readonly<{ table: string; column: string; path: string; type: Type; each?: "object" | "integer" | "text" }>;

const rule = (table: string, column: string, path: string, type: Type, each?: Rule["each"]): Rule => ({
  table,
  column,
  path,
  type,
  ...(each === undefined ? {} : { each }),
});

/** In tables of some rows. */
const few: readonly Rule[] = [
  rule("experiments", "resolved", "$", "object"),
  rule("experiments", "resolved", "$.models", "array", "object"),
  rule("experiments", "resolved", "$.datasets", "array", "object"),
  rule("experiments", "resolved", "$.sampling", "object"),
  rule("experiments", "resolved", "$.study", "array", "object"),
  rule("runs", "record", "$", "object"),
  rule("runs", "record", "$.models", "array", "object"),
  rule("runs", "record", "$.datasets", "array", "object"),
  rule("runs", "record", "$.warnings", "array", "text"),
  rule("points", "params", "$", "object"),
  rule("points", "along", "$", "array", "text"),
  rule("points", "asked", "$", "object"),
];

/** In tables of as many rows as there are problems or replies. */
const many: readonly Rule[] = [
  rule("problems", "tags", "$", "object"),
  rule("models", "told", "$", "object"),
  rule("models", "facts", "$", "object"),
  rule("chains", "described", "$", "object"),
  rule("responses", "described", "$", "object"),
  rule("texts", "odd", "$", "object"),
];

type Found = Readonly<{ row: number; type: string; wrong: string | null }>;

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** The first row that breaks a rule, with what stands there. */
const queryOf = ({ table, column, path, type, each }: Rule): string => {
  const at = `json_type(${column}, ${quoted(path)})`;
  const member = `(SELECT type FROM json_each(${column}, ${quoted(path)}) WHERE type <> ${quoted(each ?? "")} LIMIT 1)`;
  const told = `CASE WHEN json_valid(${column}) THEN ${at} ELSE 'malformed' END`;
  const wrong = each === undefined ? "NULL" : `CASE WHEN json_valid(${column}) THEN ${member} END`;
  return (
    `SELECT rowid AS row, type, wrong FROM (SELECT rowid, ${told} AS type, ${wrong} AS wrong FROM ${table} ` +
    `WHERE ${column} IS NOT NULL) WHERE type <> '${type}' OR wrong IS NOT NULL LIMIT 1`
  );
};

const words = (type: string): string =>
  ({ object: "an object", array: "a list", null: "null", integer: "a number", real: "a number", text: "a text" })[
    type
  ] ?? "true or false";

const told = ({ table, column, path, type, each }: Rule, { row, type: found, wrong }: Found): string => {
  const place = `${table}, row ${row}: ${column}${path.slice(1)}`;
  if (found === "malformed") return `${place} is no JSON`;
  return found === type
    ? `${place} holds ${words(wrong ?? "")} where ${words(each ?? "")} is expected`
    : `${place} is ${words(found)}, not ${words(type)}`;
};

/** Where a database holds other JSON than we write, in words; null where there is none. `all`: in large tables too. */
export function oddJson(db: Database, { all }: Readonly<{ all: boolean }>): string | null {
  for (const one of all ? [...few, ...many] : few) {
    const found = db.prepare<[], Found>(queryOf(one)).get();
    if (found) return told(one, found);
  }
  return null;
}
