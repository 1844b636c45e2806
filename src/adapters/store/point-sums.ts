import type { Database } from "better-sqlite3";

/**
 * What is summed up over the attempts of a point, each value of one attempt, never null. Seconds and money are whole
 * millionths of a millionth: sums of up to 9,000 are exact, whatever the order in which attempts came and went.
 * `generated`: tokens of the trace after the prompt. `passed`: tokens that went through the model after the prompt, of
 * draws that were thrown away too; these count as if they stood where the kept thought stands. `positions`: twice the
 * sum over them of the positions that each attends to.
 */
function valuesOf(attempt: string): Readonly<Record<string, string>> {
  const of = (column: string): string => `${attempt}.${column}`;
  const isDone = `${of("outcome")} <> 'error'`;
  const outcome = (name: string): string => `${of("outcome")} = '${name}'`;
  const ofDone = (name: string, value = of(name)) => ({
    [name]: `iif(${isDone}, coalesce(${value}, 0), 0)`,
    [`${name}_known`]: `${isDone} AND (${value}) IS NOT NULL`,
  });
  const ofAll = (column: string) => ({
    [column]: `coalesce(${of(column)}, 0)`,
    [`${column}_known`]: `${of(column)} IS NOT NULL`,
  });
  const sampled = `${of("decoded_tokens")} + ${of("reused_tokens")}`;
  const generated = `(${of("thinking_tokens")} + ${of("answer_tokens")} + coalesce(${of("probe_tokens")}, 0))`;
  const passed = `max(${generated}, coalesce(${sampled} + coalesce(${of("forced_tokens")}, 0), ${generated}))`;
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
    ...ofDone("forced_tokens"),
    ...ofDone("probe_tokens"),
    ...ofDone("prompt_tokens"),
    ...ofAll("dropped_tokens"),
    ...ofAll("decoded_tokens"),
    ...ofAll("reused_tokens"),
    ...ofDone("sampled", sampled),
    ...ofDone("generated", generated),
    ...ofDone("passed", passed),
    ...ofDone("positions", `${passed} * (2 * ${of("prompt_tokens")} + 1 + ${generated})`),
    ...ofDone("scorer_tokens"),
    ...ofDone("scorer_flops", `iif(${of("scorer_tokens")} IS NULL, 0, ${of("scorer_flops")})`),
    counted_by_ids: `${of("counts")} = 'ids'`,
    ...ofDone("seconds", `round(${of("seconds")} * 1e12)`),
    ...ofDone("cost", `round(${of("cost")} * 1e12)`),
  };
}

const names = Object.keys(valuesOf("a"));
const read =
  "point, outcome, ending, thinking_tokens, answer_tokens, forced_tokens, probe_tokens, prompt_tokens, " +
  "dropped_tokens, decoded_tokens, reused_tokens, seconds, cost, forced_end, ignored_ends, scorer_tokens, " +
  "scorer_flops, counts";

const typeOf = (name: string): string => (/^(seconds|cost|scorer_flops)$/.test(name) ? "REAL" : "INTEGER");

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
