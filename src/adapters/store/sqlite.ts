import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import Sqlite, { type Database } from "better-sqlite3";
import { UserError } from "../../core/user-error.ts";
import { migrations } from "./migrations.ts";
import { opening } from "./told-faults.ts";
import { turnsOf } from "./turns.ts";

export type { Database };

/**
 * Opens a results database for writing, creating and migrating it as needed. Throws a UserError where
 * the file is no database of ours, was made by a newer version, or cannot be written.
 */
export function openDatabase(path: string): Database {
  const db = opening(path, () => {
    mkdirSync(dirname(path), { recursive: true });
    return new Sqlite(path);
  });
  return opening(path, () => {
    db.pragma("busy_timeout = 30000");
    checkVersion(db, path);
    db.pragma("journal_mode = WAL");
    db.pragma("synchronous = NORMAL");
    db.pragma("foreign_keys = ON");
    migrate(db);
    return db;
  });
}

/** Opens an existing database for reading alone; one of an older version is migrated first. */
export function openForReading(path: string): Database {
  if (!existsSync(path))
    throw new UserError(`no database at "${path}"`, { hint: "run an experiment first, or name another with --db" });
  return opening(path, () => {
    const db = new Sqlite(path, { readonly: true });
    checkVersion(db, path);
    if (version(db) === migrations.length) return db;
    db.close();
    return migrated(path);
  });
}

/** Opens an existing database of this or an older version for reading, as it is. */
export function openAsItIs(path: string): Database {
  return opening(path, () => {
    const db = new Sqlite(path, { readonly: true, fileMustExist: true });
    db.pragma("busy_timeout = 30000");
    checkVersion(db, path);
    return db;
  });
}

function migrated(path: string): Database {
  openDatabase(path).close();
  return new Sqlite(path, { readonly: true });
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
  if (version(db) === 0 && hasTables(db))
    throw new UserError(`"${path}" is an SQLite database, but not one of overthink's`, {
      hint: "name another file with --db",
    });
}

const hasTables = (db: Database): boolean => db.prepare("SELECT count(*) FROM sqlite_master").pluck().get() !== 0;

function migrate(db: Database): void {
  const step = writing(db, () => {
    for (const [at, migration] of migrations.entries())
      if (at >= version(db)) {
        migration(db);
        db.pragma(`user_version = ${at + 1}`);
      }
  });
  const cache = db.pragma("cache_size", { simple: true }) as number;
  db.pragma("cache_size = -262144"); // 256 MiB: an index over a million attempts is sorted in memory, not on disk
  step();
  db.pragma(`cache_size = ${cache}`);
}
