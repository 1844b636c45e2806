import { hashOf } from "../../core/hash.ts";
import type { Fingerprint, KnownModel, ModelStore } from "../../ports/model-store.ts";
import type { Database } from "./sqlite.ts";
import { withToldFaults } from "./told-faults.ts";

type Row = { greedy: string | null; told: string; fingerprint: string | null; facts: string };

const columns = "greedy, told, fingerprint, facts";

/** Models in SQLite. */
export function sqliteModels(db: Database): ModelStore {
  const telling = db.prepare<[string], Row>(`SELECT ${columns} FROM models WHERE told_hash = ? ORDER BY id`);
  const lastNamed = db.prepare<[string], Row>(
    `SELECT ${columns} FROM models WHERE name = ? ORDER BY seen_at DESC, id DESC LIMIT 1`,
  );
  const see = db.prepare(`INSERT INTO models (key, told_hash, name, greedy, told, fingerprint, facts, seen_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (key) DO UPDATE SET name = excluded.name, facts = excluded.facts, seen_at = excluded.seen_at`);
  return withToldFaults<ModelStore>(db.name, {
    telling: (told) => telling.all(hashOf(told)).map(toModel),
    lastNamed: (name) => {
      const row = lastNamed.get(name);
      return row ? toModel(row) : null;
    },
    see: (name, { greedy, told, fingerprint, facts }) => {
      const identity = [hashOf({ told, greedy }), hashOf(told), name, greedy, JSON.stringify(told)];
      const print = fingerprint && JSON.stringify(fingerprint);
      see.run(...identity, print, JSON.stringify(facts), new Date().toISOString());
    },
  });
}

const toModel = ({ greedy, told, fingerprint, facts }: Row): KnownModel => ({
  greedy,
  told: JSON.parse(told) as KnownModel["told"],
  fingerprint: fingerprint === null ? null : (JSON.parse(fingerprint) as Fingerprint),
  facts: JSON.parse(facts) as KnownModel["facts"],
});
