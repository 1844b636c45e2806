import { existsSync } from "node:fs";
import { UserError } from "../../../core/user-error.ts";
import { type Database, isCurrent, openAsItIs, openCopy } from "../sqlite.ts";

/**
 * A database to be merged: `file` is it, or a copy of it in today's format. `stores`: itself and what was merged
 * into it.
 */
export type MergeSource = Readonly<{ path: string; file: string; store: string; stores: readonly string[] }>;

/**
 * Reads what databases say of themselves, and sorts them by it: their order on the command line changes nothing. One of
 * an older format, or one that is being written, is copied, and the copy migrated. Throws a UserError where two of
 * them are, or hold, the same one.
 */
export function openSources(
  paths: readonly string[],
  copyTo: (at: number) => string,
  isWritten: (path: string) => boolean,
): readonly MergeSource[] {
  const sources = paths.map((path, at) => sourceOf(path, isWritten(path), () => copyTo(at)));
  refuseTwice(sources);
  return sources.toSorted((a, b) => (a.store < b.store ? -1 : 1));
}

function sourceOf(path: string, isWritten: boolean, copyTo: () => string): MergeSource {
  if (!existsSync(path)) throw new UserError(`no database at "${path}"`, { hint: "merge takes existing databases" });
  const file = !isWritten && isOfToday(path) ? path : migratedCopy(path, copyTo());
  const db = openAsItIs(file);
  try {
    const stores = storesIn(db);
    return { path, file, store: stores[0] as string, stores };
  } finally {
    db.close();
  }
}

/** The names of a database and of what was merged into it. */
export const storesIn = (db: Database): readonly string[] =>
  db.prepare<[], string>("SELECT store FROM stores ORDER BY id").pluck().all();

function isOfToday(path: string): boolean {
  const db = openAsItIs(path);
  try {
    return isCurrent(db);
  } finally {
    db.close();
  }
}

function migratedCopy(path: string, copy: string): string {
  const db = openAsItIs(path);
  try {
    db.prepare("VACUUM INTO ?").run(copy);
  } finally {
    db.close();
  }
  openCopy(copy, path).close();
  return copy;
}

export function refuseTwice(sources: readonly Pick<MergeSource, "path" | "stores">[]): void {
  const owners = new Map<string, string>();
  for (const { path, stores } of sources)
    for (const store of stores) {
      const other = owners.get(store);
      if (other !== undefined)
        throw new UserError(
          other === path ? `"${path}" is named twice` : `"${other}" and "${path}" hold the same database`,
          { hint: "nothing may be counted twice: name each database once, and none that another one already holds" },
        );
      owners.set(store, path);
    }
}
