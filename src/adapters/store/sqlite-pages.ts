import type {
  AttemptFilter,
  AttemptLine,
  Facets,
  LaterVerdict,
  PageReader,
  SampledToken,
  StripCell,
} from "../../ports/page-reader.ts";
import type { AttemptRow } from "../../ports/result-reader.ts";
import type { Database } from "./sqlite.ts";
import { withToldFaults } from "./told-faults.ts";

type Value = string | number | null;

/**
 * Pages of a database. Every query goes through an index by experiment and point, and pages go on from a key: at a
 * million attempts nothing else answers at once.
 */
export function sqlitePages(db: Database): PageReader {
  const all = <T>(sql: string, ...values: readonly Value[]): T[] => db.prepare<Value[], T>(sql).all(...values);
  return withToldFaults<PageReader>(db.name, {
    version: () => db.pragma("data_version", { simple: true }) as number,
    newest: () => db.prepare<[], number>("SELECT coalesce(max(id), 0) FROM attempts").pluck().get() ?? 0,
    since: (experiment, attempt, limit) =>
      all<AttemptLine>(
        `${LINES} WHERE a.id > ? AND +a.experiment = ${EXPERIMENT} ORDER BY a.id LIMIT ?`,
        attempt,
        experiment,
        limit,
      ),
    attempts: (experiment, filter) => {
      const { sql, values } = pageOf(experiment, filter);
      return all<AttemptLine>(sql, ...values);
    },
    facets: (experiment, filter) => facets(db, experiment, filter),
    strips: (experiment, problems) => all<StripCell>(STRIPS, JSON.stringify(problems), experiment),
    ofProblems: (experiment, problems, epoch) =>
      db
        .prepare<[string, string, number], number>(`SELECT a.id ${OF_PROBLEMS} AND a.epoch = ? ORDER BY p.position`)
        .pluck()
        .all(JSON.stringify(problems), experiment, epoch)
        .flatMap((id) => attemptOf(db, id) ?? []),
    epochs: (experiment, problems) =>
      db
        .prepare<[string, string], number>(`SELECT DISTINCT a.epoch ${OF_PROBLEMS} ORDER BY a.epoch`)
        .pluck()
        .all(JSON.stringify(problems), experiment),
    attempt: (id) => attemptOf(db, id),
    sampled: (attempt) => all<SampledToken>(SAMPLED, attempt),
    verdicts: (attempt) =>
      all<LaterVerdict>(
        "SELECT grader, outcome, answer, source, rule, graded_at FROM scores WHERE attempt = ? ORDER BY graded_at",
        attempt,
      ),
    pieces: (attempt, ids) =>
      new Map(
        all<{ token: number; text: string }>(PIECES, JSON.stringify(ids), attempt).map(({ token, text }) => [
          token,
          text,
        ]),
      ),
  });
}

const EXPERIMENT = "(SELECT id FROM experiments WHERE name = ?)";

const LINES = `SELECT a.id, a.point, q.problem, a.epoch, a.outcome, a.answer, q.target, a.thinking_tokens,
  a.answer_tokens, a.ignored_ends, a.forced_end, a.seconds, a.cost, a.finished_at
FROM attempts a JOIN problems q ON q.id = a.problem`;

const attemptOf = (db: Database, id: number): AttemptRow | null =>
  db.prepare<[number], AttemptRow>("SELECT * FROM v_attempts WHERE id = ?").get(id) ?? null;

const STRIPS = `SELECT a.id, a.point, a.problem, a.epoch, a.outcome, a.thinking_tokens
FROM json_each(?) j CROSS JOIN points p CROSS JOIN attempts a
WHERE p.experiment = ${EXPERIMENT} AND a.experiment = p.experiment AND a.point = p.id AND a.problem = j.value
ORDER BY j.key, p.position, a.epoch`;

const OF_PROBLEMS = `FROM json_each(?) j CROSS JOIN points p CROSS JOIN attempts a
WHERE p.experiment = ${EXPERIMENT} AND a.experiment = p.experiment AND a.point = p.id AND a.problem = j.value`;

