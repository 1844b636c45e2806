import type { Query } from "../document.ts";
import type { AfterRow } from "./after.ts";
import { firstEpochs } from "./rounds.ts";

/**
 * A row for each natural end: chains followed, those right at some point, and the shares of their thoughts that come
 * after.
 */
export function afterQuery(rows: readonly AfterRow[], epochs: number | null): Query {
  const sql = `WITH place AS (SELECT json_extract(value, '$[0]') AS natural, json_extract(value, '$[1]') AS point
    FROM json_each(?)),
round AS (
  SELECT natural, problem, epoch, thinking_tokens AS tokens, outcome = 'correct' AS right,
    max(CASE WHEN outcome <> 'correct' THEN thinking_tokens END) OVER (PARTITION BY natural, problem,
    epoch) AS last_wrong
  FROM place JOIN v_attempts USING (point) WHERE outcome NOT IN ('error', 'unscored')${firstEpochs(epochs)}
),
chain AS (
  SELECT natural, max(tokens) AS length, min(CASE WHEN right THEN tokens END) AS first, min(CASE
  WHEN tokens > coalesce(last_wrong, -1) THEN tokens END) AS settled
  FROM round r GROUP BY natural, problem, epoch HAVING count(tokens) = (SELECT count(*) FROM place p
  WHERE p.natural = r.natural)
)
SELECT natural, count(*) AS chains, count(first) AS "right", 1.0 * sum(length - first) / sum(CASE
  WHEN first IS NOT NULL THEN length END) AS "share after",
  count(settled) AS "right for good", 1.0 * sum(length - settled) / sum(CASE WHEN settled IS NOT NULL THEN length
  END) AS "share after for good"
FROM chain GROUP BY natural`;
  return {
    sql,
    parameters: [
      JSON.stringify(rows.flatMap(({ natural, cuts }) => [...cuts, natural].map(({ id }) => [natural.id, id]))),
    ],
  };
}
