import type { Database } from "better-sqlite3";

/** What reward models took: for each text where they say, and for each attempt. */
export function m019Scorers(db: Database): void {
  const attempts = db.prepare("SELECT sql FROM sqlite_master WHERE name = 'v_attempts'").pluck().get() as string;
  db.exec(`
ALTER TABLE scorings ADD COLUMN tokens INTEGER;
ALTER TABLE scorings ADD COLUMN parameters REAL;
ALTER TABLE attempts ADD COLUMN scorer_tokens INTEGER;
ALTER TABLE attempts ADD COLUMN scorer_flops REAL;
DROP VIEW v_attempts;
${attempts.replace("\nFROM attempts a", ", a.scorer_tokens, a.scorer_flops\nFROM attempts a")};
`);
}
