import type { Database } from "better-sqlite3";

/** Batches of questions, written down before they are handed in; a request may be a line of one. */
export function m015Batches(db: Database): void {
  const responses = db.prepare("SELECT sql FROM sqlite_master WHERE name = 'v_responses'").pluck().get() as string;
  db.exec(`
CREATE TABLE batches (
  id INTEGER PRIMARY KEY,
  service TEXT NOT NULL,
  token TEXT NOT NULL,
  remote TEXT,
  intended_at TEXT NOT NULL,
  submitted_at TEXT,
  ended_at TEXT
) STRICT;
CREATE INDEX batches_open ON batches (service) WHERE ended_at IS NULL;

CREATE TABLE batch_lines (
  batch INTEGER NOT NULL REFERENCES batches ON DELETE CASCADE,
  line TEXT NOT NULL,
  key TEXT NOT NULL,
  question TEXT NOT NULL CHECK (json_valid(question)),
  state TEXT NOT NULL CHECK (state IN ('open', 'answered', 'failed', 'again')),
  error TEXT,
  PRIMARY KEY (batch, line)
) STRICT, WITHOUT ROWID;
CREATE INDEX batch_lines_key ON batch_lines (key);

ALTER TABLE requests ADD COLUMN batch INTEGER REFERENCES batches ON DELETE SET NULL;

DROP VIEW v_responses;
${responses.replace("\n  r.described", "\n  q.batch IS NOT NULL AS batched, r.described")};

CREATE VIEW v_batches AS
SELECT b.id, b.token, b.remote, b.intended_at, b.submitted_at, b.ended_at, count(l.line) AS lines,
  count(*) FILTER (WHERE l.state = 'answered') AS answered, count(*) FILTER (WHERE l.state = 'failed') AS failed,
  count(*) FILTER (WHERE l.state = 'again') AS again
FROM batches b LEFT JOIN batch_lines l ON l.batch = b.id GROUP BY b.id;
`);
}
