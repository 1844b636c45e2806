import { randomUUID } from "node:crypto";
import type { Database } from "better-sqlite3";

/**
 * A name for each database that nothing else has, and which database a row came from: 0 is this one, others were
 * merged into it. `contests` keeps what decided between databases that had attempts of one group.
 */
export function m012Stores(db: Database): void {
  db.exec(`
CREATE TABLE stores (
  id INTEGER PRIMARY KEY,
  store TEXT NOT NULL UNIQUE,
  host TEXT,
  version TEXT,
  attempts_twice INTEGER NOT NULL DEFAULT 0,
  tokens_twice INTEGER NOT NULL DEFAULT 0
) STRICT;

ALTER TABLE runs ADD COLUMN store INTEGER NOT NULL DEFAULT 0;
ALTER TABLE attempts ADD COLUMN store INTEGER NOT NULL DEFAULT 0;
ALTER TABLE nodes ADD COLUMN store INTEGER NOT NULL DEFAULT 0;
ALTER TABLE responses ADD COLUMN store INTEGER NOT NULL DEFAULT 0;

CREATE TABLE contests (
  experiment INTEGER NOT NULL REFERENCES experiments ON DELETE CASCADE,
  model TEXT NOT NULL,
  problem TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  store INTEGER NOT NULL REFERENCES stores,
  finished INTEGER NOT NULL,
  tokens INTEGER NOT NULL,
  mixed INTEGER NOT NULL CHECK (mixed IN (0, 1)),
  PRIMARY KEY (experiment, model, problem, epoch, store)
) STRICT, WITHOUT ROWID;

CREATE VIEW v_sources AS
SELECT s.store, s.host, s.version, (SELECT count(*) FROM attempts a WHERE a.store = s.id) AS attempts,
  s.attempts_twice, s.tokens_twice FROM stores s WHERE s.id > 0 OR NOT EXISTS (SELECT 1 FROM stores WHERE id > 0);
`);
  db.prepare("INSERT INTO stores (id, store) VALUES (0, ?)").run(randomUUID());
}
