import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { sqliteReader } from "../../adapters/store/sqlite-reader.ts";
import { openForReading } from "../../adapters/store/sqlite.ts";
import { type ExportRequest, exportRows } from "../../report/export-rows.ts";

export type ExportFlags = Readonly<{
  db: string;
  format: ExportRequest["format"];
  table: ExportRequest["table"];
  out?: string;
}>;

/** Writes rows of a view, a line at a time: memory stays flat however many there are. */
export async function exportCommand(experiment: string | undefined, flags: ExportFlags): Promise<number> {
  const reader = sqliteReader(openForReading(flags.db));
  const stream = flags.out === undefined ? process.stdout : createWriteStream(flags.out);
  try {
    const { format, table } = flags;
    for (const line of exportRows(reader, { format, table, ...(experiment === undefined ? {} : { experiment }) }))
      if (!stream.write(line)) await once(stream, "drain");
    return 0;
  } finally {
    reader.close();
    if (stream !== process.stdout) await new Promise<void>((resolve) => stream.end(resolve));
  }
}
