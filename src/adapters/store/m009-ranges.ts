import type { Database } from "better-sqlite3";

/** An attempt relies on any stretch of a node, no longer on its first tokens alone. */
export function m009Ranges(db: Database): void {
  db.exec(`
CREATE TABLE stretches (
  attempt INTEGER NOT NULL REFERENCES attempts ON DELETE CASCADE,
  node INTEGER NOT NULL REFERENCES nodes,
  start INTEGER NOT NULL CHECK (start >= 0),
  tokens INTEGER NOT NULL CHECK (tokens > 0),
  PRIMARY KEY (attempt, node, start)
) STRICT, WITHOUT ROWID;
INSERT INTO stretches (attempt, node, start, tokens) SELECT attempt, node, 0, tokens FROM uses ORDER BY attempt, node;
DROP TABLE uses;
ALTER TABLE stretches RENAME TO uses;
CREATE INDEX uses_node ON uses (node);
`);
}
