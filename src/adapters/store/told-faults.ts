import Sqlite from "better-sqlite3";
import { StoreFault } from "../../core/store-fault.ts";
import { UserError } from "../../core/user-error.ts";
import { oddContent } from "./odd-rows.ts";

type Reason = Readonly<{
  what: string;
  hint: string;
  /** Another file is what is asked for, rather than another day. */ isWrongFile?: true;
}>;

const goOn = "the same command continues from what is stored";

/** What is wrong with the world where SQLite or the file system refuses; anything else is a fault of ours. */
const reasons: readonly (readonly [RegExp, Reason])[] = [
  [/^SQLITE_FULL|^ENOSPC|^EDQUOT/, { what: "the disk is full", hint: `free some space; ${goOn}` }],
  [
    /^SQLITE_NOTADB/,
    { what: "the file is not an SQLite database", hint: "name another file with --db", isWrongFile: true },
  ],
  [
    /^SQLITE_CORRUPT/,
    {
      what: "the file is damaged",
      hint: "keep a copy of it; sqlite3 FILE .recover saves what can be read",
      isWrongFile: true,
    },
  ],
  [
    /^(SQLITE_CANTOPEN|ENOENT|ENOTDIR|EEXIST)/,
    { what: "the file cannot be opened or created", hint: "name another file with --db", isWrongFile: true },
  ],
  [
    /^(SQLITE_READONLY|SQLITE_PERM|EACCES|EROFS|EPERM)/,
    {
      what: "its folder or file is read-only",
      hint: "make it writable, or name another file with --db",
      isWrongFile: true,
    },
  ],
  [
    /^(SQLITE_BUSY|SQLITE_LOCKED|SQLITE_PROTOCOL)/,
    { what: "another process holds it", hint: `end that process, or wait for it; ${goOn}` },
  ],
  [
    /^SQLITE_IOERR/,
    { what: "the disk failed at a read or a write, or is full", hint: `look at its space and its limits; ${goOn}` },
  ],
  [/^SQLITE_NOMEM/, { what: "there is no memory left", hint: `free some; ${goOn}` }],
];

const reasonOf = (error: unknown): Reason | null => {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" ? (reasons.find(([pattern]) => pattern.test(code))?.[1] ?? null) : null;
};

/** Databases that this process had to do with. */
const opened = new Set<string>();

/**
 * Does something with a database that may be the wrong one: a UserError then, a StoreFault where the world is in the
 * way. `option`: the one that names it.
 */
export function opening<T>(path: string, act: () => T, option = "--db"): T {
  opened.add(path);
  try {
    return act();
  } catch (error) {
    const reason = reasonOf(error);
    if (reason === null) throw error;
    const { what, hint, isWrongFile } = reason;
    if (!isWrongFile) throw fault(path, reason, error);
    throw new UserError(`cannot use database "${path}": ${what}`, {
      hint: hint.replace("--db", option),
      cause: error,
    });
  }
}

/** The same store, whose calls throw a StoreFault of one line where SQLite could not do them. */
export function withToldFaults<Store extends object>(path: string, store: Store): Store {
  const told = Object.entries(store).map(([name, act]) => [name, tell(path, act as Act)]);
  return Object.fromEntries(told) as Store;
}

type Act = (...args: readonly unknown[]) => unknown;

const tell =
  (path: string, act: Act): Act =>
  (...args) => {
    try {
      return act(...args);
    } catch (error) {
      throw toldFault(error, path);
    }
  };

/** JSON or counts that overthink did not write: in a query of ours, or where they are read. */
const isMalformed = (error: unknown): boolean =>
  error instanceof SyntaxError ||
  (error instanceof Sqlite.SqliteError && /malformed JSON|integer overflow/i.test(error.message));

/** What our own code says where it reads something else than it wrote: no error of a kind that has its own words. */
const isPuzzled = (error: unknown): boolean =>
  error instanceof TypeError ||
  error instanceof RangeError ||
  error instanceof SyntaxError ||
  (error instanceof Error && error.constructor === Error && !("code" in error));

/** Where one of the databases holds something else than we write: it is looked for when something went wrong. */
const oddIn = (paths: readonly string[]): Readonly<{ path: string; odd: string }> | null => {
  for (const path of paths) {
    try {
      const db = new Sqlite(path, { readonly: true, fileMustExist: true });
      db.pragma("trusted_schema = OFF");
      const odd = oddContent(db);
      db.close();
      if (odd !== null) return { path, odd };
    } catch {
      // It cannot be looked at any more: then the error stays what it is.
    }
  }
  return null;
};

/**
 * The error as a StoreFault, if it is one of SQLite about the world; as a UserError, if the content is at fault.
 * `paths`: the databases that it may be about; any that was opened where none is named.
 */
export function toldFault(error: unknown, paths: string | readonly string[] = []): unknown {
  const named = [paths].flat().filter((path) => path !== "");
  const path = named.join(", ");
  const found = isPuzzled(error) || isMalformed(error) ? oddIn(named.length > 0 ? named : [...opened]) : null;
  if (found || (named.length > 0 && isMalformed(error)))
    return new UserError(
      found
        ? `database "${found.path}" is not as overthink makes it: ${found.odd}`
        : `cannot use database "${path}": it holds JSON or numbers that cannot be read`,
      { hint: "name another file with --db", cause: error },
    );
  const reason = error instanceof Sqlite.SqliteError ? reasonOf(error) : null;
  return reason === null ? error : fault(path, reason, error);
}

const fault = (path: string, { what, hint }: Reason, cause: unknown): StoreFault =>
  new StoreFault(`database${path && ` "${path}"`} failed: ${what} (${hint})`, cause);
