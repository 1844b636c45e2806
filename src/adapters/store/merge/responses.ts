import type { Database } from "../sqlite.ts";
import { copyRows, type Maps, mappedColumns } from "./copy.ts";

/** The attempts that stand and rely on a response, with their place in a contested group. */
const STANDING = `
SELECT x.place FROM src.attempts a JOIN src.points sp ON sp.id = a.point JOIN src.problems q ON q.id = a.problem
JOIN temp.m_experiment e ON e.src = a.experiment JOIN temp.m_store s ON s.src = a.store
LEFT JOIN temp.contested x ON x.experiment = e.dst AND x.model = sp.model AND x.problem = q.problem
  AND x.epoch = a.epoch AND x.store = s.dst
WHERE a.response = t.id AND a.id NOT IN (SELECT attempt FROM temp.dropped)`;

/** The name of the question alone: a merged database may hold several responses to it. */
const QUESTION = "iif(instr(t.key, '#') > 0, substr(t.key, 1, instr(t.key, '#') - 1), t.key)";

const STORE = "(SELECT store FROM src.stores WHERE id = t.store)";

/** A second response to one question gets a name under which nobody looks for it. */
const KEY =
  `iif(EXISTS (SELECT 1 FROM main.responses m WHERE m.key = ${QUESTION}), ` +
  `${QUESTION} || '#' || ${STORE}, ${QUESTION})`;

const columnsFor = (db: Database, maps: Maps): Readonly<Record<string, string>> => ({
  ...mappedColumns(db, "responses", maps),
  key: KEY,
});

/** Responses on which attempts rely whose group is nobody else's, or was won. */
export const copyWonResponses = (db: Database, maps: Maps): number =>
  copyRows(db, {
    table: "responses",
    columns: columnsFor(db, maps),
    where: `EXISTS (SELECT 1 FROM (${STANDING}) WHERE place IS NULL OR place = 1)`,
  });

/** The others on which attempts rely; to be called when all sources have had their won ones copied. */
export function copyOtherResponses(db: Database, maps: Maps): void {
  const columns = columnsFor(db, maps);
  const isNew = `NOT EXISTS (SELECT 1 FROM main.responses m WHERE m.id = ${columns["id"]})`;
  copyRows(db, { table: "responses", columns, where: `${isNew} AND EXISTS (${STANDING})` });
}

/**
 * Those that nobody relies on any more; to be called when all sources have had their others copied. One stays where
 * there is no other response to its question, that of the database with the smallest name; the rest was paid twice.
 */
export function copyLeftResponses(db: Database, maps: Maps): void {
  const left = `NOT EXISTS (${STANDING})`;
  db.exec(`
CREATE TEMP TABLE left_over AS
SELECT t.id AS src, m.id AS dst, m.id IS NOT NULL AND m.left_by > ${STORE} AS replaces FROM src.responses t
LEFT JOIN (SELECT o.id, o.key, (SELECT s.store FROM main.stores s WHERE s.id = o.store AND o.id IN (
  SELECT id FROM temp.left_here)) AS left_by FROM main.responses o) m ON m.key = ${QUESTION} WHERE ${left};
UPDATE main.stores SET tokens_twice = tokens_twice + d.tokens FROM (
  SELECT store, sum(tokens) AS tokens FROM (
    SELECT m.store, coalesce(m.output_tokens, 0) AS tokens FROM temp.left_over l JOIN main.responses m ON m.id = l.dst
    WHERE l.replaces
    UNION ALL
    SELECT s.dst, coalesce(t.output_tokens, 0) FROM temp.left_over l JOIN src.responses t ON t.id = l.src
    JOIN temp.m_store s ON s.src = t.store WHERE l.dst IS NOT NULL AND coalesce(l.replaces, 0) = 0) GROUP BY 1) d
WHERE d.store = stores.id;
DELETE FROM main.responses WHERE id IN (SELECT dst FROM temp.left_over WHERE replaces);
`);
  const columns = columnsFor(db, maps);
  copyRows(db, {
    table: "responses",
    columns,
    where: "t.id IN (SELECT src FROM temp.left_over WHERE dst IS NULL OR replaces)",
  });
  db.exec(`INSERT INTO temp.left_here SELECT ${columns["id"]} FROM src.responses t
    WHERE t.id IN (SELECT src FROM temp.left_over WHERE dst IS NULL OR replaces);
DROP TABLE temp.left_over`);
}
