import { idsFromBytes } from "../codes.ts";
import { pathOf } from "../segment-views.ts";
import { textThere } from "./texts.ts";
import type { Database } from "../sqlite.ts";
import { contentHash } from "../trace-writer.ts";

/**
 * Groups are the attempts of one experiment, model, problem and epoch: what shares a chain, and what a curve pairs.
 * Where several databases have attempts of a group, one wins it whole: the one with most finished attempts, then with
 * most tokens, then with the smaller name. Never by time: clocks differ.
 */
export function createContestTables(db: Database): void {
  db.function("text_hash", { deterministic: true }, (text, ids) => contentHash([text, idsFromBytes(ids as Buffer)]));
  db.exec(`
CREATE TEMP TABLE groups (experiment INTEGER, model TEXT, problem TEXT, epoch INTEGER, store INTEGER, finished INTEGER,
  tokens INTEGER, PRIMARY KEY (experiment, model, problem, epoch, store)) STRICT, WITHOUT ROWID;
CREATE TEMP TABLE contested (experiment INTEGER, model TEXT, problem TEXT, epoch INTEGER, store INTEGER,
  finished INTEGER, tokens INTEGER, place INTEGER, PRIMARY KEY (experiment, model, problem, epoch, store)) STRICT,
  WITHOUT ROWID;
-- Which database's attempt stands.
CREATE TEMP TABLE standing (point INTEGER, problem INTEGER, epoch INTEGER, store INTEGER, failed INTEGER,
  place INTEGER, PRIMARY KEY (point, problem, epoch)) STRICT, WITHOUT ROWID;
-- Trees of one chain in several databases; wins: it is kept whole.
CREATE TEMP TABLE trees (chain INTEGER, store INTEGER, tokens INTEGER, wins INTEGER, PRIMARY KEY (chain, store)) STRICT,
  WITHOUT ROWID;
-- Attempts that were made several times, with what they are.
CREATE TEMP TABLE copies (experiment INTEGER, point INTEGER, problem INTEGER, epoch INTEGER, trace TEXT) STRICT;
CREATE TEMP TABLE dropped (attempt INTEGER PRIMARY KEY) STRICT;
-- Responses of the merged database on which no attempt relies.
CREATE TEMP TABLE left_here (id INTEGER PRIMARY KEY) STRICT;
CREATE TEMP TABLE fates (node INTEGER PRIMARY KEY, parent INTEGER, kept INTEGER) STRICT;
`);
}

/** The attached source's attempts with their groups, in the numbers of the merged database. */
const GROUPED = `
FROM src.attempts a JOIN src.points sp ON sp.id = a.point
JOIN temp.m_point p ON p.src = a.point
JOIN src.problems q ON q.id = a.problem JOIN temp.m_problem mq ON mq.src = a.problem
JOIN temp.m_experiment e ON e.src = a.experiment JOIN temp.m_store s ON s.src = a.store`;

const HERE = "experiment = e.dst AND model = sp.model AND problem = q.problem AND epoch = a.epoch AND store = s.dst";

/** What a merged database says of contests that it settled counts for more than what is left of them. */
export function addGroups(db: Database): void {
  db.exec(`
INSERT INTO temp.groups SELECT e.dst, sp.model, q.problem, a.epoch, s.dst, sum(a.outcome <> 'error'),
  coalesce(sum(CASE WHEN a.outcome <> 'error'
    THEN coalesce(a.thinking_tokens, 0) + coalesce(a.answer_tokens, 0) END), 0)
${GROUPED} GROUP BY 1, 2, 3, 4, 5;
INSERT INTO temp.groups SELECT e.dst, c.model, c.problem, c.epoch, s.dst, c.finished, c.tokens
FROM src.contests c
JOIN temp.m_experiment e ON e.src = c.experiment JOIN temp.m_store s ON s.src = c.store WHERE 1
ON CONFLICT DO UPDATE SET finished = excluded.finished, tokens = excluded.tokens;
`);
}

/** Returns how many groups several databases have. */
export function settleGroups(db: Database): number {
  db.exec(`
INSERT INTO temp.contested
SELECT experiment, model, problem, epoch, g.store, finished, tokens, row_number() OVER (
  PARTITION BY experiment, model, problem, epoch ORDER BY finished DESC, tokens DESC, s.store)
FROM temp.groups g JOIN main.stores s ON s.id = g.store
WHERE (experiment, model, problem, epoch) IN (
  SELECT experiment, model, problem, epoch FROM temp.groups GROUP BY 1, 2, 3, 4 HAVING count(*) > 1);
DELETE FROM temp.groups;
`);
  return db.prepare("SELECT count(*) FROM temp.contested WHERE place = 1").pluck().get() as number;
}

/**
 * Of several attempts at the same, a finished one stands before a failed one, then that of the group's better
 * database.
 */
export function addStanding(db: Database): void {
  db.exec(`
INSERT INTO temp.standing SELECT p.dst, mq.dst, a.epoch, s.dst, a.outcome = 'error', c.place
${GROUPED} JOIN temp.contested c ON c.${HERE.replaceAll(" AND ", " AND c.")} WHERE 1
ON CONFLICT DO UPDATE SET store = excluded.store, failed = excluded.failed, place = excluded.place
WHERE (excluded.failed, excluded.place) < (failed, place);
INSERT INTO temp.copies SELECT e.dst, p.dst, mq.dst, a.epoch, (
  SELECT group_concat(hash) FROM (SELECT hex(coalesce(p.hash, text_hash(${textThere("g.chars")},
    CAST(substr(${pathOf("src.")}, 1, g.tokens) AS BLOB)))) AS hash
  FROM src.segments g LEFT JOIN src.spans p ON p.id = g.span LEFT JOIN src.texts t ON t.id = g.text
  WHERE g.attempt = a.id ORDER BY g.position))
${GROUPED} JOIN temp.contested c ON c.${HERE.replaceAll(" AND ", " AND c.")} WHERE a.outcome <> 'error';
`);
}

