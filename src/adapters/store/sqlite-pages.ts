import { type Outcome, outcomes } from "../../core/score.ts";
import type {
  AttemptFilter,
  AttemptLine,
  AttemptPage,
  ChainNode,
  CountFilter,
  LaterVerdict,
  OutcomeCount,
  PageReader,
  RoundRow,
  SampledToken,
  SettingRow,
  StripCell,
  UsedNode,
} from "../../ports/page-reader.ts";
import type { AttemptRow } from "../../ports/result-reader.ts";
import { idsFromBytes, signalFromBytes } from "./codes.ts";
import { ANY_POINT, conditionsOf, EXPERIMENT, type Sql, type Value } from "./page-conditions.ts";
import { saying } from "./said-words.ts";
import { isAboutTexts, withTexts } from "./sqlite-texts.ts";
import type { Database } from "./sqlite.ts";
import { withToldFaults } from "./told-faults.ts";

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
    attempts: (experiment, filter) => page(db, experiment, filter),
    saying: (experiment, filter, texts) => saying(db, { experiment, filter, texts }),
    settings: (experiment) => all<SettingRow>(SETTINGS, experiment),
    counts: (experiment, filter) => {
      const { sql, values } = countsOf(experiment, filter);
      return all<OutcomeCount>(sql, ...values);
    },
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
    rounds: (experiment, problems) => all<RoundRow>(ROUNDS, JSON.stringify(problems), experiment),
    nodes: (attempts) => all<ChainNode>(NODES, JSON.stringify(attempts)),
    uses: (attempts) => all<UsedNode>(USES, JSON.stringify(attempts)),
    attempt: (id) => attemptOf(db, id),
    sampled: (attempts) => sampledOf(db, attempts),
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

const LINES = `SELECT a.id, a.point, q.problem, a.epoch, a.outcome, a.answer, q.target, a.thinking_tokens,
  a.answer_tokens, a.ignored_ends, a.forced_end, a.seconds, a.cost, a.finished_at,
  (SELECT count(*) FROM decisions d WHERE d.attempt = a.id) AS decisions,
  (SELECT d.outcome FROM decisions d WHERE d.attempt = a.id ORDER BY d.nth DESC LIMIT 1) AS decided
FROM attempts a JOIN problems q ON q.id = a.problem`;

const SETTINGS = `SELECT p.id, p.position, p.label, p.model, p.dataset, p.method, p.params FROM points p
WHERE p.experiment = ${EXPERIMENT} ORDER BY p.position`;

const attemptOf = (db: Database, id: number): AttemptRow | null =>
  db.prepare<[number], AttemptRow>("SELECT * FROM v_attempts WHERE id = ?").get(id) ?? null;

/** With `min(epoch)` SQLite takes the bare columns from that row. */
const STRIPS = `SELECT a.id, a.point, a.problem, min(a.epoch), a.outcome, a.thinking_tokens, count(*) AS n,
  sum(a.outcome = 'correct') AS right
FROM json_each(?) j CROSS JOIN points p CROSS JOIN attempts a
WHERE p.experiment = ${EXPERIMENT} AND a.experiment = p.experiment AND a.point = p.id AND a.problem = j.value
GROUP BY j.key, p.id`;

const OF_PROBLEMS = `FROM json_each(?) j CROSS JOIN points p CROSS JOIN attempts a
WHERE p.experiment = ${EXPERIMENT} AND a.experiment = p.experiment AND a.point = p.id AND a.problem = j.value`;

const ROUNDS = `SELECT a.epoch, a.point, a.outcome, a.answer, a.thinking_tokens, a.forced_end ${OF_PROBLEMS}`;

const USES = `SELECT u.attempt, u.node, u.start, u.tokens FROM json_each(?) j CROSS JOIN uses u
WHERE u.attempt = j.value`;

/** A node is stored after its parent. */
const NODES = `SELECT n.id, c.draw, n.parent, n.start, n.forced, n.sampled FROM chains c CROSS JOIN v_nodes n
WHERE c.id IN (SELECT used.chain FROM (${USES}) u JOIN nodes used ON used.id = u.node) AND n.chain = c.id
ORDER BY n.id`;

type Signals = Readonly<{ id: number; sampled: Buffer; logprobs: Buffer }>;

/** A node is stored after its parent, so the order of ids is the order along the path. */
const IN_ORDER = `${USES} ORDER BY u.attempt, u.node, u.start`;

const SIGNALS = `SELECT n.id, n.sampled, n.logprobs FROM nodes n
WHERE n.logprobs IS NOT NULL AND n.id IN (SELECT node FROM (${USES}))`;

