import { asyncBufferFromFile, parquetReadObjects } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { UserError } from "../../core/user-error.ts";
import type { Row, Rows } from "../../datasets/row.ts";

const plain = (value: unknown): unknown => {
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (Array.isArray(value)) return value.map(plain);
  const isObject = value !== null && typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype;
  return isObject ? plainRow(value as Row) : value;
};

const plainRow = (row: Row): Row =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)]));

/** Reads a Parquet file, however it is compressed. */
export const readParquet = async (path: string, file: string): Promise<Rows> => {
  try {
    const rows: readonly Row[] = await parquetReadObjects({ file: await asyncBufferFromFile(path), compressors });
    return { rows: rows.map(plainRow), place: (index) => `row ${index + 1}` };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UserError(`not a Parquet file that can be read: ${reason}`, { place: { file }, cause });
  }
};
