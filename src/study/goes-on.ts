import type { ResultReader } from "../ports/result-reader.ts";

type Row = Readonly<{ model: string; flagged: number; attempts: number; tokens: number | null }>;

/** Models whose answers go on with thoughts: those stand among the answer's tokens. */
export function goesOnWarnings(reader: ResultReader, experiment: string): readonly string[] {
  const rows = reader.query(
    "SELECT model, count(*) FILTER (WHERE reopened > 0) AS flagged, count(reopened) AS attempts, " +
      "CASE WHEN count(*) FILTER (WHERE reopened > 0 AND reopened_tokens IS NULL) = 0 THEN sum(reopened_tokens) END " +
      "AS tokens FROM v_attempts WHERE experiment = ? AND outcome <> 'error' GROUP BY model HAVING flagged > 0",
    experiment,
  ) as Iterable<Row>;
  return [...rows].map(({ model, flagged, attempts, tokens }) => {
    const counted = tokens === null ? "" : ` with ${tokens.toLocaleString("en-US")} tokens`;
    return (
      `${model}: the thought goes on in the answer of ${flagged} of ${attempts} attempts ` +
      `(${((100 * flagged) / attempts).toFixed(1)} %)${counted}, which count as answer and are not graded`
    );
  });
}
