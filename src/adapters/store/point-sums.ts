import type { Database } from "better-sqlite3";

/**
 * What is summed up over the attempts of a point, each value of one attempt, never null. Seconds and money are whole
 * millionths of a millionth: sums of up to 9,000 are exact, whatever the order in which attempts came and went.
 */
function valuesOf(attempt: string): Readonly<Record<string, string>> {
  const of = (column: string): string => `${attempt}.${column}`;
  const isDone = `${of("outcome")} <> 'error'`;
  const outcome = (name: string): string => `${of("outcome")} = '${name}'`;
  const ofDone = (column: string, value = of(column)) => ({
    [column]: `iif(${isDone}, coalesce(${value}, 0), 0)`,
    [`${column}_known`]: `${isDone} AND ${of(column)} IS NOT NULL`,
  });
  const ofAll = (column: string) => ({
    [column]: `coalesce(${of(column)}, 0)`,
    [`${column}_known`]: `${of(column)} IS NOT NULL`,
  });
  return {
    attempts: "1",
    correct: outcome("correct"),
    incorrect: outcome("incorrect"),
    no_answer: outcome("no-answer"),
    cut: outcome("cut"),
    unscored: outcome("unscored"),
    errors: outcome("error"),
    refused: `coalesce(${of("ending")} IN ('refusal', 'content-filter'), 0)`,
    forced_end: `iif(${isDone}, ${of("forced_end")}, 0)`,
    ignored_ends: `iif(${isDone}, ${of("ignored_ends")}, 0)`,
    ...ofDone("thinking_tokens"),
    ...ofDone("answer_tokens"),
    ...ofAll("decoded_tokens"),
    ...ofAll("reused_tokens"),
    ...ofDone("seconds", `round(${of("seconds")} * 1e12)`),
    ...ofDone("cost", `round(${of("cost")} * 1e12)`),
  };
}

const names = Object.keys(valuesOf("a"));
const read =
  "point, outcome, ending, thinking_tokens, answer_tokens, decoded_tokens, reused_tokens, seconds, cost, " +
  "forced_end, ignored_ends";

const typeOf = (name: string): string => (name === "seconds" || name === "cost" ? "REAL" : "INTEGER");

export const pointSumsTable = `CREATE TABLE point_sums (
  point INTEGER PRIMARY KEY REFERENCES points ON DELETE CASCADE,
  ${names.map((name) => `${name} ${typeOf(name)} NOT NULL DEFAULT 0`).join(",\n  ")}
) STRICT`;

const changed = (sign: "+" | "-", attempt: string): string =>
  `UPDATE point_sums SET ${Object.entries(valuesOf(attempt))
    .map(([name, value]) => `${name} = ${name} ${sign} (${value})`)
    .join(", ")} WHERE point = ${attempt}.point;`;

const added = `INSERT INTO point_sums (point) VALUES (NEW.point) ON CONFLICT DO NOTHING; ${changed("+", "NEW")}`;

/** Whoever writes an attempt, its point's sums follow in the same transaction. */
export const pointSumsTriggers: readonly string[] = [
  `CREATE TRIGGER attempts_added AFTER INSERT ON attempts BEGIN ${added} END`,
  `CREATE TRIGGER attempts_removed AFTER DELETE ON attempts BEGIN ${changed("-", "OLD")} END`,
  `CREATE TRIGGER attempts_changed AFTER UPDATE OF ${read} ON attempts BEGIN ${changed("-", "OLD")} ${added} END`,
];

/** Sums everything up anew, point by point from the index of numbers. */
export function fillPointSums(db: Database): void {
  db.exec(`DELETE FROM main.point_sums;
INSERT INTO main.point_sums (point, ${names.join(", ")})
SELECT p.id, ${Object.values(valuesOf("a"))
    .map((value) => `sum(${value})`)
    .join(", ")}
FROM main.points p CROSS JOIN main.attempts a ON a.experiment = p.experiment AND a.point = p.id GROUP BY p.id`);
}
