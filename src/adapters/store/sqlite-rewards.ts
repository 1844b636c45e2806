import type { RewardStore } from "../../ports/reward-store.ts";
import type { Spent } from "../../ports/reward.ts";
import type { Database } from "./sqlite.ts";
import { withToldFaults } from "./told-faults.ts";

/** Scores of texts in SQLite. */
export function sqliteRewards(db: Database): RewardStore {
  const find = db.prepare("SELECT score FROM scorings WHERE scorer = ? AND text = ?").pluck();
  const spent = db.prepare<[string, string], Spent>(
    "SELECT tokens, parameters FROM scorings WHERE scorer = ? AND text = ? AND tokens IS NOT NULL",
  );
  const add = db.prepare(
    "INSERT OR REPLACE INTO scorings (scorer, text, score, scored_at, tokens, parameters) VALUES (?, ?, ?, ?, ?, ?)",
  );
  return withToldFaults<RewardStore>(db.name, {
    find: (scorer, text) => (find.get(scorer, text) as number | undefined) ?? null,
    spent: (scorer, text) => spent.get(scorer, text) ?? null,
    add: (scorer, text, score, took = null) =>
      void add.run(scorer, text, score, new Date().toISOString(), took?.tokens ?? null, took?.parameters ?? null),
  });
}
