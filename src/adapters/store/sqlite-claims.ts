import type { ClaimStore } from "../../ports/claims.ts";
import type { Runner } from "../../ports/runner-store.ts";
import { type Database, writing } from "./sqlite.ts";
import { withToldFaults } from "./told-faults.ts";

/** The claims of one runner in SQLite; one that has lost its place gets none. */
export function sqliteClaims(db: Database, runner: string): ClaimStore {
  const holder = db.prepare<[string], Runner>(
    "SELECT r.* FROM claims c JOIN runners r ON r.id = c.runner WHERE c.key = ?",
  );
  const insert = db.prepare(
    "INSERT INTO claims (key, runner) SELECT ?, id FROM runners WHERE id = ? ON CONFLICT DO NOTHING",
  );
  const remove = db.prepare("DELETE FROM claims WHERE key = ? AND runner = ?");

  function take(key: string): boolean {
    const other = holder.get(key);
    return other ? other.id === runner : insert.run(key, runner).changes > 0;
  }

  return withToldFaults<ClaimStore>(db.name, {
    take: writing(db, take),
    give: writing(db, (key: string) => void remove.run(key, runner)),
    holder: (key) => holder.get(key) ?? null,
  });
}
