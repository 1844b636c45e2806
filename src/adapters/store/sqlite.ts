import { copyFileSync, existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import Sqlite, { type Database } from "better-sqlite3";
import { makeFolder } from "../../core/make-folder.ts";
import { notices } from "../../core/notices.ts";
import { UserError } from "../../core/user-error.ts";
import { migrations } from "./migrations.ts";
import { compactVersion, giveSpaceBack, hasRowsToMove, isMoving, type Moving, moveRows } from "./move-rows.ts";
import { trustNothing } from "./own-schema.ts";
import { quickenViews } from "./segment-views.ts";
import { opening } from "./told-faults.ts";
import { turnsOf } from "./turns.ts";

export type { Database };

/**
 * Opens a results database for writing, creating and migrating it as needed. Throws a UserError where
 * the file is no database of ours, was made by a newer version, or cannot be written.
 */
export function openDatabase(path: string): Database {
  return openedForWriting(path, { isCopy: false });
}

/** The same for a copy of `original` that is gone soon: nobody is told of it, and it is made no smaller. */
export const openCopy = (path: string, original: string): Database =>
  openedForWriting(path, { isCopy: true }, original);

/** `named`: the file of which its faults speak. */
function openedForWriting(path: string, how: Moving, named = path): Database {
  const db = opening(path, () => {
    makeFolder(dirname(path));
    return new Sqlite(path);
  });
  return opening(path, () => {
    db.pragma("busy_timeout = 30000");
    checkVersion(db, path);
    db.pragma("journal_mode = WAL");
    db.pragma("synchronous = NORMAL");
    db.pragma("foreign_keys = ON");
    broughtUp(db, named, how);
    if (!db.memory) trustNothing(db, named, { writing: true });
    quickenViews(db);
    return db;
  });
}

/** Opens an existing database for reading alone. Nothing in it is changed: an older one is read in a copy. */
export function openForReading(path: string): Database {
  if (!existsSync(path))
    throw new UserError(`no database at "${path}"`, { hint: "run an experiment first, or name another with --db" });
  return opening(path, () => {
    const db = new Sqlite(path, { readonly: true });
    checkVersion(db, path);
    if (isCurrent(db)) return trusted(db, path);
    db.close();
    return migratedCopy(path);
  });
}

/** Opens an existing database of this or an older version for reading, as it is. */
export function openAsItIs(path: string): Database {
  return opening(path, () => {
    const db = new Sqlite(path, { readonly: true, fileMustExist: true });
    db.pragma("busy_timeout = 30000");
    checkVersion(db, path);
    db.pragma("trusted_schema = OFF");
    return isCurrent(db) ? trusted(db, path) : db;
  });
}

/** Whether a database has today's form. */
export const isCurrent = (db: Database): boolean => version(db) === migrations.length && !hasRowsToMove(db);

function trusted(db: Database, path: string): Database {
  trustNothing(db, path, { writing: false });
  quickenViews(db);
  return db;
}

/** From here on making a copy takes seconds. */
const toldFrom = 64 * 2 ** 20;

const told = new Set<string>();

/** Once, though a command opens a file several times. */
function tellOfCopy(path: string): void {
  if (told.has(path) || statSync(path).size < toldFrom) return;
  told.add(path);
  notices.publish(
    `database "${path}" is of an older version and read in a copy, which is made anew each time; ` +
      `overthink merge "${path}" --into NEW.db makes one to keep`,
  );
}

/** A copy of today's form. Its file is gone as soon as it is open, or where a system keeps it, at the end. */
function migratedCopy(path: string): Database {
  tellOfCopy(path);
  const folder = mkdtempSync(join(tmpdir(), "overthink-copy-"));
  const copy = join(folder, basename(path));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.once("exit", remove);
  for (const end of ["", "-wal"]) if (existsSync(path + end)) copyFileSync(path + end, copy + end);
  const migrated = openCopy(copy, path);
  migrated.pragma("journal_mode = DELETE");
  migrated.close();
  const db = trusted(new Sqlite(copy, { readonly: true }), path);
  if (process.platform !== "win32") remove();
  return db;
}

/**
 * An action that is one transaction, begun as a writer: one that reads first and writes later fails at once where
 * another process wrote in between, whatever the busy timeout.
 */
export function writing<Arguments extends readonly unknown[], Result>(
  db: Database,
  act: (...args: Arguments) => Result,
): (...args: Arguments) => Result {
  const transaction = db.transaction((args: Arguments) => act(...args));
  return (...args) => {
    turnsOf(db)?.begin();
    return transaction.immediate(args);
  };
}

const version = (db: Database): number => db.pragma("user_version", { simple: true }) as number;

/** In one look: another process may be making the database right now. */
function checkVersion(db: Database, path: string): void {
  db.transaction(() => refuseForeign(db, path))();
}

function refuseForeign(db: Database, path: string): void {
  if (version(db) > migrations.length)
    throw new UserError(
      `database "${path}" was made by a newer version of overthink (format ${version(db)}, this one knows ` +
        `${migrations.length})`,
      {
        hint: "update overthink, or name another file with --db",
      },
    );
  if (version(db) < 0 || (version(db) === 0 && hasTables(db)))
    throw new UserError(`"${path}" is an SQLite database, but not one of overthink's`, {
      hint: "name another file with --db",
    });
}

const hasTables = (db: Database): boolean => db.prepare("SELECT count(*) FROM sqlite_master").pluck().get() !== 0;

const isPuzzled = (error: unknown): error is Error =>
  error instanceof TypeError ||
  error instanceof SyntaxError ||
  error instanceof RangeError ||
  (error instanceof Sqlite.SqliteError && /^SQLITE_(ERROR|CONSTRAINT|MISMATCH)/.test(error.code));

/** What an older version of us did not write may be anything. */
function broughtUp(db: Database, path: string, how: Moving): void {
  try {
    migrate(db, how);
  } catch (error) {
    if (!isPuzzled(error)) throw error;
    throw new UserError(`database "${path}" cannot be brought to today's form: ${error.message}`, {
      hint: "it is not as overthink made it; name another file with --db",
      cause: error,
    });
  }
}

function migrate(db: Database, how: Moving): void {
  if (isCurrent(db) && !isMoving(db)) return;
  const cache = db.pragma("cache_size", { simple: true }) as number;
  db.pragma("cache_size = -262144"); // 256 MiB: an index over a million attempts is sorted in memory, not on disk
  const upTo = writing(db, (last: number) => {
    for (let at = version(db); at < last; at++) {
      migrations[at]?.(db);
      db.pragma(`user_version = ${at + 1}`);
    }
  });
  upTo(compactVersion);
  const isTold = moveRows(db, how);
  upTo(migrations.length);
  moveRows(db, { ...how, isTold });
  if (!how.isCopy) giveSpaceBack(db);
  db.pragma(`cache_size = ${cache}`);
}
