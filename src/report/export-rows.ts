import type { ResultReader } from "../ports/result-reader.ts";
import { attemptRows, remembered } from "./attempt-rows.ts";
import { chosen } from "./chosen.ts";
import { inertJson } from "../core/inert.ts";
import { csvField } from "./table-csv.ts";

export const exportTables = ["attempts", "points", "segments", "usage"] as const;
export const exportFormats = ["csv", "jsonl"] as const;
export type ExportRequest = Readonly<{
  experiment?: string;
  format: (typeof exportFormats)[number];
  table: (typeof exportTables)[number];
}>;

/**
 * Rows of a view as UTF-8, in parts of whole lines: any number of them can be written, and each part's memory is that
 * of the next. JSON Lines hold every character as it is stored; CSV is for spreadsheets and shows invisible characters
 * instead of holding them.
 */
export function* exportRows(reader: ResultReader, { experiment, format, table }: ExportRequest): Generator<Uint8Array> {
  if (experiment !== undefined) chosen(reader, [experiment]);
  const columns = [...reader.query("SELECT name FROM pragma_table_info(?)", `v_${table}`)].map((row) =>
    String(row["name"]),
  );
  const writer = format === "csv" ? csvWriter(columns) : jsonWriter(columns);
  const parts = new Parts(writer.ends);
  if (format === "csv") parts.add(columns.map(csvField));
  const one = experiment === undefined ? [] : [experiment];
  const lines =
    table === "attempts"
      ? attemptRows<Cell>(reader, { columns, experiment, ...writer, together: writer })
      : written(reader.rows(selection(table, experiment), ...one), writer);
  for (const cells of lines) {
    parts.add(cells);
    if (parts.isFull) yield parts.taken();
  }
  if (!parts.isEmpty) yield parts.taken();
}

function* written(rows: Iterable<readonly unknown[]>, { cell }: Writer): Generator<readonly Cell[]> {
  for (const row of rows) yield row.map((value, i) => cell(i, value));
}

function selection(table: ExportRequest["table"], experiment: string | undefined): string {
  if (experiment === undefined) return `SELECT * FROM v_${table}`;
  if (table === "segments")
    return "SELECT * FROM v_segments WHERE attempt IN (SELECT id FROM v_attempts WHERE experiment = ?)";
  return `SELECT * FROM v_${table} WHERE experiment = ?`;
}

/** Text, or its bytes where it is long and comes again. */
type Cell = string | Uint8Array;

/** Writes the value of a column. */
type Writer = Readonly<{
  cell: (column: number, value: unknown) => string;
  /** Several cells as one. */
  cells: (cells: readonly Cell[]) => Cell;
  numbers?: (columns: readonly string[]) => string;
  /** What stands around the cells of a line. */
  ends: readonly [before: string, behind: string];
}>;

/** Characters from which on copying bytes takes less time than encoding. */
const LONG = 64;

function joined(cells: readonly Cell[]): Cell {
  const text = cells.join(",");
  return text.length < LONG ? text : Buffer.from(text);
}

function csvWriter(columns: readonly string[]): Writer {
  const fields = columns.map(() => encoded(csvField));
  return {
    cell: (i, value) => fields[i]?.(value) ?? "",
    cells: joined,
    numbers: (names) => `concat(${names.join(", ',', ")})`,
    ends: ["", "\r\n"],
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
    cells: joined,
    ends: ["{", "}\n"],
  };
}

/** Bytes of a part. */
const PART = 1 << 18;

/** Lines of cells with commas between them, put into one memory. */
class Parts {
  readonly #before: string;
  readonly #behind: string;
  #room = Buffer.allocUnsafe(2 * PART);
  #at = 0;

  constructor([before, behind]: Writer["ends"]) {
    this.#before = before;
    this.#behind = behind;
  }

  get isFull(): boolean {
    return this.#at >= PART;
  }

  get isEmpty(): boolean {
    return this.#at === 0;
  }

  add(cells: readonly Cell[]): void {
    let text = this.#before;
    for (let i = 0; i < cells.length; i++) {
      const cell = cells[i] as Cell;
      if (i > 0) text += ",";
      if (typeof cell === "string") text += cell;
      else {
        this.#put(text);
        text = "";
        this.#make(cell.length);
        this.#room.set(cell, this.#at);
        this.#at += cell.length;
      }
    }
    this.#put(text + this.#behind);
  }

  /** What was added since the last time. */
  taken(): Uint8Array {
    const part = this.#room.subarray(0, this.#at);
    this.#at = 0;
    return part;
  }

  #put(text: string): void {
    this.#make(3 * text.length);
    this.#at += this.#room.write(text, this.#at);
  }

  #make(bytes: number): void {
    if (this.#at + bytes <= this.#room.length) return;
    const room = Buffer.allocUnsafe(2 * (this.#at + bytes));
    this.#room.copy(room, 0, 0, this.#at);
    this.#room = room;
  }
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
