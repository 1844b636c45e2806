import type { Database } from "better-sqlite3";

/** Who is at work on which experiment, by its name: it may not be stored yet. */
export function m006Runners(db: Database): void {
  db.exec(`
CREATE TABLE runners (
  experiment TEXT PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  pid INTEGER NOT NULL,
  host TEXT NOT NULL,
  machine TEXT NOT NULL,
  began TEXT,
  since TEXT NOT NULL,
  beats INTEGER NOT NULL
) STRICT;
`);
}
