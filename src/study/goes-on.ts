import type { ResultReader } from "../ports/result-reader.ts";

type Row = Readonly<{ model: string; flagged: number; tokens: number | null }>;

/** Models whose answers go on with thoughts: those stand among the answer's tokens. */
export function goesOnWarnings(reader: ResultReader, experiment: string): readonly string[] {
  // An index of its own holds the flagged attempts alone: a million others cost nothing.
  const rows = reader.query(
    "SELECT p.model, count(*) AS flagged, CASE WHEN count(*) = count(a.reopened_tokens) THEN sum(a.reopened_tokens) " +
      "END AS tokens FROM attempts a JOIN points p ON p.id = a.point WHERE a.reopened > 0 AND +a.experiment = " +
      "(SELECT id FROM experiments WHERE name = ?) GROUP BY p.model",
    experiment,
  ) as Iterable<Row>;
  return [...rows].map(({ model, flagged, tokens }) => {
    const attempts = reader
      .points(experiment)
      .filter((point) => point.model === model)
      .reduce((sum, point) => sum + point.attempts - point.errors, 0);
    const counted = tokens === null ? "" : ` with ${tokens.toLocaleString("en-US")} tokens`;
    return (
      `${model}: the thought goes on in the answer of ${flagged} of ${attempts} attempts ` +
      `(${((100 * flagged) / attempts).toFixed(1)} %)${counted}, which count as answer and are not graded`
    );
  });
}
