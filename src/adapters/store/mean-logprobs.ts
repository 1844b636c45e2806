import type { ResultReader } from "../../ports/result-reader.ts";

/**
 * Mean log-probability of the tokens that each attempt of an experiment relies on; attempts without any are left out.
 */
export function meanLogprobs(reader: ResultReader, experiment: string): ReadonlyMap<number, number> {
  const rows = reader.query(
    `SELECT u.attempt AS attempt, avg(p.value) AS mean, count(*) = count(n.logprobs) AS complete
     FROM uses u JOIN nodes n ON n.id = u.node JOIN attempts a ON a.id = u.attempt JOIN experiments e
     ON e.id = a.experiment
     LEFT JOIN json_each(n.logprobs) p ON p.key >= u.start AND p.key < u.start + u.tokens
     WHERE e.name = ? GROUP BY u.attempt`,
    experiment,
  );
  return new Map(
    [...rows].flatMap(({ attempt, mean, complete }) =>
      complete === 1 && typeof mean === "number" ? [[Number(attempt), mean] as const] : [],
    ),
  );
}
