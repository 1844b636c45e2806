import type { ResultReader } from "../ports/result-reader.ts";
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
  if (table === "attempts") yield* attemptLines(reader, { columns, experiment, writer });
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

/** What belongs to the point of an attempt, and to its problem: read and written once, not with every attempt. */
const OF_POINT = ["experiment", "model", "dataset", "method", "params", "label", "role"];
const OF_PROBLEM = ["target", "question", "tags"];

type Lines = Readonly<{ columns: readonly string[]; experiment: string | undefined; writer: Writer }>;

function* attemptLines(reader: ResultReader, { columns, experiment, writer }: Lines): Generator<string> {
  const shared = new Set([...OF_POINT, ...OF_PROBLEM]);
  const own = columns.filter((name) => !shared.has(name));
  const [point, problem, hash] = ["point", "problem", "dataset_hash"].map((name) => own.indexOf(name));
  const [at, ofPoint, ofProblem] = [own, OF_POINT, OF_PROBLEM].map((names) =>
    names.map((name) => columns.indexOf(name)),
  );
  const points = pointCells(reader, { places: ofPoint ?? [], writer });
  const problems = problemCells(reader, { places: ofProblem ?? [], writer });
  const where = experiment === undefined ? "" : " WHERE experiment = ?";
  const cells = Array<string>(columns.length).fill("");
  for (const row of reader.rows(
    `SELECT ${own.join(", ")} FROM v_attempts${where}`,
    ...(experiment === undefined ? [] : [experiment]),
  )) {
    for (let i = 0; i < own.length; i++) {
      const place = at?.[i] ?? 0;
      cells[place] = writer.cell(place, row[i]);
    }
    points(Number(row[point ?? 0])).forEach((cell, i) => {
      cells[ofPoint?.[i] ?? 0] = cell;
    });
    problems(String(row[hash ?? 0]), String(row[problem ?? 0])).forEach((cell, i) => {
      cells[ofProblem?.[i] ?? 0] = cell;
    });
    yield writer.line(cells);
  }
}

type Shared = Readonly<{ places: readonly number[]; writer: Writer }>;

/** Written cells of a point, by its id. */
function pointCells(reader: ResultReader, { places, writer }: Shared): (point: number) => readonly string[] {
  const known = new Map<number, readonly string[]>();
  return (point) => {
    const found = known.get(point);
    if (found) return found;
    const [row = []] = reader.rows(`SELECT ${OF_POINT.join(", ")} FROM v_attempts WHERE point = ? LIMIT 1`, point);
    const cells = row.map((value, i) => writer.cell(places[i] ?? 0, value));
    known.set(point, cells);
    return cells;
  };
}

/** Written cells of a problem; the problems of a data set are read together. */
function problemCells(reader: ResultReader, { places, writer }: Shared) {
  const known = new Map<string, Map<string, readonly string[]>>();
  return (hash: string, problem: string): readonly string[] => {
    const own = known.get(hash) ?? new Map<string, readonly string[]>();
    if (!known.has(hash)) {
      known.set(hash, own);
      for (const [name, ...texts] of reader.rows(
        "SELECT problem, target, text AS question, tags FROM problems WHERE dataset_hash = ?",
        hash,
      ))
        own.set(
          String(name),
          texts.map((value, i) => writer.cell(places[i] ?? 0, value)),
        );
    }
    return own.get(problem) ?? [];
  };
}

/** Writes the value of a column, and a line of what was written. */
type Writer = Readonly<{
  cell: (column: number, value: unknown) => string;
  line: (cells: readonly string[]) => string;
}>;

function csvWriter(columns: readonly string[]): Writer {
  const fields = columns.map(() => remembered(csvField));
  return { cell: (i, value) => fields[i]?.(value) ?? "", line: (cells) => `${cells.join(",")}\r\n` };
}

/** Columns that hold JSON are values of the line, not strings in it. */
const JSON_COLUMNS = new Set(["params", "tags", "token_ids", "along", "asked"]);

function jsonWriter(columns: readonly string[]): Writer {
  const fields = columns.map((name) => {
    const opening = `${inertJson(name)}:`;
    const write = JSON_COLUMNS.has(name) ? (value: unknown) => inertJson(JSON.parse(String(value))) : inertJson;
    return remembered((value) => opening + (typeof value === "number" ? value : write(value)));
  });
  return { cell: (i, value) => fields[i]?.(value) ?? "", line: (cells) => `{${cells.join(",")}}\n` };
}

const MOST_REMEMBERED = 5000;

/** Prompts, settings and outcomes come again with every attempt: each is written once and remembered. */
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
