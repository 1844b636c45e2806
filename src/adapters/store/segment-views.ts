import type { Database } from "better-sqlite3";
import { addReadings } from "./known-pieces.ts";

/**
 * How the views give ids as JSON, and texts of ids: by SQL alone, so that any client can read them, and on our own
 * connections by functions, which take a tenth of the time.
 */
type Reading = Readonly<{ toJson: (chars: string, count?: string) => string; toText: (from: TextRow) => string }>;

/** SQL for what a row `t` of texts says: its vocabulary, how many characters are read, its ids; where `pieces` are. */
export type TextRow = Readonly<{ vocabulary: string; chars: string; path: string; pieces: string }>;

/** From the character `c` back to its id. */
const ID = "(c - 1 - (c > 57343) * 2048 - (c > 65535) * 2)";

/**
 * Something of each character of `chars`, joined. In blocks, since SQLite counts characters from the start of a text.
 * `each`: of the character `c`, the `at`-th.
 */
const ofEach = (chars: string, each: string, between: string): string => `(WITH RECURSIVE block (part, rest, base) AS (
  SELECT substr(x, 1, 256), substr(x, 257), 0 FROM (SELECT ${chars} AS x)
  UNION ALL SELECT substr(rest, 1, 256), substr(rest, 257), base + 256 FROM block WHERE rest <> '')
  SELECT coalesce(group_concat(list, '${between}'), '') FROM (SELECT (
    WITH RECURSIVE place (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM place WHERE i < length(part))
    SELECT group_concat(${each}, '${between}') FROM (
      SELECT unicode(substr(part, i, 1)) & 4294967295 AS c, base + i - 1 AS at FROM place WHERE part <> '')
  ) AS list FROM block))`;

export const bySql: Reading = {
  toJson: (chars, count) => `'[' || ${ofEach(count ? `substr(${chars}, 1, ${count})` : chars, ID, ",")} || ']'`,
  toText: ({ vocabulary, chars, path, pieces }) => {
    const piece = `(SELECT c.text FROM ${pieces} c WHERE c.vocabulary = ${vocabulary} AND c.token = ${ID})`;
    return `substr(${ofEach(path, `coalesce(t.odd ->> ('$."' || at || '"'), ${piece})`, "")}, 1, ${chars})`;
  },
};

/** Where a piece is not known yet, all of its vocabulary are learned. */
export const byFunction: Reading = {
  toJson: (chars, count) => `ids_json(CAST(${chars} AS BLOB)${count ? `, t.id, ${count}` : ""})`,
  toText: ({ vocabulary, chars, path, pieces }) => {
    const spelled = (isLast: 0 | 1): string =>
      `spelled(t.id, ${vocabulary}, CAST(${path} AS BLOB), ${chars}, t.odd, ${isLast})`;
    return `coalesce(${spelled(0)}, CASE WHEN (SELECT learned(c.vocabulary, c.token, c.text) FROM ${pieces} c
      WHERE c.vocabulary = ${vocabulary}) THEN ${spelled(1)} END)`;
  },
};

/** The ids of a row `t` of texts, as characters: its tokens stand in its last node and those above it. */
export const pathOf = (schema = ""): string => `CASE WHEN t.node = t.last
  THEN (SELECT substr(CAST(n.sampled AS TEXT), t.start + 1, t.till - t.start) FROM ${schema}nodes n WHERE n.id = t.node)
  ELSE (WITH RECURSIVE walk (node, upto, back) AS (
  SELECT t.last, t.till, 0
  UNION ALL SELECT n.parent, n.start, back + 1 FROM walk JOIN ${schema}nodes n ON n.id = walk.node
  WHERE walk.node <> t.node AND n.parent < n.id)
  SELECT group_concat(part, '') FROM (
    SELECT substr(CAST(n.sampled AS TEXT), first + 1, max(upto - first, 0)) AS part FROM (
      SELECT node, upto, back, CASE WHEN node = t.node THEN t.start ELSE 0 END AS first FROM walk) w
    JOIN ${schema}nodes n ON n.id = w.node ORDER BY back DESC)) END`;

const ofSegment: TextRow = {
  vocabulary: "t.vocabulary",
  chars: "s.chars",
  path: pathOf(),
  pieces: "pieces",
};

const segments = ({ toJson, toText }: Reading): string => `v_segments AS
SELECT s.attempt, s.position, s.origin, s.kind,
  CASE WHEN s.text IS NULL THEN p.text WHEN t.vocabulary IS NULL THEN substr(t.text, 1, s.chars)
    ELSE ${toText(ofSegment)} END AS text,
  CASE WHEN s.text IS NULL THEN p.tokens ELSE s.tokens END AS tokens,
  CASE WHEN s.text IS NULL THEN ${toJson("CAST(p.ids AS TEXT)")}
    ELSE ${toJson(pathOf(), "s.tokens")} END AS token_ids,
  s.stop
FROM segments s LEFT JOIN spans p ON p.id = s.span LEFT JOIN texts t ON t.id = s.text`;

const nodes = ({ toJson }: Reading): string => `v_nodes AS
SELECT n.id, n.chain, n.parent, n.start, ${toJson("CAST(n.forced AS TEXT)")} AS forced,
  ${toJson("CAST(n.sampled AS TEXT)")} AS sampled, n.sampled_tokens, n.masked,
  ${toJson("CAST(n.masked_ids AS TEXT)")} AS masked_ids, n.paid_by, n.request, n.store
FROM nodes n`;

const views = [segments, nodes];

/** The views that hold ids and texts, readable by any client. */
export const textViews: readonly string[] = views.map((view) => `CREATE VIEW ${view(bySql)}`);

/** The same views for this connection alone, which reads them faster. */
export function quickenViews(db: Database): void {
  addReadings(db);
  for (const view of views) db.exec(`CREATE TEMP VIEW ${view(byFunction)}`);
}
