import type { Query } from "../document.ts";
import { firstEpochs } from "./rounds.ts";
import type { SolvedRow } from "./solved.ts";

/**
 * A row for each point of each curve at which chains are first right; the row without a point counts those that never
 * are.
 */
export function solvedQuery(rows: readonly SolvedRow[], epochs: number | null): Query {
  const sql = `WITH place AS (SELECT key AS place, json_extract(value, '$[0]') AS curve, json_extract(value,
    '$[1]') AS point FROM json_each(?)),
round AS (
  SELECT curve, problem, epoch, place, outcome = 'correct' AS right FROM place JOIN v_attempts a USING (point)
  WHERE outcome NOT IN ('error', 'unscored')${firstEpochs(epochs)}
),
chain AS (
  SELECT curve, min(CASE WHEN right THEN place END) AS first, max(CASE WHEN NOT right THEN place END) AS last_wrong
  FROM round r GROUP BY curve, problem, epoch HAVING count(*) = (SELECT count(*) FROM place p WHERE p.curve = r.curve)
)
SELECT c.curve, p.point, count(*) AS "first right here", sum(first > coalesce(last_wrong, -1)) AS "of these stay right"
FROM chain c LEFT JOIN place p ON p.place = c.first GROUP BY c.curve, c.first
  ORDER BY c.curve, c.first IS NULL, c.first`;
  return {
    sql,
    parameters: [JSON.stringify(rows.flatMap(({ points }, curve) => points.map(({ point }) => [curve, point])))],
  };
}
