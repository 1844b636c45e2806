import type { ResultReader } from "../ports/result-reader.ts";
import { attemptRows, remembered } from "./attempt-rows.ts";
import { chosen } from "./chosen.ts";
import { inertJson } from "../core/inert.ts";
import { csvField, csvLine } from "./table-csv.ts";

export const exportTables = ["attempts", "points", "segments", "usage"] as const;
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
  const writer = format === "csv" ? csvWriter(columns) : jsonWriter(columns);
  if (format === "csv") yield csvLine(columns);
  if (table === "attempts")
    for (const cells of attemptRows(reader, { columns, experiment, ...writer, together: writer }))
      yield writer.line(cells);
  else
    for (const row of reader.rows(selection(table, experiment), ...(experiment === undefined ? [] : [experiment])))
      yield writer.line(row.map((value, i) => writer.cell(i, value)));
}

function selection(table: ExportRequest["table"], experiment: string | undefined): string {
  if (experiment === undefined) return `SELECT * FROM v_${table}`;
  if (table === "segments")
    return "SELECT * FROM v_segments WHERE attempt IN (SELECT id FROM v_attempts WHERE experiment = ?)";
  return `SELECT * FROM v_${table} WHERE experiment = ?`;
}

/** Writes the value of a column, and a line of what was written. */
type Writer = Readonly<{
  cell: (column: number, value: unknown) => string;
  line: (cells: readonly string[]) => string;
  /** Several cells as one. */
  cells: (cells: readonly string[]) => string;
  /** What SQLite has to do to write whole numbers as such a cell. */
  numbers: (columns: readonly string[]) => string;
}>;

function csvWriter(columns: readonly string[]): Writer {
  const fields = columns.map(() => encoded(csvField));
  return {
    cell: (i, value) => fields[i]?.(value) ?? "",
    line: (cells) => `${roped(cells)}\r\n`,
    cells: (cells) => cells.join(","),
    numbers: (names) => names.map((name) => `ifnull(${name}, '')`).join(" || ',' || "),
  };
}

/** Columns that hold JSON are values of the line, not strings in it. */
const JSON_COLUMNS = new Set(["params", "tags", "token_ids", "along", "asked"]);

function jsonWriter(columns: readonly string[]): Writer {
  const fields = columns.map((name) => {
    const opening = `${inertJson(name)}:`;
    const write = JSON_COLUMNS.has(name) ? (value: unknown) => inertJson(JSON.parse(String(value))) : inertJson;
    return encoded((value) => opening + (typeof value === "number" ? value : write(value)));
  });
  return {
    cell: (i, value) => fields[i]?.(value) ?? "",
    line: (cells) => `{${roped(cells)}}\n`,
    cells: (cells) => cells.join(","),
    numbers: (names) => `concat(${names.map((name) => `'"${name}":', ifnull(${name}, 'null')`).join(", ',', ")})`,
  };
}

/** Cells with commas between them. Added and not joined: their characters are copied once, when a part is written. */
function roped(cells: readonly string[]): string {
  let text = cells[0] ?? "";
  for (let i = 1; i < cells.length; i++) text += "," + cells[i];
  return text;
}

const MOST_NUMBERS = 5000;

/** Prompts, outcomes and small counts come again with every attempt: each is written once and remembered. */
function encoded(encode: (value: unknown) => string): (value: unknown) => string {
  const ofText = remembered(encode);
  const ofNumber = new Map<unknown, string>();
  const ofNothing = remembered(() => encode(null));
  return (value) => {
    if (typeof value === "string") return ofText(value);
    if (value === null) return ofNothing("");
    const made = ofNumber.get(value) ?? encode(value);
    if (ofNumber.size < MOST_NUMBERS) ofNumber.set(value, made);
    return made;
  };
}
