import { leastOf, mostOf } from "../../core/extremes.ts";
import { allPieces } from "./known-pieces.ts";
import type { Pieces } from "./spelling.ts";
import type { Database } from "./sqlite.ts";
import { characters, TEXT_ROWS, type TextRow, writtenOut } from "./text-rows.ts";
import { WordFinder } from "./word-finder.ts";

/** How far spans and texts were looked through for something, by their ids, and those that have it. */
export type Search = {
  readonly at: { spans: number; texts: number };
  readonly spans: number[];
  /** Each with the character up to which a segment must have it to say the same. */
  readonly texts: (readonly [id: number, end: number])[];
  /** Share of all that there is to look through. */
  share: number;
  /** By vocabulary, as it was when so many texts were stored. */
  readonly finders: Map<number, Finder>;
};

type Finder = Readonly<{ pieces: Pieces; finder: WordFinder; texts: number }>;

const known = new WeakMap<Database, Map<string, Search>>();

/** Searches that are kept; who looks for something asks for it again and again. */
const MOST_KEPT = 20;

export const forgetSearch = (db: Database, text: string): void => void known.get(db)?.delete(text);

/** The search for a text, gone on with until a time (of `performance.now`), and later with what was stored since. */
export function lookThrough(db: Database, text: string, until: number): Search {
  const search = searchFor(db, text);
  const ends = { spans: newest(db, "spans"), texts: newest(db, "texts") };
  for (const table of ["spans", "texts"] as const)
    for (let step = FIRST_STEP; search.at[table] < ends[table] && performance.now() < until;) {
      const start = performance.now();
      const to = search.at[table] + Math.ceil(step);
      look[table](db, search, { text, from: search.at[table], to });
      search.at[table] = leastOf([to, ends[table]]);
      step = performance.now() - start < STEP_TIME ? step * 2 : step / 2;
    }
  search.share = (search.at.spans + search.at.texts) / mostOf([1, ends.spans + ends.texts]);
  if (ends.spans + ends.texts === 0) search.share = 1;
  return search;
}

/** Rows that are looked at first, and milliseconds that a step should take: texts are short or very long. */
const [FIRST_STEP, STEP_TIME] = [100, 10];

function searchFor(db: Database, text: string): Search {
  const own = known.get(db) ?? new Map<string, Search>();
  known.set(db, own);
  const last = own.get(text);
  const isThere = last && last.at.spans <= newest(db, "spans") && last.at.texts <= newest(db, "texts");
  const search = isThere ? last : { at: { spans: 0, texts: 0 }, spans: [], texts: [], share: 0, finders: new Map() };
  own.delete(text);
  own.set(text, search);
  const [oldest] = own.keys();
  if (own.size > MOST_KEPT && oldest !== undefined) own.delete(oldest);
  return search;
}

const newest = (db: Database, table: "spans" | "texts"): number =>
  db.prepare<[], number>(`SELECT coalesce(max(id), 0) FROM ${table}`).pluck().get() ?? 0;

type Step = Readonly<{ text: string; from: number; to: number }>;

const look: Readonly<Record<"spans" | "texts", (db: Database, search: Search, step: Step) => void>> = {
  spans: (db, search, { text, from, to }) => {
    const sql = "SELECT id FROM spans WHERE id > ? AND id <= ? AND instr(text, ?) > 0";
    for (const id of db.prepare<[number, number, string], number>(sql).pluck().all(from, to, text))
      search.spans.push(id);
  },
  texts: (db, search, { text, from, to }) => {
    const texts = newest(db, "texts");
    const rows = db.prepare<[number, number], TextRow>(`${TEXT_ROWS} WHERE t.id > ? AND t.id <= ?`).raw().all(from, to);
    for (const row of rows) {
      const found = beginning(row, text, (vocabulary) => finderFor(db, search, { vocabulary, text, texts }));
      if (found !== null) search.texts.push([row[0], characters(found)]);
    }
  },
};

/** A vocabulary is read again where texts were stored since: they may have tokens that nobody had met. */
function finderFor(
  db: Database,
  { finders }: Search,
  { vocabulary, text, texts }: Readonly<{ vocabulary: number; text: string; texts: number }>,
): Finder {
  const known = finders.get(vocabulary);
  if (known?.texts === texts) return known;
  const pieces = allPieces(db, vocabulary);
  const finder = { pieces, finder: new WordFinder(pieces, text), texts };
  finders.set(vocabulary, finder);
  return finder;
}

/** A text up to the end of a word; null where it has not. Few texts are written out to be looked through. */
function beginning(
  [, text, vocabulary, ids, odd]: TextRow,
  word: string,
  finderOf: (vocabulary: number) => Finder,
): string | null {
  if (vocabulary !== null && ids && odd === null) return finderOf(vocabulary).finder.upTo(ids);
  const whole = vocabulary === null ? text : writtenOut(finderOf(vocabulary).pieces, ids, odd);
  const at = whole.indexOf(word);
  return at < 0 ? null : whole.slice(0, at + word.length);
}
