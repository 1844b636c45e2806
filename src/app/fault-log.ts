import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "../adapters/hub/cache-folder.ts";
import { makeFolder } from "../core/make-folder.ts";
import { inert } from "../core/inert.ts";
import { stackOf } from "../core/stack-of.ts";

/** Under which id a fault of our own is told, and the file that holds its stack; null where none could be written. */
export type LoggedFault = Readonly<{ id: string; file: string | null }>;

/** Writes the stack of a fault of our own where its finder can send it from; the line that tells it stays a line. */
export function logFault(error: unknown): LoggedFault {
  const id = randomBytes(4).toString("hex");
  const folder = cacheFolder("faults");
  const file = join(folder, `${id}.log`);
  const text = [
    `${new Date().toISOString()} fault ${id}`,
    `node ${process.version}, ${process.platform} ${process.arch}`,
    `command: ${JSON.stringify(process.argv.slice(2))}`,
    stackOf(error) || String(error),
    "",
  ].join("\n");
  try {
    makeFolder(folder);
    writeFileSync(file, inert(text), { mode: 0o600 });
    return { id, file };
  } catch {
    return { id, file: null }; // the line is all that there is then
  }
}