/** Each node is read once, however many attempts rely on it. */
function sampledOf(db: Database, attempts: readonly number[]): ReadonlyMap<number, readonly SampledToken[]> {
  const asked = JSON.stringify(attempts);
  const nodes = new Map(
    db
      .prepare<[string], Signals>(SIGNALS)
      .all(asked)
      .map((node) => [node.id, tokensOf(node)]),
  );
  const found = new Map<number, SampledToken[]>();
  if (nodes.size === 0) return found;
  for (const { attempt, node, start, tokens } of db.prepare<[string], UsedNode>(IN_ORDER).all(asked)) {
    const before = found.get(attempt) ?? [];
    const own = nodes.get(node) ?? silent(db, node);
    nodes.set(node, own);
    found.set(attempt, before.concat(own.slice(start, start + tokens)));
  }
  return found;
}

function tokensOf({ sampled, logprobs }: Signals): readonly SampledToken[] {
  const ids = idsFromBytes(sampled);
  const known = signalFromBytes(logprobs, ids.length);
  return ids.map((id, i) => ({ id, logprob: known?.[i] ?? null }));
}

function silent(db: Database, node: number): readonly SampledToken[] {
  const sampled = db.prepare<[number], Buffer>("SELECT sampled FROM nodes WHERE id = ?").pluck().get(node);
  return idsFromBytes(sampled ?? Buffer.alloc(0)).map((id) => ({ id, logprob: null }));
}

/** Ids first: the other way round SQLite would look for each token of a vocabulary in the list. */
const PIECES = `SELECT t.token, t.text FROM json_each(?) j CROSS JOIN pieces t
WHERE t.token = j.value AND t.vocabulary = (
  SELECT v.id FROM uses u JOIN nodes n ON n.id = u.node JOIN chains c ON c.id = n.chain
  JOIN vocabularies v ON v.engine = c.described ->> '$.engine' WHERE u.attempt = ? LIMIT 1)`;

function columnOf(outcome: Outcome): string {
  return outcome === "error" ? "errors" : outcome.replace("-", "_");
}

/** A page of rows. Ids are found in an index alone; only the rows of the page are read. */
function page(db: Database, experiment: string, filter: AttemptFilter): AttemptPage {
  const read = ({ sql, values }: Sql, among?: Sql): readonly number[] => {
    const ordered = orderedIds(experiment, filter, among);
    return db
      .prepare<Value[], number>(`SELECT id FROM (${ordered.sql}${sql} LIMIT ?`)
      .pluck()
      .all(...ordered.values, ...values, filter.limit);
  };
  const { ids, share } = isAboutTexts(filter)
    ? withTexts(db, filter, read)
    : { ids: read({ sql: ` LIMIT ${filter.limit})`, values: [] }), share: 1 };
  const lines = db.prepare<[string], AttemptLine>(`${LINES} JOIN json_each(?) j ON j.value = a.id ORDER BY j.key`);
  return { lines: lines.all(JSON.stringify(ids)), searched: share };
}

/** Ids in the order that is asked for; the statement is left open for a limit. `among`: a query of the only ones. */
function orderedIds(experiment: string, filter: AttemptFilter, among?: Sql): Sql {
  const { order, descending, after } = filter;
  const direction = descending ? "DESC" : "ASC";
  const key = order === "id" ? "i.id" : `coalesce(i.${order}, ${descending ? "-1" : "9e99"})`;
  const [conditions, values] = conditionsOf(filter);
  const behind = after === undefined ? "" : ` AND (${key}, i.id) ${descending ? "<" : ">"} (?, ?)`;
  const isIndexed = !among && (filter.points || order !== "id");
  const from = among ? `(${among.sql}) f CROSS JOIN attempts i ON i.id = f.id` : "attempts i";
  const edge = after === undefined ? [] : [after.value ?? (descending ? -1 : 9e99), after.id];
  return {
    sql: `SELECT i.id FROM ${from} WHERE ${isIndexed ? "" : "+"}i.experiment = ${EXPERIMENT}${conditions}${behind}
      ORDER BY ${key} ${direction}, i.id ${direction}`,
    values: [...(among?.values ?? []), experiment, ...values, ...edge],
  };
}

function countsOf(experiment: string, filter: CountFilter): Sql {
  const [conditions, values] = conditionsOf(filter);
  if (conditions === "") return { sql: SUMS, values: [experiment] };
  return {
    sql: `SELECT i.point, i.outcome, count(*) AS n FROM attempts i
      WHERE i.experiment = ${EXPERIMENT} AND ${ANY_POINT}${conditions} GROUP BY i.point, i.outcome`,
    values: [experiment, ...values],
  };
}

/** Of all attempts the counts stand beside them. */
const SUMS = `WITH own AS (
  SELECT s.* FROM points p JOIN point_sums s ON s.point = p.id WHERE p.experiment = ${EXPERIMENT})
${[...outcomes]
  .map((outcome) => `SELECT point, '${outcome}' AS outcome, ${columnOf(outcome)} AS n FROM own`)
  .join(" UNION ALL ")}`;
