import type { Database } from "better-sqlite3";
import { fillPointSums, pointSumsTable, pointSumsTriggers } from "./point-sums.ts";

/**
 * Sums over the attempts of each point stand beside them: a curve of a million attempts is read in no time. Outcomes
 * needed an index of their own before.
 */
export function m022PointSums(db: Database): void {
  const usage = db.prepare("SELECT sql FROM sqlite_master WHERE name = 'v_usage'").pluck().get() as string;
  const points = db.prepare("SELECT sql FROM sqlite_master WHERE name = 'v_points'").pluck().get() as string;
  db.exec(`${[pointSumsTable, ...pointSumsTriggers].join(";\n")};`);
  fillPointSums(db);
  db.exec(`
DROP INDEX attempts_outcomes;
DROP VIEW v_points;
${points.replace(/count\(a\.id\)[\s\S]*?AS mean_cost/, SUMS).replace(/LEFT JOIN attempts a[\s\S]*$/, "LEFT JOIN point_sums s ON s.point = p.id")};
DROP VIEW v_usage;
${usage
  .replace(/\(SELECT CASE WHEN count\(\*\) = count\(a\.reused_tokens\)[\s\S]*?\) AS reused_tokens/, REUSED)
  .replace(/\(SELECT CASE WHEN count\(\*\) = count\(a\.decoded_tokens\)[\s\S]*?\) AS naive_tokens/, NAIVE)
  .replace(/\s*FROM experiments e$/, `,\n  ${ACCOUNTS}\nFROM experiments e`)};
${COSTS};
`);
}

const count = (name: string): string => `coalesce(s.${name}, 0)`;

/** A mean that is nowhere known is null; one division, so that it is as exact as can be. */
const mean = (sum: string, n: string, unit = "1.0"): string => `s.${sum} / (nullif(${n}, 0) * ${unit})`;

const whole = (name: string): string =>
  `CASE WHEN ${count("attempts")} = ${count(`${name}_known`)} THEN ${count(name)} END AS ${name}`;

const SUMS = [
  ...["attempts", "correct", "incorrect", "no_answer", "cut", "unscored", "errors", "refused"].map(
    (name) => `${count(name)} AS ${name}`,
  ),
  `${mean("correct", "s.attempts - s.unscored - s.errors")} AS accuracy`,
  `${mean("correct", "s.correct + s.incorrect")} AS accuracy_finished`,
  `${mean("thinking_tokens", "s.thinking_tokens_known")} AS mean_thinking_tokens`,
  `${mean("answer_tokens", "s.answer_tokens_known")} AS mean_answer_tokens`,
  `${mean("forced_end", "s.attempts - s.errors")} AS forced_end_share`,
  `${mean("ignored_ends", "s.attempts - s.errors")} AS mean_ignored_ends`,
  whole("decoded_tokens"),
  whole("reused_tokens"),
  `${mean("seconds", "s.seconds_known", "1e12")} AS mean_seconds`,
  `${mean("cost", "s.cost_known", "1e12")} AS mean_cost`,
].join(",\n  ");

const OF_POINTS = "FROM points p JOIN point_sums s ON s.point = p.id WHERE p.experiment = e.id";

const known = (name: string): string => `coalesce(sum(s.attempts), 0) = coalesce(sum(s.${name}_known), 0)`;

const REUSED = `(SELECT CASE WHEN ${known("reused_tokens")} THEN coalesce(sum(s.reused_tokens), 0) END
    ${OF_POINTS}) AS reused_tokens`;

const NAIVE = `(SELECT CASE WHEN ${known("decoded_tokens")} THEN coalesce(sum(s.decoded_tokens + s.reused_tokens), 0) END
    ${OF_POINTS}) AS naive_tokens`;

const total = (name: string): string =>
  `(SELECT CASE WHEN sum(s.${name}_known) > 0 THEN sum(s.${name}) END ${OF_POINTS}) AS ${name}`;

/** Where counts come from is nearly always "ids", which the sums tell. */
const COUNTS = `(SELECT CASE WHEN sum(s.counted_by_ids) < sum(s.attempts)
    THEN (SELECT group_concat(DISTINCT a.counts) FROM attempts a WHERE a.experiment = e.id)
    WHEN sum(s.attempts) > 0 THEN 'ids' END ${OF_POINTS}) AS counts`;

const ACCOUNTS = [
  ...["thinking_tokens", "forced_tokens", "answer_tokens", "probe_tokens", "dropped_tokens"].map(total),
  COUNTS,
].join(",\n  ");

const costMean = (name: string, unit?: string): string => mean(name, `s.${name}_known`, unit);

const COSTS = `CREATE VIEW v_costs AS
SELECT e.name AS experiment, p.id AS point, s.attempts - s.errors AS attempts, ${costMean("thinking_tokens")} AS thinking,
  ${costMean("sampled")} AS sampled, ${costMean("generated")} AS generated, ${costMean("prompt_tokens")} AS prompt,
  ${costMean("passed")} AS passed, ${costMean("positions", "2.0")} AS positions, ${costMean("scorer_flops")} AS scorer,
  CASE WHEN s.scorer_tokens_known > 0 THEN ${mean("scorer_tokens", "s.attempts - s.errors")} END AS scored,
  ${costMean("seconds", "1e12")} AS seconds, ${costMean("cost", "1e12")} AS money,
  s.seconds_known AS timed, s.cost_known AS priced
FROM points p JOIN experiments e ON e.id = p.experiment JOIN point_sums s ON s.point = p.id
WHERE s.attempts > s.errors`;
