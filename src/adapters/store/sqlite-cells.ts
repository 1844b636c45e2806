import { outcomes } from "../../core/score.ts";
import type { PointCells, ProblemRow, TaskRow } from "../../ports/result-reader.ts";
import type { Database } from "./sqlite.ts";

export function readProblems(db: Database, experiment: string): readonly ProblemRow[] {
  const sql = `SELECT q.id, q.problem, json_extract(q.tags, '$.level') AS level,
  CASE WHEN length(q.tags) <= 500 THEN q.tags ELSE '{}' END AS tags FROM experiments e JOIN problems q
    ON e.name = ?
WHERE EXISTS (SELECT 1 FROM attempts a WHERE a.experiment = e.id AND a.point IN (SELECT p.id FROM points p
  WHERE p.experiment = e.id) AND a.problem = q.id) ORDER BY q.dataset_hash, q.problem`;
  return db.prepare<[string], ProblemRow>(sql).all(experiment);
}

/** First epochs are found in the index; only they are read. */
export function readTasks(db: Database, point: number, problems?: readonly number[]): Iterable<TaskRow> {
  const some = problems ? " AND problem IN (SELECT value FROM json_each(?))" : "";
  const sql = `SELECT q.problem, q.text AS question, q.target, r.text AS prompt, a.grader
FROM (SELECT point, problem, min(epoch) AS epoch FROM attempts WHERE point = ?${some} GROUP BY problem) f
JOIN attempts a ON a.point = f.point AND a.problem = f.problem AND a.epoch = f.epoch
JOIN problems q ON q.id = f.problem LEFT JOIN prompts r ON r.id = a.prompt_id`;
  return db.prepare<(number | string)[], TaskRow>(sql).iterate(point, ...(problems ? [JSON.stringify(problems)] : []));
}

/** With `min(epoch)` SQLite takes the bare columns from that row: `outcome` is the first epoch's. */
function folded(isGraded: boolean): string {
  const done = (value: string): string => (isGraded ? value : `CASE WHEN outcome <> 'error' THEN ${value} END`);
  const columns = `problem, min(epoch),
  ${outcomes.map((outcome, i) => `(outcome = '${outcome}') * ${i}`).join(" + ")} AS outcome,
  sum(outcome = 'correct') AS correct,
  ${isGraded ? "count(*)" : "sum(outcome NOT IN ('error', 'unscored'))"} AS counted,
  ${isGraded ? "count(*)" : "sum(outcome <> 'error')"} AS attempts,
  coalesce(sum(${done("thinking_tokens")}), 0) AS tokens, count(${done("thinking_tokens")}) AS measured`;
  return `SELECT ${LISTS.map((name) => `json_group_array(${name}) AS ${name}`).join(", ")}
FROM (SELECT ${columns} FROM attempts WHERE experiment = ? AND point = ? GROUP BY problem)`;
}

const LISTS = ["problem", "outcome", "correct", "counted", "attempts", "tokens", "measured"] as const;

type Point = Readonly<{ experiment: number; id: number; dataset: string; graded: 0 | 1 }>;

/** `graded`: no attempt failed or is without a verdict, so that half of the comparisons of texts can be spared. */
const POINTS = `SELECT p.experiment, p.id, p.dataset, coalesce(s.errors + s.unscored, 0) = 0 AS graded
FROM points p JOIN experiments e ON e.id = p.experiment LEFT JOIN point_sums s ON s.point = p.id
WHERE e.name = ? ORDER BY p.id`;

/** A point at a time, in lists: a million rows one by one take longer to hand over than to sum up. */
export function* readCells(db: Database, experiment: string, wanted?: readonly number[]): Generator<PointCells> {
  const points = db
    .prepare<[string], Point>(POINTS)
    .all(experiment)
    .filter(({ id }) => wanted === undefined || wanted.includes(id));
  const [some, all] = [false, true].map((isGraded) =>
    db.prepare<[number, number], Record<(typeof LISTS)[number], string>>(folded(isGraded)),
  );
  for (const { experiment: owner, id, dataset, graded } of points) {
    const texts = (graded === 1 ? all : some)?.get(owner, id);
    if (!texts) continue;
    const list = (name: (typeof LISTS)[number]) => JSON.parse(texts[name]) as readonly number[];
    const [correct, counted, attempts, tokens, measured] = [
      list("correct"),
      list("counted"),
      list("attempts"),
      list("tokens"),
      list("measured"),
    ];
    yield {
      point: id,
      dataset,
      problem: list("problem"),
      outcome: list("outcome").map((i) => outcomes[i] ?? "error"),
      correct,
      counted,
      attempts,
      tokens,
      measured,
    };
  }
}
