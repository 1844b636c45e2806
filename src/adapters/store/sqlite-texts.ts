import type { AttemptFilter, CountFilter } from "../../ports/page-reader.ts";
import { conditionsOf, EXPERIMENT, type Sql, type Value } from "./page-conditions.ts";
import { idsFromBytes } from "./codes.ts";
import { allPieces, oddOf } from "./known-pieces.ts";
import { pathOf } from "./segment-views.ts";
import { type Pieces, spell } from "./spelling.ts";
import type { Database } from "./sqlite.ts";
import { WordFinder } from "./word-finder.ts";

export const isAboutTexts = ({ words, said }: Pick<AttemptFilter, "words" | "said">): boolean =>
  words !== undefined || said !== undefined;

/** Attempts whose texts are read one by one, before all texts are searched: what many say is found among them. */
const NEAR = 200;

/** With more spans than this an attempt is looked at when its turn comes, with fewer their attempts are found first. */
const FEW = 20_000;

/** Reads the ids of a page by the rest of a query that begins with ids in order, without their limit. */
type Read = (rest: Sql) => readonly number[];

/** Of what most thoughts say the first few attempts fill a page; what is rare is looked for in all spans. */
export function withTexts(db: Database, filter: AttemptFilter, read: Read): readonly number[] {
  const texts = textsOf(filter);
  const saying = texts.map(
    ({ where }) => `EXISTS (SELECT 1 FROM v_segments s WHERE s.attempt = c.id${where} AND instr(s.text, ?) > 0)`,
  );
  const near = read({
    sql: ` LIMIT ${NEAR}) c WHERE ${saying.join(" AND ")}`,
    values: texts.map(({ text }) => text),
  });
  if (near.length === filter.limit) return near;
  const found = texts.map(({ text, where }) => foundIn(db, text, where));
  return read({
    sql: ` LIMIT -1) c WHERE ${found.map(({ sql }) => sql).join(" AND ")}`,
    values: found.flatMap(({ values }) => values),
  });
}

/** A condition on the attempt `c`: one of its segments says it. */
function foundIn(db: Database, text: string, where: string): Sql {
  const spans = JSON.stringify(spansWith(db, text));
  const texts = JSON.stringify(textsWith(db, text));
  const uses = db
    .prepare<[string, string], number>(
      `SELECT count(*) FROM (SELECT 1 FROM json_each(?) j JOIN segments s ON s.span = j.value
       UNION ALL SELECT 1 FROM json_each(?) j JOIN segments s ON s.text = j.value ->> 0 LIMIT ${FEW + 1})`,
    )
    .pluck();
  const isFew = (uses.get(spans, texts) ?? 0) <= FEW;
  const sql = isFew
    ? `c.id IN (SELECT s.attempt FROM json_each(?) j JOIN segments s ON s.span = j.value${where}
        UNION ALL SELECT s.attempt FROM json_each(?) j JOIN segments s ON s.text = j.value ->> 0
        AND s.chars >= j.value ->> 1${where})`
    : `(EXISTS (SELECT 1 FROM segments s WHERE s.attempt = c.id${where} AND s.span IN (SELECT value FROM json_each(?)))
        OR EXISTS (SELECT 1 FROM segments s WHERE s.attempt = c.id${where} AND s.text IS NOT NULL AND s.chars >= (
          SELECT e FROM (SELECT value ->> 0 AS t, value ->> 1 AS e FROM json_each(?)) WHERE t = s.text)))`;
  return { sql, values: [spans, texts] };
}

/** What a method wrote, and answers, are no part of what a model said in its thought. */
const THOUGHT = " AND s.kind = 'thinking' AND s.origin = 'sampled'";

const textsOf = ({ words, said }: AttemptFilter): readonly Readonly<{ text: string; where: string }>[] => [
  ...(words === undefined ? [] : [{ text: words, where: "" }]),
  ...(said === undefined ? [] : [{ text: said, where: THOUGHT }]),
];

const spansWith = (db: Database, text: string): readonly number[] =>
  db.prepare<[string], number>("SELECT id FROM spans WHERE instr(text, ?) > 0").pluck().all(text);

/** Each with the character up to which a segment must have it to say the words too. */
const textsWith = (db: Database, text: string): readonly (readonly [id: number, end: number])[] => [
  ...db
    .prepare<[string, string], [number, number]>(
      `SELECT id, place + length(?) - 1 FROM (SELECT id, instr(text, ?) AS place FROM texts WHERE vocabulary IS NULL)
       WHERE place > 0`,
    )
    .raw()
    .all(text, text),
  ...spelledWith(db, text),
];

