import { firstEpochs } from "./rounds.ts";
import type { Query } from "../document.ts";
import type { Step, StepKind } from "./steps.ts";

const TAKEN: Readonly<Record<StepKind, string>> = {
  end: "y.ignored_ends > x.ignored_ends",
  "next-cut": "x.forced_end AND coalesce(x.thinking_tokens <> y.thinking_tokens, 1)",
  "own-end": "x.forced_end AND coalesce(x.thinking_tokens <> y.thinking_tokens, 1)",
  setting: "1",
};

/**
 * A row for each step of a table: ids of its two points, and the columns of the table. Answers are compared as texts.
 */
export function stepQuery(kind: StepKind, steps: readonly Step[], epochs: number | null): Query {
  const sql = `WITH step AS (SELECT key AS row, json_extract(value, '$[0]') AS first, json_extract(value,
    '$[1]') AS second FROM json_each(?)),
pair AS (
  SELECT row, first, second, x.outcome = 'correct' AS before, y.outcome = 'correct' AS after,
  x.answer IS y.answer AS same, ${TAKEN[kind]} AS taken
  FROM step JOIN v_attempts x ON x.point = first
  JOIN v_attempts y ON y.point = second AND y.dataset_hash = x.dataset_hash AND y.problem = x.problem
  AND y.epoch = x.epoch
  WHERE x.outcome NOT IN ('error', 'unscored') AND y.outcome NOT IN ('error',
  'unscored')${firstEpochs(epochs, "x.epoch")}
)
SELECT first, second, count(*) AS followed, sum(taken) AS taken,
  sum(taken AND NOT before AND after) AS "wrong to right", sum(taken AND before
  AND NOT after) AS "right to wrong", sum(taken AND before AND after) AS "unchanged right",
  sum(taken AND NOT before AND NOT after AND same) AS "unchanged wrong", sum(taken AND NOT before AND NOT after
  AND NOT same) AS "wrong to another wrong"
FROM pair GROUP BY row HAVING sum(taken) > 0 ORDER BY row`;
  return { sql, parameters: [JSON.stringify(steps.map(({ from, to }) => [from.id, to.id]))] };
}
