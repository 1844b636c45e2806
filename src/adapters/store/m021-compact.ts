import type { Database } from "better-sqlite3";
import { textViews } from "./segment-views.ts";
import { contentHash } from "./trace-writer.ts";

/**
 * Tokens once: ids are bytes, a long span is a place in a chain, and prompts are stored once. What stood before stays
 * beside it as `old_...` until all of it was moved (see `move-rows.ts`); a database without rows has its new form at
 * once.
 */
export function m021Compact(db: Database): void {
  const sqlOf = (name: string): string =>
    db.prepare("SELECT sql FROM sqlite_master WHERE name = ?").pluck().get(name) as string;
  const [usage, attempts] = [sqlOf("v_usage"), sqlOf("v_attempts")];
  const bytes = Number(db.pragma("page_count", { simple: true })) * Number(db.pragma("page_size", { simple: true }));
  db.exec(`
CREATE TABLE moving_rows (stage TEXT NOT NULL, at INTEGER NOT NULL, bytes INTEGER NOT NULL) STRICT;
CREATE TABLE joined_nodes (node INTEGER PRIMARY KEY, first INTEGER NOT NULL, start INTEGER NOT NULL) STRICT;

DROP VIEW v_segments;
DROP VIEW v_usage;
DROP VIEW v_attempts;
DROP INDEX nodes_chain;
DROP INDEX nodes_parent;
DROP INDEX nodes_paid_by;
DROP INDEX nodes_request;
DROP INDEX segments_span;
DROP INDEX uses_node;
ALTER TABLE segments RENAME TO old_segments;
ALTER TABLE spans RENAME TO old_spans;
ALTER TABLE uses RENAME TO old_uses;
ALTER TABLE nodes RENAME TO old_nodes;
CREATE INDEX old_nodes_chain ON old_nodes (chain);

-- A node starts after 'start' sampled tokens of its parent: forced ids, then sampled ids.
CREATE TABLE nodes (
  id INTEGER PRIMARY KEY,
  chain INTEGER NOT NULL REFERENCES chains ON DELETE CASCADE,
  parent INTEGER REFERENCES nodes,
  start INTEGER NOT NULL CHECK (start >= 0),
  forced BLOB NOT NULL,
  sampled BLOB NOT NULL,
  sampled_tokens INTEGER NOT NULL CHECK (sampled_tokens > 0),
  masked INTEGER NOT NULL,
  masked_ids BLOB NOT NULL,
  logprobs BLOB,
  confidences BLOB,
  entropies BLOB,
  paid_by INTEGER REFERENCES experiments ON DELETE SET NULL,
  request INTEGER REFERENCES requests ON DELETE SET NULL,
  store INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX nodes_chain ON nodes (chain);
CREATE INDEX nodes_parent ON nodes (parent);
CREATE INDEX nodes_paid_by ON nodes (paid_by, sampled_tokens);
CREATE INDEX nodes_request ON nodes (request);

CREATE TABLE uses (
  attempt INTEGER NOT NULL REFERENCES attempts ON DELETE CASCADE,
  node INTEGER NOT NULL REFERENCES nodes,
  start INTEGER NOT NULL CHECK (start >= 0),
  tokens INTEGER NOT NULL CHECK (tokens > 0),
  PRIMARY KEY (attempt, node, start)
) STRICT, WITHOUT ROWID;
CREATE INDEX uses_node ON uses (node);

-- Short spans, and what has no place in a chain: equal ones are stored once.
CREATE TABLE spans (
  id INTEGER PRIMARY KEY,
  hash BLOB NOT NULL UNIQUE,
  text TEXT NOT NULL,
  ids BLOB NOT NULL,
  tokens INTEGER
) STRICT;

-- What was sampled from token 'start' of 'node' on, up to token 'till' of 'last', which is that node or one below it.
CREATE TABLE texts (
  id INTEGER PRIMARY KEY,
  node INTEGER NOT NULL REFERENCES nodes ON DELETE CASCADE,
  start INTEGER NOT NULL CHECK (start >= 0),
  last INTEGER NOT NULL REFERENCES nodes ON DELETE CASCADE,
  till INTEGER NOT NULL CHECK (till > 0),
  text TEXT NOT NULL
) STRICT;
CREATE INDEX texts_node ON texts (node, start);
CREATE INDEX texts_last ON texts (last);

-- A whole span, or the first tokens of a text and the first characters of it.
CREATE TABLE segments (
  attempt INTEGER NOT NULL REFERENCES attempts ON DELETE CASCADE,
  position INTEGER NOT NULL,
  origin TEXT NOT NULL CHECK (origin IN ('sampled', 'forced')),
  kind TEXT NOT NULL CHECK (kind IN ('thinking', 'continuation', 'delimiter', 'cue', 'answer', 'probe')),
  stop TEXT CHECK (stop IN ('delimiter', 'eos', 'length')),
  span INTEGER REFERENCES spans,
  text INTEGER REFERENCES texts,
  tokens INTEGER,
  chars INTEGER,
  PRIMARY KEY (attempt, position),
  CHECK ((span IS NULL) <> (text IS NULL) AND (text IS NULL OR (tokens IS NOT NULL AND chars IS NOT NULL)))
) STRICT, WITHOUT ROWID;
CREATE INDEX segments_span ON segments (span) WHERE span IS NOT NULL;
CREATE INDEX segments_text ON segments (text) WHERE text IS NOT NULL;

CREATE TABLE prompts (
  id INTEGER PRIMARY KEY,
  hash BLOB NOT NULL UNIQUE,
  text TEXT NOT NULL
) STRICT;
ALTER TABLE attempts ADD COLUMN prompt_id INTEGER REFERENCES prompts;
`);
  db.prepare("INSERT INTO moving_rows VALUES ('nodes', 0, ?)").run(bytes);
  if (db.prepare("SELECT EXISTS (SELECT 1 FROM old_nodes) + EXISTS (SELECT 1 FROM attempts)").pluck().get() !== 0)
    return;
  endMoving(db, [...textViews, usage, attempts.replace("a.prompt,", `${PROMPT} AS prompt,`)]);
  db.exec("DROP TABLE moving_rows");
}

const PROMPT = "(SELECT r.text FROM prompts r WHERE r.id = a.prompt_id)";

/** Prompts are stored once, and what stood before goes; what is left to do then is to give its place back. */
export function endMoving(db: Database, views: readonly string[]): void {
  db.function("prompt_hash", { deterministic: true }, (text) => contentHash(text));
  db.exec(`
INSERT INTO prompts (hash, text) SELECT prompt_hash(prompt), prompt FROM attempts WHERE 1 ON CONFLICT DO NOTHING;
UPDATE attempts SET prompt_id = (SELECT p.id FROM prompts p WHERE p.hash = prompt_hash(attempts.prompt));
ALTER TABLE attempts DROP COLUMN prompt;
DROP TABLE old_segments;
DROP TABLE old_spans;
DROP TABLE old_uses;
DROP TABLE old_nodes;
DROP TABLE joined_nodes;
${views.join(";\n")};
UPDATE moving_rows SET stage = 'space';
`);
}
