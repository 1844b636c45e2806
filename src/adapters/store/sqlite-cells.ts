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
const FOLDED = `SELECT problem, min(epoch),
  ${outcomes.map((outcome, i) => `(outcome = '${outcome}') * ${i}`).join(" + ")} AS outcome,
  sum(outcome = 'correct') AS correct, sum(outcome NOT IN ('error', 'unscored')) AS counted,
  sum(outcome <> 'error') AS attempts,
  coalesce(sum(CASE WHEN outcome <> 'error' THEN thinking_tokens END), 0) AS tokens, count(CASE
  WHEN outcome <> 'error' THEN thinking_tokens END) AS measured
FROM attempts WHERE experiment = ? AND point = ? GROUP BY problem`;

const LISTS = ["problem", "outcome", "correct", "counted", "attempts", "tokens", "measured"] as const;

/** A point at a time, in lists: a million rows one by one take longer to hand over than to sum up. */
export function* readCells(db: Database, experiment: string): Generator<PointCells> {
  const points = db
    .prepare<[string], Readonly<{ experiment: number; id: number; dataset: string }>>(
      "SELECT p.experiment, p.id, p.dataset FROM points p JOIN experiments e ON e.id = p.experiment WHERE " +
        "e.name = ? ORDER BY p.id",
    )
    .all(experiment);
  const folded = db.prepare<[number, number], Record<(typeof LISTS)[number], string>>(
    `SELECT ${LISTS.map((name) => `json_group_array(${name}) AS ${name}`).join(", ")} FROM (${FOLDED})`,
  );
  for (const { experiment: owner, id, dataset } of points) {
    const texts = folded.get(owner, id);
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