/** Attempts that were made several times and came out differently, and those of them under greedy decoding. */
export const differing = (db: Database): Readonly<{ differing: number; greedy: number }> =>
  db
    .prepare<[], { differing: number; greedy: number }>(
      `SELECT count(*) AS differing, coalesce(sum(e.resolved ->> '$.sampling.temperature' = 0), 0) AS greedy
       FROM (SELECT experiment FROM temp.copies GROUP BY experiment, point, problem, epoch
         HAVING count(DISTINCT trace) > 1) d JOIN main.experiments e ON e.id = d.experiment`,
    )
    .get() as { differing: number; greedy: number };

/** Attempts of the attached source that do not stand. */
export function markDropped(db: Database): void {
  db.exec(`
DELETE FROM temp.dropped;
INSERT INTO temp.dropped SELECT a.id
${GROUPED} JOIN temp.standing k ON k.point = p.dst AND k.problem = mq.dst AND k.epoch = a.epoch WHERE k.store <> s.dst;
`);
}

/** For the record: finished attempts that were paid for and do not stand. */
export function countDropped(db: Database): void {
  db.exec(`
UPDATE main.stores SET attempts_twice = attempts_twice + d.attempts FROM (
  SELECT s.dst AS store, count(*) AS attempts FROM temp.dropped x JOIN src.attempts a ON a.id = x.attempt
  JOIN temp.m_store s ON s.src = a.store WHERE a.outcome <> 'error' GROUP BY 1) d WHERE d.store = stores.id;
`);
}

/** Whose trees of a chain the attached source holds; to be called for all sources before any node is copied. */
export function addTrees(db: Database): void {
  db.exec(`
INSERT INTO temp.trees SELECT c.dst, s.dst, sum(n.sampled_tokens), 0
FROM src.nodes n JOIN temp.m_chain c ON c.src = n.chain
JOIN temp.m_store s ON s.src = n.store GROUP BY 1, 2;
`);
}

export function keepContestedTrees(db: Database): void {
  db.exec("DELETE FROM temp.trees WHERE chain IN (SELECT chain FROM temp.trees GROUP BY chain HAVING count(*) = 1)");
}

/** A tree is kept whole where a group that uses it is its database's alone or was won by it. */
export function addWins(db: Database): void {
  db.exec(`
UPDATE temp.trees SET wins = 1 FROM (
  SELECT DISTINCT c.dst AS chain, s.dst AS store
  FROM temp.trees t JOIN temp.m_chain c ON c.dst = t.chain JOIN src.nodes n ON n.chain = c.src
  JOIN src.uses u ON u.node = n.id JOIN src.attempts a ON a.id = u.attempt
  JOIN src.points sp ON sp.id = a.point JOIN src.problems q ON q.id = a.problem
  JOIN temp.m_experiment e ON e.src = a.experiment JOIN temp.m_store s ON s.src = a.store AND n.store = a.store
  LEFT JOIN temp.contested x ON x.${HERE.replaceAll(" AND ", " AND x.")}
  WHERE x.place IS NULL OR x.place = 1) w WHERE w.chain = trees.chain AND w.store = trees.store;
`);
}

/** Of a chain that nobody's attempts win, the largest tree stays. */
export function settleTrees(db: Database): void {
  db.exec(`
UPDATE temp.trees SET wins = 1 WHERE (chain, store) IN (
  SELECT chain, store FROM (SELECT t.chain, t.store, row_number() OVER (
    PARTITION BY t.chain ORDER BY t.tokens DESC, s.store) AS place
    FROM temp.trees t JOIN main.stores s ON s.id = t.store
    WHERE t.chain NOT IN (SELECT chain FROM temp.trees WHERE wins = 1)) WHERE place = 1);
`);
}

/**
 * What becomes of the attached source's nodes of contested chains: kept where won, used, or on the way to one that
 * is.
 */
export function markFates(db: Database): void {
  db.exec(`
DELETE FROM temp.fates;
INSERT INTO temp.fates SELECT n.id, n.parent, t.wins + 2 * EXISTS (
  SELECT 1 FROM src.uses u WHERE u.node = n.id AND u.attempt NOT IN (SELECT attempt FROM temp.dropped))
FROM temp.trees t JOIN temp.m_chain c ON c.dst = t.chain JOIN temp.m_store s ON s.dst = t.store
JOIN src.nodes n ON n.chain = c.src AND n.store = s.src;
WITH RECURSIVE kept (node) AS (SELECT node FROM temp.fates WHERE kept > 0
  UNION SELECT f.parent FROM kept JOIN temp.fates f ON f.node = kept.node WHERE f.parent IS NOT NULL)
UPDATE temp.fates SET kept = 2 WHERE kept = 0 AND node IN (SELECT node FROM kept);
UPDATE main.stores SET tokens_twice = tokens_twice + d.tokens FROM (
  SELECT s.dst AS store, sum(n.sampled_tokens) AS tokens FROM temp.fates f JOIN src.nodes n ON n.id = f.node
  JOIN temp.m_store s ON s.src = n.store WHERE f.kept = 0 GROUP BY 1) d WHERE d.store = stores.id;
`);
}
