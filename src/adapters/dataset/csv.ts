import { CsvError, type Options, parse } from "csv-parse/sync";
import { UserError } from "../../core/user-error.ts";
import type { Row, Rows } from "../../datasets/row.ts";

/** `info.lines`: the line on which the record ends. */
type Parsed = Readonly<{ record: readonly string[]; info: Readonly<{ lines: number }> }>;

const lineOf = ({ record, info }: Parsed): number => info.lines - (record.join("").split("\n").length - 1);

const options = {
  info: true,
  record_delimiter: ["\r\n", "\n", "\r"],
  relax_column_count: true,
  skip_empty_lines: true,
  // Of a record: without an end of its quotes a cell goes on to the end of the file.
  max_record_size: 16 * 2 ** 20,
} as const satisfies Options;

function parseRecords(text: string, file: string, delimiter: string): readonly Parsed[] {
  try {
    // Cells between tabs hold quotes of their own.
    return parse(text, { ...options, delimiter, relax_quotes: delimiter === "\t" }) as unknown as Parsed[];
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = error["lines"] as number;
    const isLong = error.code === "CSV_MAX_RECORD_SIZE";
    throw new UserError(
      `not valid CSV: ${isLong ? "a record is longer than 16 MiB: " : ""}a quote is not closed or stands within a cell`,
      {
        place: { file, line },
        cause: error,
      },
    );
  }
}

const signs: Readonly<Record<string, string>> = { ";": "semicolons", "\t": "tabs" };

/** A first line without a comma, but with another character that separates cells. */
const otherDelimiter = (text: string): string | undefined => {
  const header = /^[^\r\n]*/.exec(text)?.[0] ?? "";
  return header.includes(",") ? undefined : Object.keys(signs).find((sign) => header.includes(sign));
};

const mostColumns = 10_000;

const checkNames = (names: readonly string[], file: string): void => {
  if (names.length > mostColumns)
    throw new UserError(`it has ${names.length} columns, at most ${mostColumns} are read`, {
      place: { file, line: 1 },
    });
  const twice = names.findIndex((name, at) => name !== "" && names.indexOf(name) < at);
  if (twice < 0) return;
  const name = names[twice] ?? "";
  throw new UserError(`columns ${names.indexOf(name) + 1} and ${twice + 1} are both named ${JSON.stringify(name)}`, {
    place: { file, line: 1 },
    hint: "rename or remove one of them",
  });
};

/** Columns without a name, such as an index that a table library wrote, are no tags. */
const unnamed = (names: readonly string[], rows: readonly Row[]): readonly string[] =>
  names.includes("") && rows.some((row) => row[""] !== "") ? ["a column without a name is left out"] : [];

const readRecords = (records: readonly Parsed[], file: string): Rows => {
  const [header, ...others] = records;
  const names = (header?.record ?? []).map((name) => name.trim());
  checkNames(names, file);
  const rows = others.map((parsed): Row => {
    const { record } = parsed;
    if (record.length !== names.length)
      throw new UserError(`${record.length} cells, but ${names.length} columns in the first line`, {
        place: { file, line: lineOf(parsed) },
      });
    // Of several columns without a name the first counts.
    return Object.fromEntries(names.map((name, at) => [name, record[at]] as const).toReversed());
  });
  const place = (index: number): string => `line ${others[index] ? lineOf(others[index]) : undefined}`;
  return { rows: rows.map((row) => inOrder(row, names)), place, notes: unnamed(names, rows) };
};

const inOrder = (row: Row, names: readonly string[]): Row =>
  Object.fromEntries([...new Set(names)].map((name) => [name, row[name]]));

/** Reads CSV text (RFC 4180) whose first line names the columns. */
export const parseCsv = (text: string, file: string): Rows => {
  const other = otherDelimiter(text);
  const read = readRecords(parseRecords(text, file, other ?? ","), file);
  if (other === undefined) return read;
  return { ...read, notes: [`its cells are separated by ${signs[other]}`, ...(read.notes ?? [])] };
};

/** The same with tabs between the cells. */
export const parseTsv = (text: string, file: string): Rows => readRecords(parseRecords(text, file, "\t"), file);
