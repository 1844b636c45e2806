import type { Database } from "better-sqlite3";
import { textViews } from "./segment-views.ts";

/**
 * A text that the pieces of its ids spell is not stored. `odd`: what single tokens of it say where that is not their
 * piece, by their place, as JSON. Texts that stand there are gone through afterwards (see `move-rows.ts`).
 */
export function m023Spelled(db: Database): void {
  const bytes = Number(db.pragma("page_count", { simple: true })) * Number(db.pragma("page_size", { simple: true }));
  db.exec(`
ALTER TABLE texts ADD COLUMN vocabulary INTEGER REFERENCES vocabularies;
ALTER TABLE texts ADD COLUMN odd TEXT CHECK (odd IS NULL OR json_valid(odd));
DROP VIEW v_segments;
DROP VIEW v_nodes;
${textViews.join(";\n")};
`);
  if (db.prepare("SELECT EXISTS (SELECT 1 FROM texts) AND EXISTS (SELECT 1 FROM pieces)").pluck().get() === 0) return;
  // What an older version left of its own move has the size from before it.
  db.exec(
    "CREATE TABLE IF NOT EXISTS moving_rows (stage TEXT NOT NULL, at INTEGER NOT NULL, bytes INTEGER NOT NULL) STRICT",
  );
  db.prepare("INSERT INTO moving_rows SELECT 'space', 0, ? WHERE NOT EXISTS (SELECT 1 FROM moving_rows)").run(bytes);
  db.exec("UPDATE moving_rows SET stage = 'texts', at = 0");
}
