import type { RewardStore } from "../../ports/reward-store.ts";
import type { Database } from "./sqlite.ts";
import { withToldFaults } from "./told-faults.ts";

/** Scores of texts in SQLite. */
export function sqliteRewards(db: Database): RewardStore {
  const find = db.prepare("SELECT score FROM scorings WHERE scorer = ? AND text = ?").pluck();
  const add = db.prepare("INSERT OR REPLACE INTO scorings (scorer, text, score, scored_at) VALUES (?, ?, ?, ?)");
  return withToldFaults<RewardStore>(db.name, {
    find: (scorer, text) => (find.get(scorer, text) as number | undefined) ?? null,
    add: (scorer, text, score) => void add.run(scorer, text, score, new Date().toISOString()),
  });
}
