import Sqlite from "better-sqlite3";
import { StoreFault } from "../../core/store-fault.ts";

/** What is wrong with the world where SQLite or the file system refuses; anything else is a fault of ours. */
const reasons: readonly (readonly [RegExp, string])[] = [
  [/^SQLITE_FULL|^ENOSPC/, "the disk is full"],
  [/^SQLITE_NOTADB/, "the file is not an SQLite database"],
  [/^SQLITE_CORRUPT/, "the file is damaged"],
  [/^(SQLITE_CANTOPEN|ENOENT|ENOTDIR|EEXIST)/, "the file cannot be opened or created"],
  [/^(SQLITE_READONLY|EACCES|EROFS|EPERM)/, "its folder or file is read-only"],
  [/^(SQLITE_BUSY|SQLITE_LOCKED)/, "another process holds it"],
  [/^SQLITE_IOERR/, "the disk failed at a read or a write, or is full"],
];

export function reasonOf(error: unknown): string | null {
  const code = (error as { code?: string } | null)?.code ?? "";
  return reasons.find(([pattern]) => pattern.test(code))?.[1] ?? null;
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
      const reason = error instanceof Sqlite.SqliteError ? reasonOf(error) : null;
      throw reason === null ? error : new StoreFault(`database "${path}" failed: ${reason}`, error);
    }
  };
