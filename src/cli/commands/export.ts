import { once } from "node:events";
import { type FileHandle, open } from "node:fs/promises";
import { openResults } from "../../app/open-results.ts";
import { Failure, UserError } from "../../core/user-error.ts";
import type { ExportRequest } from "../../report/export-rows.ts";

export type ExportFlags = Readonly<{
  db: string | readonly string[];
  format: ExportRequest["format"] | "parquet";
  table: ExportRequest["table"];
  out?: string;
}>;

/** Writes rows of a view as they are read: memory stays flat however many there are. */
export async function exportCommand(experiment: string | undefined, flags: ExportFlags): Promise<number> {
  const { db, format, table } = flags;
  if (format === "parquet") return parquetCommand(experiment, flags);
  const rows = openResults(db).exportBytes({ format, table, ...(experiment === undefined ? {} : { experiment }) });
  let file: FileHandle | undefined;
  try {
    // The file is made with its first row: an unknown experiment leaves no empty one.
    for await (const part of rows) {
      if (flags.out === undefined) await print(part);
      else await write((file ??= await created(flags.out)), flags.out, part);
    }
    if (flags.out !== undefined) file ??= await created(flags.out);
  } finally {
    await file?.close();
  }
  return 0;
}

async function parquetCommand(experiment: string | undefined, { db, table, out }: ExportFlags): Promise<number> {
  if (out === undefined) throw new UserError("Parquet is no text: it needs a file", { hint: `--out ${table}.parquet` });
  await openResults(db).exportParquet({ table, experiment, out });
  return 0;
}

async function print(part: Uint8Array): Promise<void> {
  if (!process.stdout.write(Buffer.from(part))) await once(process.stdout, "drain");
}

async function created(path: string): Promise<FileHandle> {
  try {
    return await open(path, "w");
  } catch (error) {
    throw new UserError(`cannot write ${JSON.stringify(path)}: ${(error as NodeJS.ErrnoException).code}`, {
      cause: error,
      hint: "--out names a file in a folder that exists and can be written",
    });
  }
}

async function write(file: FileHandle, path: string, part: Uint8Array): Promise<void> {
  try {
    await file.writeFile(part);
  } catch (error) {
    throw new Failure(`cannot write ${JSON.stringify(path)}: ${(error as Error).message}`, { cause: error });
  }
}
