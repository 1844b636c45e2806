import type {
  AttemptRow,
  DecisionRow,
  ExperimentRow,
  PointRow,
  ResultReader,
  RunRow,
  SegmentRow,
  UsageRow,
} from "../../ports/result-reader.ts";
import { mostOf } from "../../core/extremes.ts";
import { UserError } from "../../core/user-error.ts";
import { readCells, readProblems, readTasks } from "./sqlite-cells.ts";
import type { Database } from "./sqlite.ts";
import { withToldFaults } from "./told-faults.ts";

/** The views of a database, read. */
export function sqliteReader(db: Database): ResultReader {
  return withToldFaults<ResultReader>(db.name, {
    experiments: () =>
      db.prepare<[], ExperimentRow>("SELECT name, hash, text, resolved, created_at FROM experiments ORDER BY id").all(),
    points: (experiment) => readPoints(db, experiment),
    attempts: (experiment) =>
      db
        .prepare<[string], AttemptRow>(
          "SELECT a.* FROM v_attempts a JOIN points p ON p.id = a.point WHERE a.experiment = ? ORDER BY " +
            "p.position, a.problem, a.epoch",
        )
        .iterate(experiment),
    problems: (experiment) => readProblems(db, experiment),
    cells: (experiment, points) => readCells(db, experiment, points),
    firstAttempt: (point, problem) =>
      db.prepare<[string, number], AttemptRow>(FIRST_ATTEMPT).get(problem, point) ?? null,
    tasks: (point, problems) => readTasks(db, point, problems),
    segments: (attempt) =>
      db.prepare<[number], SegmentRow>("SELECT * FROM v_segments WHERE attempt = ? ORDER BY position").all(attempt),
    decisions: (attempt) =>
      db.prepare<[number], DecisionRow>("SELECT * FROM v_decisions WHERE attempt = ? ORDER BY nth").all(attempt),
    usage: (experiment) =>
      db.prepare<[string], UsageRow>("SELECT * FROM v_usage WHERE experiment = ?").get(experiment) ??
      noUsage(experiment),
    runs: (experiment) =>
      db.prepare<[string], RunRow>("SELECT * FROM v_runs WHERE experiment = ? ORDER BY id").all(experiment),
    query: (sql, ...parameters) => db.prepare<(string | number)[], Record<string, unknown>>(sql).iterate(...parameters),
    rows: (sql, ...parameters) =>
      db
        .prepare<(string | number)[], unknown[]>(sql)
        .raw()
        .iterate(...parameters),
    close: () => void db.close(),
  });
}

/** Problems first: there are fewer of them than attempts. */
const FIRST_ATTEMPT = `SELECT * FROM v_attempts WHERE id = (
  SELECT a.id FROM problems q CROSS JOIN attempts a ON a.problem = q.id WHERE q.problem = ? AND a.point = ?
  ORDER BY a.epoch LIMIT 1)`;

/** Characters of the name of a model, a data set or a setting. */
const longestName = 2000;

/** One by one, since SQLite would sum up the attempts of all experiments for several. */
function readPoints(db: Database, experiment: string): readonly PointRow[] {
  const ids = db
    .prepare<[string], number>(
      "SELECT p.id FROM points p JOIN experiments e ON e.id = p.experiment WHERE e.name = ? ORDER BY p.position",
    )
    .pluck()
    .all(experiment);
  const point = db.prepare<[number], PointRow>("SELECT * FROM v_points WHERE id = ?");
  const points = ids.flatMap((id) => point.get(id) ?? []);
  for (const { model, dataset, method, label } of points)
    if (mostOf([model, dataset, method, label].map((name) => name.length)) > longestName)
      throw new UserError(`database "${db.name}" has names of more than ${longestName} characters`, {
        hint: "no plot and no table could show them; name another file with --db",
      });
  return points;
}

const noUsage = (experiment: string): UsageRow => ({
  experiment,
  decoded_tokens: 0,
  reused_tokens: 0,
  naive_tokens: 0,
  requests: 0,
  prompt_tokens: null,
  cached_tokens: null,
  cost: null,
  unknown_costs: 0,
  thinking_tokens: null,
  forced_tokens: null,
  answer_tokens: null,
  probe_tokens: null,
  dropped_tokens: null,
  counts: null,
});
