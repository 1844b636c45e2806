import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { openResults } from "../../app/open-results.ts";
import type { ExportRequest } from "../../report/export-rows.ts";

export type ExportFlags = Readonly<{
  db: string;
  format: ExportRequest["format"];
  table: ExportRequest["table"];
  out?: string;
}>;

/** Writes rows of a view as they are read: memory stays flat however many there are. */
export async function exportCommand(experiment: string | undefined, flags: ExportFlags): Promise<number> {
  const { db, format, table } = flags;
  const rows = openResults(db).export({ format, table, ...(experiment === undefined ? {} : { experiment }) });
  const open = () => (flags.out === undefined ? process.stdout : createWriteStream(flags.out));
  let stream: ReturnType<typeof open> | null = null;
  for await (const part of rows) {
    stream ??= open(); // An unknown experiment leaves no empty file.
    if (!stream.write(part)) await once(stream, "drain");
  }
  const written = stream ?? open();
  if (written !== process.stdout) await new Promise<void>((resolve) => written.end(resolve));
  return 0;
}
