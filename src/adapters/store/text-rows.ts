import { idsFromBytes } from "./codes.ts";
import { oddOf } from "./known-pieces.ts";
import { pathOf } from "./segment-views.ts";
import { type Pieces, spell } from "./spelling.ts";

/** A text as it stands, or, with its vocabulary, the ids that spell it and what single ones of them say there. */
export type TextRow = readonly [
  id: number,
  text: string,
  vocabulary: number | null,
  ids: Buffer | null,
  odd: string | null,
];

export const TEXT_ROWS = `SELECT t.id, t.text, t.vocabulary,
  CASE WHEN t.vocabulary IS NOT NULL THEN CAST(${pathOf()} AS BLOB) END, t.odd FROM texts t`;

export const writtenOut = (pieces: Pieces, ids: Buffer | null, odd: string | null): string =>
  spell(pieces, idsFromBytes(ids ?? Buffer.alloc(0)), oddOf(odd)) ?? "";

/** As SQLite counts them: one for what JavaScript has as two halves. */
export const characters = (text: string): number =>
  text.length - (text.match(/[\ud800-\udbff][\udc00-\udfff]/g)?.length ?? 0);
