import { type ParquetType, writeParquet } from "../adapters/parquet/write-parquet.ts";
import type { ExportRequest } from "../report/export-rows.ts";
import { attemptRows } from "../report/attempt-rows.ts";
import { chosen } from "../report/chosen.ts";
import type { ResultReader } from "../ports/result-reader.ts";

export type ParquetRequest = Readonly<{
  table: ExportRequest["table"];
  experiment?: string | undefined;
  out: string;
}>;

/** Writes a view. Ids of tokens, parameters and tags are JSON, as in the view. */
export function exportParquet(reader: ResultReader, { table, experiment, out }: ParquetRequest): void {
  if (experiment !== undefined) chosen(reader, [experiment]);
  const names = [...reader.query("SELECT name FROM pragma_table_info(?)", `v_${table}`)].map(({ name }) =>
    String(name),
  );
  const columns = names.map((name) => ({ name, type: typeOf(name), statistics: !long.has(name) }));
  const one = experiment === undefined ? [] : [experiment];
  const sql = `SELECT * FROM v_${table}${experiment === undefined ? "" : conditions[table]}`;
  writeParquet(out, columns, (cell) =>
    table === "attempts"
      ? attemptRows(reader, { columns: names, experiment, cell })
      : made(reader.rows(sql, ...one), cell),
  );
}

/** The list of cells is the same one for every row. */
function* made(
  rows: Iterable<readonly unknown[]>,
  cell: (column: number, value: unknown) => unknown,
): Generator<readonly unknown[]> {
  let cells: unknown[] = [];
  for (const row of rows) {
    if (cells.length !== row.length) cells = Array(row.length);
    for (let i = 0; i < row.length; i++) cells[i] = cell(i, row[i]);
    yield cells;
  }
}

/** Texts whose first and last in the alphabet help no query. */
const long = new Set(["prompt", "question", "text", "token_ids", "params", "tags"]);

const conditions: Readonly<Record<ParquetRequest["table"], string>> = {
  attempts: " WHERE experiment = ?",
  segments:
    " WHERE attempt IN (SELECT a.id FROM attempts a JOIN experiments e ON e.id = a.experiment WHERE e.name = ?)",
  points: " WHERE experiment = ?",
  usage: " WHERE experiment = ?",
};

const whole = new Set(
  (
    "id point position epoch budget minimum ignored_ends attempt tokens forced_end attempts correct incorrect " +
    "no_answer cut unscored errors refused requests unknown_costs reopened"
  ).split(" "),
);

/** By the name alone, so that files of one table have the same types whatever rows they have. */
function typeOf(name: string): ParquetType {
  if (/^(mean_|accuracy)|_share$|^(seconds|cost)$/.test(name)) return "DOUBLE";
  return whole.has(name) || name.endsWith("_tokens") ? "INT64" : "STRING";
}
