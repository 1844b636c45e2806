import { rmSync, statSync } from "node:fs";
import { fileWriter, ParquetWriter, schemaFromColumnData } from "hyparquet-writer";
import { UserError } from "../../core/user-error.ts";

export type ParquetType = "STRING" | "DOUBLE" | "INT64";

export type ParquetColumn = Readonly<{
  name: string;
  type: ParquetType;
  /** Least and greatest value of each group of rows. */
  statistics: boolean;
}>;

/** Rows that are in memory at once. */
const rowsAtOnce = 20_000;

/**
 * Writes rows as a Parquet file, a group of rows at a time; values that repeat are dictionary-coded. `rows` is given
 * what makes a cell of a column out of a value; the list of a row may be the same one for every row. A file that could
 * not be finished is removed.
 */
export function writeParquet(
  path: string,
  columns: readonly ParquetColumn[],
  rows: (cell: (column: number, value: unknown) => unknown) => Iterable<readonly unknown[]>,
): void {
  const writer = opened(path);
  try {
    const sources = columns.map((column) => ({ ...column, nullable: true, data: [] as unknown[] }));
    const file = new ParquetWriter({ writer, schema: schemaFromColumnData({ columnData: sources }) });
    const flush = (): void => {
      void file.write({ columnData: sources, rowGroupSize: rowsAtOnce });
      for (const source of sources) source.data = [];
    };
    const makers = columns.map(({ type }) => makerOf(type));
    for (const row of rows((column, value) => makers[column]?.(value ?? null))) {
      for (let i = 0; i < sources.length; i++) sources[i]?.data.push(row[i]);
      if (sources[0]?.data.length === rowsAtOnce) flush();
    }
    if (file.num_rows === 0n || sources[0]?.data.length !== 0) flush();
    void file.finish();
  } catch (error) {
    if (statSync(path).isFile()) rmSync(path, { force: true }); // and not a device
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

function makerOf(type: ParquetType): (value: unknown) => unknown {
  if (type === "DOUBLE") return (value) => value;
  const make = type === "INT64" ? wholeNumber : (value: unknown) => String(value as string);
  return (value) => (value === null ? null : make(value));
}

/** Small numbers come again and again. */
const small = Array.from({ length: 1 << 16 }, (_, n) => BigInt(n));

const wholeNumber = (value: unknown): bigint => small[value as number] ?? BigInt(value as number);
