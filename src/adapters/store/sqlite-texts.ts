import { leastOf } from "../../core/extremes.ts";
import type { AttemptFilter } from "../../ports/page-reader.ts";
import type { Sql, Value } from "./page-conditions.ts";
import type { Database } from "./sqlite.ts";
import { forgetSearch, lookThrough, type Search } from "./text-search.ts";

export const isAboutTexts = ({ words, said }: Pick<AttemptFilter, "words" | "said">): boolean =>
  words !== undefined || said !== undefined;

/** Attempts whose texts are read one by one, before all texts are searched: what many say is found among them. */
const NEAR = 200;

/** With more spans than this an attempt is looked at when its turn comes, with fewer their attempts are found first. */
const FEW = 20_000;

/** Reads a page by the rest of a query that begins with ids in order, without their limit; `among`: of these alone. */
type Read = (rest: Sql, among?: Sql) => readonly number[];

/** A page of ids, and the share of all texts that was looked through for it: what is rare takes more than one call. */
export type Found = Readonly<{ ids: readonly number[]; share: number }>;

/** Milliseconds of one call in which texts are looked through. */
const PATIENCE = 150;

/** Of what most thoughts say the first few attempts fill a page; what is rare is looked for in all spans. */
export function withTexts(db: Database, filter: AttemptFilter, read: Read): Found {
  const texts = textsOf(filter);
  const saying = texts.map(
    ({ where }) => `EXISTS (SELECT 1 FROM v_segments s WHERE s.attempt = c.id${where} AND instr(s.text, ?) > 0)`,
  );
  const values = texts.map(({ text }) => text);
  const near = read({ sql: ` LIMIT ${NEAR}) c WHERE ${saying.join(" AND ")}`, values });
  if (near.length === filter.limit) return { ids: near, share: 1 };
  const until = performance.now() + PATIENCE;
  const searches = texts.map(({ text }) => lookThrough(db, text, until));
  const found = texts.map(({ where }, i) => foundIn(db, searches[i] as Search, where));
  const few = found.find(({ isFew }) => isFew);
  const others = found.filter((one) => one !== few);
  const conditions = others.map(({ isFew, sql }) => (isFew ? `c.id IN (${sql})` : sql));
  const ids = read(
    {
      sql: ` LIMIT -1) c WHERE ${conditions.length === 0 ? "1" : conditions.join(" AND ")}`,
      values: others.flatMap(({ values: own }) => own),
    },
    few,
  );
  const sure = db
    .prepare<Value[], number>(`SELECT c.id FROM (SELECT value AS id FROM json_each(?)) c WHERE ${saying.join(" AND ")}`)
    .pluck()
    .all(JSON.stringify(ids), ...values);
  if (sure.length === ids.length) return { ids, share: leastOf(searches.map(({ share }) => share)) };
  for (const text of values) forgetSearch(db, text);
  return { ids: ids.filter((id) => sure.includes(id)), share: 0 };
}

/** Attempts of which one segment says it, where they are few; else a condition on the attempt `c`. */
function foundIn(db: Database, search: Search, where: string): Sql & Readonly<{ isFew: boolean }> {
  const spans = JSON.stringify(search.spans);
  const texts = JSON.stringify(search.texts);
  const uses = db
    .prepare<[string, string], number>(
      `SELECT count(*) FROM (SELECT 1 FROM json_each(?) j JOIN segments s ON s.span = j.value
       UNION ALL SELECT 1 FROM json_each(?) j JOIN segments s ON s.text = j.value ->> 0 LIMIT ${FEW + 1})`,
    )
    .pluck();
  const isFew = (uses.get(spans, texts) ?? 0) <= FEW;
  const sql = isFew
    ? `SELECT s.attempt AS id FROM json_each(?) j JOIN segments s ON s.span = j.value${where}
        UNION SELECT s.attempt FROM json_each(?) j JOIN segments s ON s.text = j.value ->> 0
        AND s.chars >= j.value ->> 1${where}`
    : `(EXISTS (SELECT 1 FROM segments s WHERE s.attempt = c.id${where} AND s.span IN (SELECT value FROM json_each(?)))
        OR EXISTS (SELECT 1 FROM segments s WHERE s.attempt = c.id${where} AND s.text IS NOT NULL AND s.chars >= (
          SELECT e FROM (SELECT value ->> 0 AS t, value ->> 1 AS e FROM json_each(?)) WHERE t = s.text)))`;
  return { sql, values: [spans, texts], isFew };
}

/** What a method wrote, and answers, are no part of what a model said in its thought. */
export const THOUGHT = " AND s.kind = 'thinking' AND s.origin = 'sampled'";

const textsOf = ({ words, said }: AttemptFilter): readonly Readonly<{ text: string; where: string }>[] => [
  ...(words === undefined ? [] : [{ text: words, where: "" }]),
  ...(said === undefined ? [] : [{ text: said, where: THOUGHT }]),
];