/** A node is stored after its parent, so the order of ids is the order along the path. */
const SAMPLED = `SELECT s.value AS id, l.value AS logprob
FROM uses u JOIN nodes n ON n.id = u.node JOIN json_each(n.sampled) s
  ON s.key >= u.start AND s.key < u.start + u.tokens
LEFT JOIN json_each(n.logprobs) l ON l.key = s.key
WHERE u.attempt = ? ORDER BY u.node, s.key`;

const PIECES = `SELECT p.token, p.text FROM json_each(?) j JOIN pieces p ON p.token = j.value
WHERE p.vocabulary = (SELECT v.id FROM uses u JOIN nodes n ON n.id = u.node JOIN chains c ON c.id = n.chain
  JOIN vocabularies v ON v.engine = c.described ->> '$.engine' WHERE u.attempt = ? LIMIT 1)`;

/** Ids are found in an index alone; only one page of rows is read. */
function pageOf(experiment: string, filter: AttemptFilter): Readonly<{ sql: string; values: readonly Value[] }> {
  const { order, descending, after, limit } = filter;
  const direction = descending ? "DESC" : "ASC";
  const key = order === "id" ? "i.id" : `coalesce(i.${order}, ${descending ? "-1" : "9e99"})`;
  const [conditions, values] = conditionsOf(filter);
  const behind = after === undefined ? "" : ` AND (${key}, i.id) ${descending ? "<" : ">"} (?, ?)`;
  const from = filter.points ? "i.experiment" : order === "id" ? "+i.experiment" : "i.experiment";
  const ids = `SELECT i.id FROM attempts i WHERE ${from} = ${EXPERIMENT}${conditions}${behind}
    ORDER BY ${key} ${direction}, i.id ${direction} LIMIT ?`;
  const edge = after === undefined ? [] : [after.value ?? (descending ? -1 : 9e99), after.id];
  const outer = order === "id" ? "a.id" : `coalesce(a.${order}, ${descending ? "-1" : "9e99"})`;
  return {
    sql: `${LINES} WHERE a.id IN (${ids}) ORDER BY ${outer} ${direction}, a.id ${direction}`,
    values: [experiment, ...values, ...edge, limit],
  };
}

function conditionsOf({
  points,
  outcomes,
  level,
  words,
  problem,
}: Partial<AttemptFilter>): readonly [string, readonly Value[]] {
  const parts: string[] = [];
  const values: Value[] = [];
  const add = (sql: string, value: Value): void => void (parts.push(sql), values.push(value));
  if (points) add("i.point IN (SELECT value FROM json_each(?))", JSON.stringify(points));
  if (outcomes) add("i.outcome IN (SELECT value FROM json_each(?))", JSON.stringify(outcomes));
  if (problem !== undefined) add("i.problem IN (SELECT id FROM problems WHERE problem = ?)", problem);
  if (level !== undefined)
    add("i.problem IN (SELECT id FROM problems WHERE CAST(json_extract(tags, '$.level') AS TEXT) = ?)", level);
  if (words !== undefined)
    add("i.id IN (SELECT s.attempt FROM spans t JOIN segments s ON s.span = t.id WHERE instr(t.text, ?) > 0)", words);
  return [parts.map((part) => ` AND ${part}`).join(""), values];
}

function facets(db: Database, experiment: string, filter: Pick<AttemptFilter, "problem" | "level">): Facets {
  const [conditions, values] = conditionsOf(filter);
  const rows = db
    .prepare<Value[], { point: number; outcome: string; n: number }>(
      `SELECT i.point, i.outcome, count(*) AS n FROM attempts i WHERE i.experiment = ${EXPERIMENT}${conditions}
       GROUP BY i.point, i.outcome`,
    )
    .all(experiment, ...values);
  const sums = (key: "outcome" | "point"): Record<string, number> => {
    const counts: Record<string, number> = {};
    for (const row of rows) counts[row[key]] = (counts[row[key]] ?? 0) + row.n;
    return counts;
  };
  return { outcome: sums("outcome"), point: sums("point") };
}
