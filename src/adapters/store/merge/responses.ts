import type { Database } from "../sqlite.ts";
import { copyRows, type Maps, mappedColumns } from "./copy.ts";

/** The attempts that stand and rely on a response, with their place in a contested group. */
const STANDING = `
SELECT x.place FROM src.attempts a JOIN src.points sp ON sp.id = a.point JOIN src.problems q ON q.id = a.problem
JOIN temp.m_experiment e ON e.src = a.experiment JOIN temp.m_store s ON s.src = a.store
LEFT JOIN temp.contested x ON x.experiment = e.dst AND x.model = sp.model AND x.problem = q.problem
  AND x.epoch = a.epoch AND x.store = s.dst
WHERE a.response = t.id AND a.id NOT IN (SELECT attempt FROM temp.dropped)`;

/** A second response to one question gets a name under which nobody looks for it. */
const KEY =
  "iif(EXISTS (SELECT 1 FROM main.responses m WHERE m.key = t.key), " +
  "t.key || '#' || (SELECT store FROM src.stores WHERE id = t.store), t.key)";

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

/** The others; one that nobody relies on and that is there already was paid twice, and goes. */
export function copyOtherResponses(db: Database, maps: Maps): void {
  const columns = columnsFor(db, maps);
  const isNew = `NOT EXISTS (SELECT 1 FROM main.responses m WHERE m.id = ${columns["id"]})`;
  const isTwice = `NOT EXISTS (${STANDING}) AND EXISTS (SELECT 1 FROM main.responses m WHERE m.key = t.key)`;
  db.exec(`UPDATE main.stores SET tokens_twice = tokens_twice + d.tokens FROM (
    SELECT s.dst AS store, sum(coalesce(t.output_tokens, 0)) AS tokens FROM src.responses t
    JOIN temp.m_store s ON s.src = t.store WHERE ${isNew} AND ${isTwice} GROUP BY 1) d WHERE d.store = stores.id`);
  copyRows(db, { table: "responses", columns, where: `${isNew} AND NOT (${isTwice})` });
}
