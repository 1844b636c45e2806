import type { Database } from "better-sqlite3";

/** What engines say of sampled tokens beside their log-probabilities: one number for each, as JSON. */
export function m017Signals(db: Database): void {
  db.exec(`
ALTER TABLE nodes ADD COLUMN confidences TEXT;
ALTER TABLE nodes ADD COLUMN entropies TEXT;
`);
}
