import type { Database } from "better-sqlite3";

/** How replies of native models ended, what served them, the money that they name, and tries of unknown cost. */
export function m013Endings(db: Database): void {
  const sqlOf = (view: string): string =>
    db.prepare("SELECT sql FROM sqlite_master WHERE name = ?").pluck().get(view) as string;
  const [attempts, points, usage, tries] = ["v_attempts", "v_points", "v_usage", "v_tries"].map(sqlOf) as [
    string,
    string,
    string,
    string,
  ];
  // Not a join: sums over a million attempts shall be read from their index alone.
  const told = (column: string): string => `(SELECT r.${column} FROM responses r WHERE r.id = a.response) AS ${column}`;
  const numbers = sqlOf("attempts_numbers");
  db.exec(`
ALTER TABLE responses ADD COLUMN ending TEXT NOT NULL DEFAULT 'stop'
  CHECK (ending IN ('stop', 'length', 'model-length', 'refusal', 'content-filter', 'empty'));
ALTER TABLE responses ADD COLUMN summary TEXT;
ALTER TABLE responses ADD COLUMN written_tokens INTEGER;
ALTER TABLE responses ADD COLUMN served_model TEXT;
ALTER TABLE responses ADD COLUMN provider TEXT;
ALTER TABLE responses ADD COLUMN service_tier TEXT;
ALTER TABLE responses ADD COLUMN reported_cost REAL;
ALTER TABLE responses ADD COLUMN cost_source TEXT;
ALTER TABLE attempts ADD COLUMN ending TEXT;
ALTER TABLE tries ADD COLUMN cost_unknown INTEGER NOT NULL DEFAULT 0 CHECK (cost_unknown IN (0, 1));

UPDATE responses SET ending = CASE
  WHEN finish = 'length' THEN 'length'
  WHEN finish_reason IN ('content_filter', 'refusal') THEN replace(finish_reason, '_', '-')
  WHEN trim(answer, char(9, 10, 13, 32)) = '' THEN 'empty'
  ELSE 'stop' END;
UPDATE attempts SET ending = (SELECT r.ending FROM responses r WHERE r.id = attempts.response) WHERE response IS NOT NULL;

DROP INDEX attempts_numbers;
${numbers.replace("forced_end, counts)", "forced_end, counts, ending)")};

DROP VIEW v_points;
${points.replace(
  "  avg(CASE WHEN a.outcome IN ('unscored', 'error')",
  "  count(*) FILTER (WHERE a.ending IN ('refusal', 'content-filter')) AS refused,\n" +
    "  avg(CASE WHEN a.outcome IN ('unscored', 'error')",
)};
DROP VIEW v_attempts;
${attempts.replace("\nFROM attempts a", `,\n  a.ending, ${["finish_reason", "served_model", "provider", "service_tier"].map(told).join(", ")}\nFROM attempts a`)};
DROP VIEW v_usage;
${usage.replace(
  " AS cost\nFROM experiments e",
  " AS cost,\n" +
    "  (SELECT count(*) FROM tries t WHERE t.experiment = e.id AND t.cost_unknown = 1) AS unknown_costs\n" +
    "FROM experiments e",
)};
DROP VIEW v_tries;
${tries.replace("\nFROM tries t", ", t.cost_unknown\nFROM tries t")};

CREATE VIEW v_responses AS
SELECT r.id, e.name AS experiment, r.problem, r.epoch, r.thought, r.summary, r.answer, r.ending, r.finish_reason,
  r.prompt_tokens, r.cached_tokens, r.written_tokens, r.thinking_tokens, r.answer_tokens, r.output_tokens, r.counts,
  r.served_model, r.provider, r.service_tier, q.cost, r.reported_cost, coalesce(r.cost_source, CASE WHEN q.cost IS NOT NULL THEN 'price' END) AS cost_source,
  r.described, r.answered_at
FROM responses r LEFT JOIN experiments e ON e.id = r.paid_by LEFT JOIN requests q ON q.id = r.request;
`);
}
