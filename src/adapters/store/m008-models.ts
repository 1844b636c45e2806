import type { Database } from "better-sqlite3";
import { hashOf } from "../../core/hash.ts";

type Fields = Record<string, unknown>;

/**
 * The models that were seen, to be known again. Versions of the engine leave the identity of models in this process:
 * their chains and records are written anew, so that old runs go on.
 */
export function m008Models(db: Database): void {
  db.exec(`
CREATE TABLE models (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  told_hash TEXT NOT NULL,
  name TEXT NOT NULL,
  greedy TEXT,
  told TEXT NOT NULL CHECK (json_valid(told)),
  fingerprint TEXT CHECK (json_valid(fingerprint)),
  facts TEXT NOT NULL CHECK (json_valid(facts)),
  seen_at TEXT NOT NULL
) STRICT;
CREATE INDEX models_told ON models (told_hash);
CREATE INDEX models_name ON models (name, seen_at);

-- 1: the hash holds addresses and operations too; it is written anew when the experiment is run again.
ALTER TABLE experiments ADD COLUMN hash_version INTEGER NOT NULL DEFAULT 1;
`);
  rekeyChains(db);
  renewRecords(db);
}

/** Without the versions of a model in this process. */
const identityOf = (identity: Fields): Fields => {
  if (identity["engine"] !== "llama") return identity;
  const { node_llama_cpp: _binding, llama_cpp: _library, ...rest } = identity;
  return rest;
};

/** Where two versions decoded the same chain, the older chain is the one that goes on. */
function rekeyChains(db: Database): void {
  const update = db.prepare("UPDATE OR IGNORE chains SET key = ?, described = ? WHERE id = ?");
  const chains = db
    .prepare<[], { id: number; described: string }>(
      "SELECT id, described FROM chains WHERE described ->> '$.engine.engine' = 'llama' ORDER BY id",
    )
    .all();
  for (const { id, described } of chains) {
    const key = JSON.parse(described) as Fields & { engine: Fields };
    const renewed = { ...key, engine: identityOf(key.engine) };
    update.run(hashOf(renewed), JSON.stringify(renewed), id);
  }
}

type RunRecord = Fields & { models?: { identity: Fields }[]; datasets?: { hash: string }[] };

function renewRecords(db: Database): void {
  const update = db.prepare("UPDATE runs SET record = ? WHERE id = ?");
  for (const { id, record } of db.prepare<[], { id: number; record: string }>("SELECT id, record FROM runs").all()) {
    const read = JSON.parse(record) as RunRecord;
    const models = read.models?.map((model) => ({ ...model, identity: identityOf(model.identity) }));
    update.run(JSON.stringify(models ? { ...read, models } : read), id);
  }
}
