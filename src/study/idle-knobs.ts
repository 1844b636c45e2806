import type { ResultReader } from "../ports/result-reader.ts";

type Row = Readonly<{ model: string; dataset: string; low: string; high: string; problems: number; attempts: number }>;

/** Fewer problems than this can agree by chance. */
const fewest = 2;

/** What a reader of the curve must know: knobs that did nothing, and knobs of which nobody can tell. */
export const knobWarnings = (reader: ResultReader, experiment: string): readonly string[] => [
  ...idleKnobs(reader, experiment),
  ...uncounted(reader, experiment),
];

function uncounted(reader: ResultReader, experiment: string): readonly string[] {
  const rows = reader.query(
    "SELECT model FROM v_attempts WHERE experiment = ? AND role = 'native' AND outcome <> 'error' GROUP BY " +
      "model HAVING count(thinking_tokens) = 0 AND count(DISTINCT point) > 1",
    experiment,
  ) as Iterable<Pick<Row, "model">>;
  return [...rows].map(
    ({ model }) => `${model}: its server reports no thinking tokens, so nobody can say whether its knobs had an effect`,
  );
}

/** Pairs of settings whose reported thinking tokens are equal in every attempt. */
function idleKnobs(reader: ResultReader, experiment: string): readonly string[] {
  const rows = reader.query(
    `SELECT p.model AS model, p.dataset AS dataset, p.label AS low, q.label AS high,
      count(DISTINCT a.problem) AS problems, count(*) AS attempts
     FROM v_points p JOIN v_points q ON q.experiment = p.experiment AND q.model = p.model AND q.dataset = p.dataset
     AND q.method = p.method AND q.position > p.position
     JOIN v_attempts a ON a.point = p.id JOIN v_attempts b ON b.point = q.id AND b.problem = a.problem
     AND b.epoch = a.epoch
     WHERE p.experiment = ? AND p.role = 'native' AND a.outcome <> 'error' AND b.outcome <> 'error'
     GROUP BY p.id, q.id
     HAVING count(*) = count(*) FILTER (WHERE a.thinking_tokens = b.thinking_tokens) AND count(DISTINCT a.problem) >= ?
     ORDER BY p.position, q.position`,
    experiment,
    fewest,
  ) as Iterable<Row>;
  return [...rows].map(
    ({ model, dataset, low, high, problems }) =>
      `${model} on ${dataset}: ${low} and ${high} gave equal thinking tokens on all ${problems} problems: the ` +
      "knob had no effect",
  );
}
