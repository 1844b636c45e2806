import type { Database } from "better-sqlite3";
import type { Segment } from "../../core/segment.ts";
import { idsFromBytes, idsToBytes } from "./codes.ts";
import type { Place } from "./find-places.ts";
import { oddOf, pieceReader } from "./known-pieces.ts";
import { pathOf } from "./segment-views.ts";
import { spell, spellingOf } from "./spelling.ts";

/** `vocabulary`: its pieces spell the text, which is empty here; not there before version 23. */
export type StoredText = Readonly<{ id: number; text: string; ids: Buffer; vocabulary?: number | null; odd?: string }>;

/** How a text is stored: by its vocabulary, or as it is. */
export type Spelled = Readonly<{ text: string; vocabulary: number | null; odd: string | null }>;

/** Reads a stored text, and says how one is stored that was sampled in a node. */
export function textSpeller(db: Database) {
  const pieces = pieceReader(db);
  const vocabularyOf = db
    .prepare<[number], number>(
      `SELECT v.id FROM nodes n JOIN chains c ON c.id = n.chain
       JOIN vocabularies v ON v.engine = c.described ->> '$.engine' WHERE n.id = ?`,
    )
    .pluck();
  return {
    read: ({ text, ids: bytes, vocabulary, odd }: StoredText): string => {
      if (typeof vocabulary !== "number") return text;
      const ids = idsFromBytes(bytes);
      return spell(pieces(vocabulary, ids), ids, oddOf(odd)) ?? "";
    },
    spelled: (node: number, ids: readonly number[], text: string): Spelled => {
      const vocabulary = vocabularyOf.get(node);
      const odd = vocabulary === undefined ? undefined : spellingOf(pieces(vocabulary, ids), ids, text);
      if (vocabulary === undefined || odd === undefined) return { text, vocabulary: null, odd: null };
      return { text: "", vocabulary, odd: odd && JSON.stringify(odd) };
    },
  };
}

/** A text that begins as a stored one of the same tokens is that one: the longer of the two is kept. */
export function textWriter(db: Database): (place: Place, segment: Segment) => number {
  const { read, spelled } = textSpeller(db);
  // Rows of an older version are moved before its tables are brought to today's form.
  const isOld = db.prepare("SELECT 1 FROM pragma_table_info('texts') WHERE name = 'odd'").get() === undefined;
  const alike = db.prepare<{ node: number; start: number }, StoredText>(
    `SELECT t.*, CAST(${pathOf()} AS BLOB) AS ids FROM texts t WHERE t.node = @node AND t.start = @start ORDER BY t.id`,
  );
  const more = isOld ? [] : ["vocabulary", "odd"];
  const columns = ["last", "till", "text", ...more];
  const all = ["node", "start", ...columns];
  const insert = db.prepare(`INSERT INTO texts (${all.join(", ")}) VALUES (@${all.join(", @")})`);
  const lengthen = db.prepare(
    `UPDATE texts SET ${columns.map((name) => `${name} = @${name}`).join(", ")} WHERE id = @id`,
  );
  return ({ node, start, last, till }, { text, tokenIds }) => {
    const how = isOld ? { text } : spelled(node, tokenIds, text);
    const bytes = idsToBytes(tokenIds);
    for (const stored of alike.all({ node, start })) {
      const [shorter, longer] = stored.ids.length < bytes.length ? [stored.ids, bytes] : [bytes, stored.ids];
      if (!longer.subarray(0, shorter.length).equals(shorter)) continue;
      const [known, isIn] = [read(stored), stored.ids.length >= bytes.length];
      if (isIn && known.startsWith(text)) return stored.id;
      if (stored.ids.length > bytes.length || !text.startsWith(known)) continue;
      lengthen.run({ id: stored.id, last, till, ...how });
      return stored.id;
    }
    return Number(insert.run({ node, start, last, till, ...how }).lastInsertRowid);
  };
}
