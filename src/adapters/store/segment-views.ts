import type { Database } from "better-sqlite3";
import { idsFromBytes } from "./codes.ts";

/**
 * How the views give ids as JSON: by SQL alone, so that any client can read them, and on our own connections by a
 * function, which takes a tenth of the time.
 */
type ToJson = (chars: string) => string;

/** From the character `c` back to its id. */
const ID = "(c - 1 - (c > 57343) * 2048 - (c > 65535) * 2)";

/** In blocks, since SQLite counts characters from the start of a text. */
const bySql: ToJson = (chars) => `(WITH RECURSIVE block (part, rest) AS (
  SELECT substr(x, 1, 256), substr(x, 257) FROM (SELECT ${chars} AS x)
  UNION ALL SELECT substr(rest, 1, 256), substr(rest, 257) FROM block WHERE rest <> '')
  SELECT '[' || coalesce(group_concat(list, ','), '') || ']' FROM (SELECT (
    WITH RECURSIVE place (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM place WHERE i < length(part))
    SELECT group_concat(${ID}, ',') FROM (
      SELECT unicode(substr(part, i, 1)) & 4294967295 AS c FROM place WHERE part <> '')
  ) AS list FROM block))`;

const byFunction: ToJson = (chars) => `ids_json(CAST(${chars} AS BLOB))`;

/** The ids of a row `t` of texts, as characters: its tokens stand in its last node and those above it. */
export const pathOf = (schema = ""): string => `(WITH RECURSIVE walk (node, upto, back) AS (
  SELECT t.last, t.till, 0
  UNION ALL SELECT n.parent, n.start, back + 1 FROM walk JOIN ${schema}nodes n ON n.id = walk.node
  WHERE walk.node <> t.node AND n.parent < n.id)
  SELECT group_concat(part, '') FROM (
    SELECT substr(CAST(n.sampled AS TEXT), first + 1, max(upto - first, 0)) AS part FROM (
      SELECT node, upto, back, CASE WHEN node = t.node THEN t.start ELSE 0 END AS first FROM walk) w
    JOIN ${schema}nodes n ON n.id = w.node ORDER BY back DESC))`;

const segments = (toJson: ToJson): string => `v_segments AS
SELECT s.attempt, s.position, s.origin, s.kind,
  CASE WHEN s.text IS NULL THEN p.text ELSE substr(t.text, 1, s.chars) END AS text,
  CASE WHEN s.text IS NULL THEN p.tokens ELSE s.tokens END AS tokens,
  CASE WHEN s.text IS NULL THEN ${toJson("CAST(p.ids AS TEXT)")}
    ELSE ${toJson(`substr(${pathOf()}, 1, s.tokens)`)} END AS token_ids,
  s.stop
FROM segments s LEFT JOIN spans p ON p.id = s.span LEFT JOIN texts t ON t.id = s.text`;

const nodes = (toJson: ToJson): string => `v_nodes AS
SELECT n.id, n.chain, n.parent, n.start, ${toJson("CAST(n.forced AS TEXT)")} AS forced,
  ${toJson("CAST(n.sampled AS TEXT)")} AS sampled, n.sampled_tokens, n.masked,
  ${toJson("CAST(n.masked_ids AS TEXT)")} AS masked_ids, n.paid_by, n.request, n.store
FROM nodes n`;

const views = [segments, nodes];

/** The views that hold ids, readable by any client. */
export const idViews: readonly string[] = views.map((view) => `CREATE VIEW ${view(bySql)}`);

const toJson = (bytes: unknown): string => JSON.stringify(bytes instanceof Uint8Array ? idsFromBytes(bytes) : []);

/** The same views for this connection alone, which reads them faster. */
export function quickenViews(db: Database): void {
  db.function("ids_json", { deterministic: true }, toJson);
  for (const view of views) db.exec(`CREATE TEMP VIEW ${view(byFunction)}`);
}
