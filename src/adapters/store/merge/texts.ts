import { bySql, byFunction, pathOf } from "../segment-views.ts";
import type { Database } from "../sqlite.ts";
import { copyRows, type Maps, mappedColumns } from "./copy.ts";

/** Where a vocabulary of the attached source has gone. */
export const vocabularyHere = (value: string): string =>
  `(SELECT m.id FROM src.vocabularies s JOIN main.vocabularies m ON m.engine = s.engine WHERE s.id = ${value})`;

/** Vocabularies of the attached source whose pieces say something else here, where other databases brought them. */
export function markOtherPieces(db: Database): void {
  db.exec(`
CREATE TEMP TABLE IF NOT EXISTS other_pieces (vocabulary INTEGER PRIMARY KEY) STRICT;
DELETE FROM temp.other_pieces;
INSERT INTO temp.other_pieces SELECT id FROM src.vocabularies v WHERE EXISTS (SELECT 1 FROM src.pieces p
  JOIN main.pieces m ON m.vocabulary = ${vocabularyHere("v.id")} AND m.token = p.token
  WHERE p.vocabulary = v.id AND m.text <> p.text);
`);
}

const hasOtherPieces = "t.vocabulary IN (SELECT vocabulary FROM temp.other_pieces)";

/** The first characters of a row `t` of the attached source's texts. */
export const textThere = (chars: string): string => {
  const row = { chars, path: pathOf("src.") };
  return `CASE WHEN t.vocabulary IS NULL THEN substr(t.text, 1, ${chars})
    WHEN ${hasOtherPieces} THEN ${bySql.toText({ ...row, vocabulary: "t.vocabulary", pieces: "src.pieces" })}
    ELSE ${byFunction.toText({ ...row, vocabulary: vocabularyHere("t.vocabulary"), pieces: "main.pieces" })} END`;
};

/** Of no use for a copy: its node stays behind. */
export const isDropped = (node: string): string => `${node} IN (SELECT node FROM temp.fates WHERE kept = 0)`;

/** Of a text that ends in a node which stays behind: the node above it that does not, and the token up to there. */
const kept = (column: "node" | "till"): string => `(WITH RECURSIVE up (node, till, back) AS (
  SELECT t.last, t.till, 0 UNION ALL SELECT n.parent, n.start, back + 1 FROM up JOIN src.nodes n ON n.id = up.node
  WHERE ${isDropped("up.node")}) SELECT ${column} FROM up ORDER BY back DESC LIMIT 1)`;

/** What no ids spell any more is written out. */
export function copyTexts(db: Database, maps: Maps): void {
  const columns = mappedColumns(db, "texts", maps);
  const writtenOut = (where: string): Readonly<Record<string, string>> => ({
    text: `CASE WHEN ${where} THEN ${textThere("1000000000")} ELSE t.text END`,
    vocabulary: `CASE WHEN NOT ${where} THEN ${columns["vocabulary"]} END`,
    odd: `CASE WHEN NOT ${where} THEN t.odd END`,
  });
  copyRows(db, {
    table: "texts",
    columns: { ...columns, ...writtenOut(`ifnull(${hasOtherPieces}, 0)`) },
    where: `NOT ${isDropped("t.node")} AND NOT ${isDropped("t.last")}`,
  });
  const cut = { last: (maps["nodes"] as Maps[string])(kept("node")), till: kept("till") };
  copyRows(db, {
    table: "texts",
    columns: { ...columns, ...cut, ...writtenOut(`(ifnull(${hasOtherPieces}, 0) OR t.odd IS NOT NULL)`) },
    where: `NOT ${isDropped("t.node")} AND ${isDropped("t.last")}`,
  });
}
