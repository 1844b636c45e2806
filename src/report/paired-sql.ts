import type { Query } from "./document.ts";

const ofPoint =
  "SELECT problem, question, target, avg(outcome = 'correct') AS share FROM v_attempts WHERE point = ? AND " +
  "outcome NOT IN ('error', 'unscored') GROUP BY problem, question, target";

/**
 * Problems that the second of two points, given by id, has right more often than the first, and the other way round.
 */
export const pairedSql = (first: number | undefined, second: number | undefined): Query => ({
  sql: `SELECT sum(b.share > a.share) AS won, sum(b.share < a.share) AS lost, count(*) AS problems
FROM (${ofPoint}) a
JOIN (${ofPoint}) b USING (problem, question, target)`,
  parameters: [first ?? 0, second ?? 0],
});
