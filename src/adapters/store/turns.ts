import type { Database } from "better-sqlite3";
import { withToldFaults } from "./told-faults.ts";

/**
 * Writes of one turn of the event loop as one transaction: a commit costs several times what is written in it, and
 * under many chains a turn writes for all of them. What a killed process loses is the turn that it was killed in.
 */
export type Turns = Readonly<{
  /** To be called before each write; throws what an earlier commit failed with. */
  begin: () => void;
  /** Commits what this turn wrote so far: somebody else is about to rely on it. */
  commit: () => void;
  /** Commits the open transaction, and makes each write a transaction of its own again. */
  end: () => void;
}>;

const turns = new WeakMap<Database, Turns>();

export const turnsOf = (db: Database): Turns | undefined => turns.get(db);

/** From now on, until its end. */
export const writeInTurns = (db: Database): Turns => {
  const [begin, commit, rollback] = ["BEGIN IMMEDIATE", "COMMIT", "ROLLBACK"].map((sql) => db.prepare(sql));
  let open = false;
  let fault: unknown = null;
  const close = (): void => {
    if (!open) return;
    open = false;
    try {
      commit?.run();
    } catch (error) {
      fault ??= error;
      if (db.inTransaction) rollback?.run();
    }
  };
  const checked = (): void => {
    if (fault !== null) throw fault;
  };
  const made: Turns = {
    begin: () => {
      checked();
      if (db.inTransaction) return;
      begin?.run();
      open = true;
      setImmediate(close);
    },
    commit: () => {
      close();
      checked();
    },
    end: () => {
      turns.delete(db);
      close();
      checked();
    },
  };
  turns.set(db, made);
  return withToldFaults(db.name, made);
};
