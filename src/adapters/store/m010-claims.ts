import type { Database } from "better-sqlite3";

/** What runners alone may pay for meanwhile. */
export function m010Claims(db: Database): void {
  db.exec(`
CREATE TABLE claims (
  key TEXT PRIMARY KEY,
  runner TEXT NOT NULL REFERENCES runners (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX claims_runner ON claims (runner);
`);
}
