import type { Runner, RunnerStore } from "../../ports/runner-store.ts";
import { type Database, writing } from "./sqlite.ts";
import { withToldFaults } from "./told-faults.ts";

/** Runners in SQLite. */
export function sqliteRunners(db: Database): RunnerStore {
  const find = db.prepare<[string], Runner>("SELECT * FROM runners WHERE experiment = ?");
  const all = db.prepare<[], Runner>("SELECT * FROM runners ORDER BY since");
  const beat = db.prepare("UPDATE runners SET beats = beats + 1 WHERE id = ?");
  const leave = db.prepare("DELETE FROM runners WHERE id = ?");
  const insert = db.prepare(
    "INSERT INTO runners (experiment, id, pid, host, machine, began, since, beats) VALUES (@experiment, @id, " +
      "@pid, @host, @machine, @began, @since, @beats)",
  );
  const another = db.prepare<[string], Runner>("SELECT * FROM runners WHERE id <> ? LIMIT 1");
  // A run that nobody is at work on was killed, whoever finds out.
  const markKilled = db.prepare(
    "UPDATE runs SET status = 'killed' WHERE status = 'running' AND experiment = (SELECT id FROM experiments " +
      "WHERE name = ?)",
  );

  function enter(runner: Runner, dead: Runner | null): Runner | null {
    const other = find.get(runner.experiment);
    if (other && (other.id !== dead?.id || other.beats !== dead.beats)) return other;
    bury(other ?? runner);
    insert.run(runner);
    return null;
  }

  function bury({ id, experiment }: Runner): void {
    leave.run(id);
    markKilled.run(experiment);
  }

  function alone(id: string, act: () => void): Runner | null {
    const other = another.get(id);
    if (!other) act();
    return other ?? null;
  }

  return withToldFaults<RunnerStore>(db.name, {
    enter: writing(db, enter),
    find: (experiment) => find.get(experiment) ?? null,
    all: () => all.all(),
    beat: (id) => beat.run(id).changes > 0,
    leave: (id) => void leave.run(id),
    bury: writing(db, bury),
    alone: writing(db, alone),
  });
}
