import type { Database } from "better-sqlite3";

/** Texts of single tokens, by the engine (with its model) whose vocabulary it is, as chains are described by it. */
export function m016Pieces(db: Database): void {
  db.exec(`
CREATE TABLE vocabularies (
  id INTEGER PRIMARY KEY,
  engine TEXT NOT NULL UNIQUE CHECK (json_valid(engine))
) STRICT;
CREATE TABLE pieces (
  vocabulary INTEGER NOT NULL REFERENCES vocabularies ON DELETE CASCADE,
  token INTEGER NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (vocabulary, token)
) STRICT, WITHOUT ROWID;
`);
}
