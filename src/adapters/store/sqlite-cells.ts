import { type Outcome, outcomes } from "../../core/score.ts";
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

/** In the order of the index: the first epoch of a problem comes first. Outcomes are their places in the list. */
const NUMBERS = `SELECT json_group_array(problem) AS problem, json_group_array(CASE outcome
  ${outcomes.map((outcome, i) => `WHEN '${outcome}' THEN ${i}`).join(" ")} END) AS outcome,
  json_group_array(thinking_tokens) AS tokens
FROM (SELECT problem, outcome, thinking_tokens FROM attempts
  WHERE experiment = ? AND point = ? ORDER BY problem, epoch)`;

type Numbers = Readonly<Record<"problem" | "outcome" | "tokens", string>>;

/** A point at a time, in three texts: a million rows handed over, or added up in SQL, take five times as long. */
export function* readCells(db: Database, experiment: string, wanted?: readonly number[]): Generator<PointCells> {
  const points = db
    .prepare<[string], Readonly<{ experiment: number; id: number; dataset: string }>>(
      "SELECT p.experiment, p.id, p.dataset FROM points p JOIN experiments e ON e.id = p.experiment WHERE " +
        "e.name = ? ORDER BY p.id",
    )
    .all(experiment)
    .filter(({ id }) => wanted === undefined || wanted.includes(id));
  const numbers = db.prepare<[number, number], Numbers>(NUMBERS);
  for (const { experiment: owner, id, dataset } of points) {
    const texts = numbers.get(owner, id);
    if (texts) yield { point: id, dataset, ...folded(texts) };
  }
}

const [CORRECT, UNSCORED, ERROR] = (["correct", "unscored", "error"] as const).map((name) => outcomes.indexOf(name));

/** Sums of each problem over its epochs. */
function folded(texts: Numbers): Omit<PointCells, "point" | "dataset"> {
  const [problems, codes, tokens] = [texts.problem, texts.outcome, texts.tokens].map(
    (text) => JSON.parse(text) as readonly (number | null)[],
  ) as [readonly number[], readonly number[], readonly (number | null)[]];
  const cells = { problem: [], correct: [], counted: [], attempts: [], tokens: [], measured: [] } as Sums;
  const outcome: Outcome[] = [];
  for (let i = 0, at = -1; i < problems.length; i++) {
    const [problem, code, own] = [problems[i]!, codes[i]!, tokens[i] ?? null];
    if (problem !== cells.problem[at]) {
      at = cells.problem.push(problem) - 1;
      for (const name of SUMS) cells[name].push(0);
      outcome.push(outcomes[code]!);
    }
    if (code === ERROR) continue;
    cells.attempts[at]!++;
    if (code === CORRECT) cells.correct[at]!++;
    if (code !== UNSCORED) cells.counted[at]!++;
    if (own === null) continue;
    cells.tokens[at]! += own;
    cells.measured[at]!++;
  }
  return { ...cells, outcome };
}

const SUMS = ["correct", "counted", "attempts", "tokens", "measured"] as const;

type Sums = Record<"problem" | (typeof SUMS)[number], number[]>;
