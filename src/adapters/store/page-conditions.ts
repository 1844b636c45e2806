import type { AttemptFilter } from "../../ports/page-reader.ts";

export type Value = string | number | null;

export type Sql = Readonly<{ sql: string; values: readonly Value[] }>;

export const EXPERIMENT = "(SELECT id FROM experiments WHERE name = ?)";

/** With its point a problem is found in the index. */
export const ANY_POINT = "i.point IN (SELECT id FROM points)";

/** Conditions on the attempt `i`. */
export function conditionsOf({
  points,
  outcomes,
  level,
  problem,
}: Pick<AttemptFilter, "points" | "outcomes" | "level" | "problem">): readonly [string, readonly Value[]] {
  const parts: string[] = [];
  const values: Value[] = [];
  const add = (sql: string, value: Value): void => void (parts.push(sql), values.push(value));
  if (points) add("i.point IN (SELECT value FROM json_each(?))", JSON.stringify(points));
  if (outcomes?.length === 1) add("i.outcome = ?", outcomes[0] ?? "");
  else if (outcomes) add("i.outcome IN (SELECT value FROM json_each(?))", JSON.stringify(outcomes));
  if (problem !== undefined)
    add(`${points ? "" : `${ANY_POINT} AND `}i.problem IN (SELECT id FROM problems WHERE problem = ?)`, problem);
  if (level !== undefined)
    add("i.problem IN (SELECT id FROM problems WHERE CAST(json_extract(tags, '$.level') AS TEXT) = ?)", level);
  return [parts.map((part) => ` AND ${part}`).join(""), values];
}
