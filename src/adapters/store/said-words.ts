import type { CountFilter, WordCount } from "../../ports/page-reader.ts";
import { conditionsOf, EXPERIMENT, type Value } from "./page-conditions.ts";
import { THOUGHT } from "./sqlite-texts.ts";
import { idsFromBytes } from "./codes.ts";
import { pieceReader } from "./known-pieces.ts";
import type { Database } from "./sqlite.ts";
import { characters, TEXT_ROWS, type TextRow, writtenOut } from "./text-rows.ts";

type Said = Readonly<{ experiment: string; filter: CountFilter; texts: readonly string[] }>;

type Row = readonly [attempt: number, span: number | null, text: number | null, chars: number | null];

/** Problems that are looked at first, and milliseconds that a step should take. */
const [FIRST_STEP, STEP_TIME] = [4, 20];

/**
 * In how many thoughts each text was sampled, problem by problem: each span is read once, and only where an attempt of
 * these has it.
 */
export function saying(db: Database, { experiment, filter, texts }: Said): WordCount {
  const problems = db.prepare<[], number>("SELECT id FROM problems ORDER BY id").pluck().all();
  const masks = maskReader(db, texts);
  const counts = texts.map(() => 0);
  let [at, step] = [0, FIRST_STEP];
  const goOn = (milliseconds: number): void => {
    const until = performance.now() + milliseconds;
    while (at < problems.length && performance.now() < until) {
      const start = performance.now();
      const rows = rowsOf(db, { experiment, filter, problems: problems.slice(at, at + step) });
      for (const mask of masksOf(rows, masks(rows)))
        texts.forEach((_, bit) => void (counts[bit] = (counts[bit] ?? 0) + ((mask >> bit) & 1)));
      at += step;
      step = Math.ceil(performance.now() - start < STEP_TIME ? step * 2 : step / 2);
    }
  };
  return {
    goOn,
    counts: () => counts,
    share: () => (problems.length === 0 ? 1 : Math.min(1, at / problems.length)),
  };
}

/** Points first, so that the problem is found in the index. */
function rowsOf(
  db: Database,
  { experiment, filter, problems }: Omit<Said, "texts"> & Readonly<{ problems: readonly number[] }>,
): readonly Row[] {
  const [conditions, values] = conditionsOf(filter);
  const points = filter.points ? "" : ` AND i.point IN (SELECT id FROM points WHERE experiment = ${EXPERIMENT})`;
  return db
    .prepare<Value[], Row>(
      `SELECT s.attempt, s.span, s.text, s.chars FROM attempts i CROSS JOIN segments s ON s.attempt = i.id
       WHERE i.experiment = ${EXPERIMENT}${points} AND i.problem IN (SELECT value FROM json_each(?))
         ${conditions}${THOUGHT}`,
    )
    .raw()
    .all(experiment, ...(filter.points ? [] : [experiment]), JSON.stringify(problems), ...values);
}

type MaskOf = (row: Row) => number;

/** For each attempt which of the texts it has, as bits; its rows stand together. */
function* masksOf(rows: readonly Row[], maskOf: MaskOf): Generator<number> {
  let [last, mask] = [rows[0]?.[0] ?? -1, 0];
  for (const row of rows) {
    if (row[0] !== last) {
      yield mask;
      [last, mask] = [row[0], 0];
    }
    mask |= maskOf(row);
  }
  yield mask;
}

/** Looks through the spans and texts of some rows, each once. */
function maskReader(db: Database, words: readonly string[]): (rows: readonly Row[]) => MaskOf {
  const bytes = words.map((word) => Buffer.from(word));
  const spans = new Map<number, number>();
  const texts = new Map<number, readonly number[]>();
  const spanRows = db.prepare<[string], [number, Buffer]>(`SELECT id, CAST(text AS BLOB) ${FROM_IDS("spans")}`).raw();
  const textRows = db.prepare<[string], TextRow>(`${TEXT_ROWS} WHERE t.id IN (SELECT value FROM json_each(?))`).raw();
  const readPieces = pieceReader(db);
  const written = ([, text, vocabulary, ids, odd]: TextRow): string =>
    vocabulary === null || !ids ? text : writtenOut(readPieces(vocabulary, idsFromBytes(ids)), ids, odd);
  return (rows) => {
    for (const [id, text] of spanRows.iterate(
      unknown(
        rows.map(([, span]) => span),
        spans,
      ),
    ))
      spans.set(
        id,
        bytes.reduce((mask, word, bit) => mask | (Number(text.includes(word)) << bit), 0),
      );
    const fresh = unknown(
      rows.map(([, , text]) => text),
      texts,
    );
    for (const row of textRows.all(fresh)) {
      const text = written(row);
      texts.set(
        row[0],
        words.map((word) => endOf(text, word)),
      );
    }
    return ([, span, text, chars]) =>
      text === null
        ? (spans.get(span ?? 0) ?? 0)
        : (texts.get(text) ?? []).reduce((mask, end, bit) => (end <= (chars ?? 0) ? mask | (1 << bit) : mask), 0);
  };
}

const FROM_IDS = (table: string): string => `FROM ${table} WHERE id IN (SELECT value FROM json_each(?))`;

const unknown = (ids: readonly (number | null)[], known: ReadonlyMap<number, unknown>): string =>
  JSON.stringify([...new Set(ids)].filter((id) => id !== null && !known.has(id)));

/** The character, as SQLite counts them, up to which a text has a word; infinite where it has not. */
function endOf(text: string, word: string): number {
  const at = text.indexOf(word);
  return at < 0 ? Infinity : characters(text.slice(0, at)) + characters(word);
}
