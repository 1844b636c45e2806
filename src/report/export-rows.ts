import type { ResultReader } from "../ports/result-reader.ts";
import { chosen } from "./chosen.ts";
import { inertJson } from "../core/inert.ts";
import { csvField, csvLine } from "./table-csv.ts";

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
  const line = format === "csv" ? csvRow(columns) : jsonRow(columns);
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

const csvRow = (columns: readonly string[]): ((row: Row) => string) => {
  const field = remembered(csvField);
  return (row) => {
    let line = "";
    for (let i = 0; i < columns.length; i++) line += (i === 0 ? "" : ",") + field(row[columns[i] ?? ""]);
    return `${line}\r\n`;
  };
};

/** Columns that hold JSON are values of the line, not strings in it. */
const JSON_COLUMNS = new Set(["params", "tags", "token_ids", "along", "asked"]);

function jsonRow(columns: readonly string[]): (row: Row) => string {
  const [text, json] = [remembered(inertJson), remembered((value) => inertJson(JSON.parse(String(value))))];
  const keys = columns.map((name, i) => ({
    name,
    opening: `${i === 0 ? "{" : ","}${inertJson(name)}:`,
    value: JSON_COLUMNS.has(name) ? json : text,
  }));
  return (row) => {
    let line = "";
    for (const { name, opening, value } of keys) line += opening + value(row[name]);
    return `${line}}\n`;
  };
}

const MOST_REMEMBERED = 20_000;

/** Prompts, questions and settings come again with every attempt: each is written once and remembered. */
function remembered(encode: (value: unknown) => string): (value: unknown) => string {
  const known = new Map<string, string>();
  return (value) => {
    if (typeof value !== "string") return encode(value);
    const found = known.get(value);
    if (found !== undefined) return found;
    const made = encode(value);
    if (known.size >= MOST_REMEMBERED) known.clear();
    known.set(value, made);
    return made;
  };
}
