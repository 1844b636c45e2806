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
} as const satisfies Options;

function parseRecords(text: string, file: string): readonly Parsed[] {
  try {
    return parse(text, options) as unknown as Parsed[];
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = error["lines"] as number;
    throw new UserError("not valid CSV: a quote is not closed or stands within a cell", {
      place: { file, line },
      cause: error,
    });
  }
}

/** Reads CSV text (RFC 4180) whose first line names the columns. */
export const parseCsv = (text: string, file: string): Rows => {
  const [header, ...records] = parseRecords(text, file);
  const names = header?.record ?? [];
  const rows = records.map((parsed): Row => {
    const { record } = parsed;
    if (record.length !== names.length)
      throw new UserError(`${record.length} cells, but ${names.length} columns in the first line`, {
        place: { file, line: lineOf(parsed) },
      });
    return Object.fromEntries(names.map((name, at) => [name, record[at]]));
  });
  return { rows, place: (index) => `line ${records[index] ? lineOf(records[index]) : undefined}` };
};
