import type { Database } from "better-sqlite3";

/** What methods decided while they made an attempt. */
export function m018Decisions(db: Database): void {
  db.exec(`
CREATE TABLE decisions (
  attempt INTEGER NOT NULL REFERENCES attempts ON DELETE CASCADE,
  nth INTEGER NOT NULL,
  position INTEGER NOT NULL,
  rule TEXT NOT NULL,
  value REAL,
  threshold REAL,
  outcome TEXT NOT NULL,
  detail TEXT,
  PRIMARY KEY (attempt, nth)
) STRICT, WITHOUT ROWID;

CREATE VIEW v_decisions AS
SELECT d.attempt, d.nth, d.position, d.rule, d.value, d.threshold, d.outcome, d.detail FROM decisions d;
`);
}