type SpelledRow = readonly [id: number, vocabulary: number, ids: Buffer, odd: string | null];

/** The same of texts that are only spelled by their ids. */
function* spelledWith(db: Database, text: string): Generator<readonly [id: number, end: number]> {
  const vocabularies = db
    .prepare<[], number>("SELECT id FROM vocabularies v WHERE EXISTS (SELECT 1 FROM texts WHERE vocabulary = v.id)")
    .pluck()
    .all();
  const all = new Map(vocabularies.map((id) => [id, allPieces(db, id)] as const));
  const finders = new Map([...all].map(([id, known]) => [id, new WordFinder(known, text)] as const));
  const rows = db
    .prepare<[], SpelledRow>(
      `SELECT t.id, t.vocabulary, CAST(${pathOf()} AS BLOB), t.odd FROM texts t WHERE t.vocabulary IS NOT NULL`,
    )
    .raw()
    .iterate();
  for (const [id, vocabulary, ids, odd] of rows as Iterable<SpelledRow>) {
    const found = odd === null ? finders.get(vocabulary)?.upTo(ids) : upTo(text, all.get(vocabulary) ?? [], ids, odd);
    if (typeof found === "string") yield [id, Array.from(found).length];
  }
}

function upTo(word: string, pieces: Pieces, ids: Buffer, odd: string): string | null {
  const text = spell(pieces, idsFromBytes(ids), oddOf(odd)) ?? "";
  const at = text.indexOf(word);
  return at < 0 ? null : text.slice(0, at + word.length);
}

/** Which of some texts each span has, as bits; spans without any are left out. One pass over all texts. */
function masksOf(db: Database, texts: readonly string[]): ReadonlyMap<number, number> {
  const bits = texts.map((_, bit) => `((instr(text, ?) > 0) << ${bit})`).join(" | ");
  const rows = db
    .prepare<string[], [number, number]>(`SELECT id, ${bits} FROM spans`)
    .raw()
    .iterate(...texts);
  const masks = new Map<number, number>();
  for (const [id, mask] of rows as Iterable<[number, number]>) if (mask > 0) masks.set(id, mask);
  return masks;
}

type Said = Readonly<{ experiment: string; filter: CountFilter; texts: readonly string[] }>;

/** What is looked for, bit by bit: in spans, and in texts with the character where each ends there. */
function maskedSpans(db: Database, texts: readonly string[]) {
  const spans = masksOf(db, texts);
  const ends = new Map<number, number[]>();
  for (const [bit, text] of texts.entries())
    for (const [id, end] of textsWith(db, text)) {
      const mine = ends.get(id) ?? texts.map(() => Infinity);
      ends.set(id, mine);
      mine[bit] = end;
    }
  return (span: number | null, text: number | null, chars: number): number =>
    text === null
      ? (spans.get(span ?? 0) ?? 0)
      : (ends.get(text) ?? []).reduce((mask, end, bit) => (end <= chars ? mask | (1 << bit) : mask), 0);
}

type SaidRow = readonly [attempt: number, span: number | null, text: number | null, chars: number];

/** Spans are read once; the attempts of each are only counted. */
export function saying(db: Database, { experiment, filter, texts }: Said): readonly number[] {
  const maskOf = maskedSpans(db, texts);
  const [conditions, values] = conditionsOf(filter);
  const rows = db
    .prepare<Value[], SaidRow>(
      `SELECT s.attempt, s.span, s.text, s.chars FROM attempts i CROSS JOIN segments s ON s.attempt = i.id
       WHERE i.experiment = ${EXPERIMENT}${conditions}${THOUGHT} ORDER BY s.attempt`,
    )
    .raw()
    .iterate(experiment, ...values);
  const counts = texts.map(() => 0);
  let [last, mask] = [-1, 0];
  const count = (): void => texts.forEach((_, bit) => void (counts[bit] = (counts[bit] ?? 0) + ((mask >> bit) & 1)));
  for (const [attempt, span, text, chars] of rows as Iterable<SaidRow>) {
    if (attempt !== last) {
      count();
      [last, mask] = [attempt, 0];
    }
    mask |= maskOf(span, text, chars);
  }
  count();
  return counts;
}
