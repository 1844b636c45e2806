import { rmSync } from "node:fs";
import { fileWriter, parquetWriteRows } from "hyparquet-writer";
import { UserError } from "../../core/user-error.ts";

export type ParquetType = "STRING" | "DOUBLE" | "INT64";

export type ParquetColumn = Readonly<{ name: string; type: ParquetType }>;

type Row = Readonly<Record<string, unknown>>;

/** Rows that are in memory at once. */
const rowsAtOnce = 20_000;

/**
 * Writes rows as a Parquet file, a group of rows at a time; values that repeat are dictionary-coded. A file that could
 * not be finished is removed.
 */
export function writeParquet(path: string, columns: readonly ParquetColumn[], rows: () => Iterable<Row>): void {
  const writer = opened(path);
  try {
    void parquetWriteRows({
      writer,
      rows: converted(rows(), columns),
      columns: columns.map((column) => ({ ...column, nullable: true })),
      rowGroupSize: rowsAtOnce,
    });
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  }
}

function opened(path: string): ReturnType<typeof fileWriter> {
  try {
    return fileWriter(path);
  } catch (cause) {
    throw new UserError(`cannot write ${JSON.stringify(path)}: ${(cause as NodeJS.ErrnoException).code}`, {
      hint: "--out names a file in a folder that exists and can be written",
      cause,
    });
  }
}

function* converted(rows: Iterable<Row>, columns: readonly ParquetColumn[]): Generator<Row> {
  for (const row of rows)
    yield Object.fromEntries(columns.map(({ name, type }) => [name, valueOf(row[name] ?? null, type)]));
}

const valueOf = (value: unknown, type: ParquetType): unknown =>
  value === null
    ? null
    : type === "INT64"
      ? BigInt(value as number)
      : type === "STRING"
        ? String(value as string)
        : value;
