import type { Database } from "./sqlite.ts";

/**
 * What an attempt would have taken alone: of each request that decoded tokens it relies on, the seconds in proportion
 * to those tokens; of its money the prompt whole and the rest in the same proportion. Unknown as soon as one request
 * is.
 */
const CHAINED = `
WITH
used AS (SELECT n.request, sum(u.tokens) AS tokens FROM uses u CROSS JOIN nodes n ON n.id = u.node
  WHERE u.attempt = @attempt GROUP BY n.request),
parts AS (
  SELECT r.milliseconds / 1000.0 * tokens / r.sampled_tokens AS seconds,
    r.prompt_cost + (r.cost - r.prompt_cost) * tokens / r.sampled_tokens AS cost
  FROM used LEFT JOIN requests r ON r.id = used.request
),
total AS (
  SELECT CASE WHEN count(*) = count(seconds) THEN sum(seconds) END AS seconds,
    CASE WHEN count(*) = count(cost) THEN sum(cost) END AS cost FROM parts
)
UPDATE attempts SET seconds = total.seconds, cost = total.cost FROM total WHERE attempts.id = @attempt`;

/** A response is given whole; how long a line of a batch took alone nobody knows. */
const RESPONDED = `
UPDATE attempts SET seconds = iif(r.batch IS NULL, r.milliseconds / 1000.0, NULL), cost = r.cost
FROM responses s JOIN requests r ON r.id = s.request WHERE s.id = attempts.response AND attempts.id = @attempt`;

export type CostSettler = Readonly<{
  attempt: (id: number, kind: "chained" | "responded") => void;
  /** Attempts that relied on a request before it had ended. */
  afterRequest: (request: number) => void;
}>;

/** Gives stored attempts their seconds and their money; kept with them, since a report reads a million. */
export function costSettler(db: Database): CostSettler {
  const settle = { chained: db.prepare(CHAINED), responded: db.prepare(RESPONDED) };
  const early = db
    .prepare<[number], number>(
      "SELECT DISTINCT u.attempt FROM nodes n CROSS JOIN uses u ON u.node = n.id WHERE n.request = ?",
    )
    .pluck();
  return {
    attempt: (attempt, kind) => void settle[kind].run({ attempt }),
    afterRequest: (request) => {
      for (const attempt of early.all(request)) settle.chained.run({ attempt });
    },
  };
}
