import { statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { UserError } from "../../core/user-error.ts";
import type { Rows } from "../../datasets/row.ts";
import { parseCsv, parseTsv } from "./csv.ts";
import { parseJson, parseJsonLines } from "./json.ts";
import { readParquet } from "./parquet.ts";
import { shardsIn } from "./shards.ts";
import { mostBytes, packings, unpack } from "./unpack.ts";

const decoded = (bytes: Uint8Array, file: string): string => {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new UserError("not UTF-8 text", { place: { file }, cause });
  }
};

const textReader =
  (parse: (text: string, file: string) => Rows) =>
  async (path: string, file: string): Promise<Rows> =>
    parse(decoded(unpack(await bytesOf(path, file), file), path), file);

/** Read whole, so that its size is looked at first. */
const bytesOf = async (path: string, file: string): Promise<Uint8Array> => {
  const { size } = statSync(path);
  if (size > mostBytes)
    throw new UserError(`it has ${size} bytes, at most ${mostBytes} are read`, {
      place: { file },
      hint: "use a part of it, or Parquet files in a folder",
    });
  return readFile(path);
};

const readers: Readonly<Record<string, (path: string, file: string) => Promise<Rows>>> = {
  ".jsonl": textReader(parseJsonLines),
  ".ndjson": textReader(parseJsonLines),
  ".json": textReader(parseJson),
  ".csv": textReader(parseCsv),
  ".tsv": textReader(parseTsv),
  ".parquet": readParquet,
};

/** Ends of the names of files that can be read. */
export const dataExtensions: readonly string[] = Object.keys(readers).flatMap((end) =>
  end === ".parquet" ? [end] : [end, ...packings.map((packing) => end + packing)],
);

/** The format of a file by its name, however it is packed. */
export const formatOf = (file: string): string | undefined => {
  const name = file.toLowerCase();
  const end = dataExtensions.find((extension) => name.endsWith(extension));
  return (
    end &&
    Object.keys(readers).find((format) => end.startsWith(format) && (end === format || end[format.length] === "."))
  );
};

/** Whether a path is a folder of shards. */
export const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

const readFolder = async (folder: string): Promise<Rows> => {
  const shards = await Promise.all(
    shardsIn(folder, formatOf).map(async ({ name, path }) => ({ name, ...(await readRows(path)) })),
  );
  const places = shards.flatMap(({ name, rows, place }) => rows.map((_, at) => `${name}, ${place(at)}`));
  return {
    rows: shards.flatMap(({ rows }) => rows),
    place: (index) => places[index] ?? "",
    notes: [...new Set(shards.flatMap(({ notes = [] }) => notes))],
  };
};

/** Reads the rows of a file, or of a folder of shards; `as` is its name where it is stored under another one. */
export const readRows = async (path: string, as = path): Promise<Rows> => {
  if (isFolder(path)) return readFolder(path);
  const read = readers[formatOf(as) ?? ""];
  if (!read)
    throw new UserError(
      `cannot read ${JSON.stringify(as)}: its name must end in ${Object.keys(readers).join(", ")} ` +
        `(${packings.join(" or ")} after it)`,
    );
  return await read(path, as);
};
