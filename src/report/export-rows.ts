import type { ResultReader } from "../ports/result-reader.ts";
import { chosen } from "./chosen.ts";
import { inertJson } from "../core/inert.ts";
import { csvLine } from "./table-csv.ts";

export const exportTables = ["attempts", "points", "segments"] as const;
export const exportFormats = ["csv", "jsonl"] as const;
export type ExportRequest = Readonly<{
  experiment?: string;
  format: (typeof exportFormats)[number];
  table: (typeof exportTables)[number];
}>;

/**
 * Rows of a view as text, a line at a time, so that any number of them can be written. JSON Lines hold every
 * character as it is stored; CSV is for spreadsheets and shows invisible characters instead of holding them.
 */
export function* exportRows(reader: ResultReader, { experiment, format, table }: ExportRequest): Generator<string> {
  if (experiment !== undefined) chosen(reader, [experiment]);
  const columns = [...reader.query("SELECT name FROM pragma_table_info(?)", `v_${table}`)].map((row) =>
    String(row["name"]),
  );
  if (format === "csv") yield csvLine(columns);
  const line = format === "csv" ? csvRow(columns) : jsonLine;
  for (const row of reader.query(selection(table, experiment), ...(experiment === undefined ? [] : [experiment])))
    yield line(row);
}

function selection(table: ExportRequest["table"], experiment: string | undefined): string {
  if (experiment === undefined) return `SELECT * FROM v_${table}`;
  if (table === "segments")
    return "SELECT * FROM v_segments WHERE attempt IN (SELECT id FROM v_attempts WHERE experiment = ?)";
  return `SELECT * FROM v_${table} WHERE experiment = ?`;
}

type Row = Readonly<Record<string, unknown>>;

const csvRow =
  (columns: readonly string[]) =>
  (row: Row): string =>
    csvLine(columns.map((name) => row[name]));

/** Columns that hold JSON are values of the line, not strings in it. */
const JSON_COLUMNS = new Set(["params", "tags", "token_ids", "along", "asked"]);

const valueOf = (name: string, value: unknown): unknown =>
  JSON_COLUMNS.has(name) ? (JSON.parse(String(value)) as unknown) : value;

const jsonLine = (row: Row): string =>
  `${inertJson(Object.fromEntries(Object.entries(row).map(([name, value]) => [name, valueOf(name, value)])))}\n`;
