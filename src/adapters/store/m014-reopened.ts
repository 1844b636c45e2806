import type { Database } from "better-sqlite3";

/** Thoughts with which an answer goes on; null where nobody looked for them, and for tokens that are not known. */
export function m014Reopened(db: Database): void {
  const attempts = db.prepare("SELECT sql FROM sqlite_master WHERE name = 'v_attempts'").pluck().get() as string;
  db.exec(`
ALTER TABLE attempts ADD COLUMN reopened INTEGER CHECK (reopened >= 0);
ALTER TABLE attempts ADD COLUMN reopened_tokens INTEGER CHECK (reopened_tokens >= 0);
CREATE INDEX attempts_reopened ON attempts (experiment) WHERE reopened > 0;
DROP VIEW v_attempts;
${attempts.replace("\nFROM attempts a", ", a.reopened, a.reopened_tokens\nFROM attempts a")};
`);
}
