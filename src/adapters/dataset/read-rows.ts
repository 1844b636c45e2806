import { readFile } from "node:fs/promises";
import { extname } from "node:path";
import { UserError } from "../../core/user-error.ts";
import type { Rows } from "../../datasets/row.ts";
import { parseCsv } from "./csv.ts";
import { parseJson, parseJsonLines } from "./json.ts";
import { readParquet } from "./parquet.ts";

const text = async (path: string): Promise<string> => {
  const bytes = await readFile(path);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new UserError("not UTF-8 text", { place: { file: path }, cause });
  }
};

const readers: Readonly<Record<string, (path: string, file: string) => Promise<Rows>>> = {
  ".jsonl": async (path, file) => parseJsonLines(await text(path), file),
  ".ndjson": async (path, file) => parseJsonLines(await text(path), file),
  ".json": async (path, file) => parseJson(await text(path), file),
  ".csv": async (path, file) => parseCsv(await text(path), file),
  ".parquet": readParquet,
};

export const dataExtensions = Object.keys(readers);

/** Reads the rows of a file; `as` is its name where it is stored under another one. */
export const readRows = async (path: string, as = path): Promise<Rows> => {
  const read = readers[extname(as).toLowerCase()];
  if (!read)
    throw new UserError(`cannot read ${JSON.stringify(as)}: its name must end in ${dataExtensions.join(", ")}`);
  return await read(path, as);
};
