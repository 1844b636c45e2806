import type { Database } from "better-sqlite3";
import { idsIn, type IdsJson, jsonOfIds } from "./codes.ts";
import { cutTo, type Odd, type Pieces, spell } from "./spelling.ts";

/** Texts of tokens that a connection has read, by vocabulary. */
const known = new WeakMap<Database, Map<number, (string | undefined)[]>>();

const vocabulariesOf = (db: Database): Map<number, (string | undefined)[]> => {
  const mine = known.get(db) ?? new Map<number, (string | undefined)[]>();
  known.set(db, mine);
  return mine;
};

/** No model has so many tokens: what a stranger's database says of further ones is not read. */
const mostTokens = 1 << 21;

function filled(pieces: readonly (readonly [token: number, text: string])[]): (string | undefined)[] {
  const known = pieces.filter(([token]) => token >= 0 && token < mostTokens);
  const last = known.reduce((most, [token]) => Math.max(most, token), -1);
  const texts: (string | undefined)[] = Array.from({ length: last + 1 }, () => undefined);
  for (const [token, text] of known) texts[token] = text;
  return texts;
}

type All = Readonly<{ count: number; texts: (string | undefined)[] }>;

const whole = new WeakMap<Database, Map<number, All>>();

/** All pieces of a vocabulary as they are now: another process may add some at any time, and takes none away. */
export function allPieces(db: Database, vocabulary: number): Pieces {
  const mine = whole.get(db) ?? new Map<number, All>();
  whole.set(db, mine);
  const count = db
    .prepare<[number], number>("SELECT count(*) FROM pieces WHERE vocabulary = ?")
    .pluck()
    .get(vocabulary);
  const before = mine.get(vocabulary);
  if (before && before.count === count) return before.texts;
  const rows = db
    .prepare<[number], [number, string]>("SELECT token, text FROM pieces WHERE vocabulary = ? ORDER BY token")
    .raw()
    .all(vocabulary);
  const texts = filled(rows);
  mine.set(vocabulary, { count: rows.length, texts });
  return texts;
}

/**
 * The pieces of a vocabulary, and how those that came since are read: by `ids`, which a text is about to be spelled
 * with.
 */
export function pieceReader(db: Database): (vocabulary: number, ids: readonly number[]) => Pieces {
  const one = db
    .prepare<[number, number], string>("SELECT text FROM pieces WHERE vocabulary = ? AND token = ?")
    .pluck();
  const vocabularies = vocabulariesOf(db);
  return (vocabulary, ids) => {
    const pieces = vocabularies.get(vocabulary) ?? [...allPieces(db, vocabulary)];
    vocabularies.set(vocabulary, pieces);
    for (const id of ids) if (id < mostTokens) pieces[id] ??= one.get(vocabulary, id);
    return pieces;
  };
}

/** What was read of texts lately, each with its ids: cuts of one thought are read one after another. */
class Recent<Reading> {
  readonly #readings = new Map<unknown, Readonly<{ ids: Uint8Array; under: unknown; reading: Reading }>>();

  /** What `read` gives, or gave for the same ids `under` the same. */
  get(text: unknown, ids: Uint8Array, under: unknown, read: () => Reading): Reading {
    const known = this.#readings.get(text);
    if (known && known.under === under && Buffer.compare(known.ids, ids) === 0) return known.reading;
    const reading = read();
    if (reading === null) return reading;
    this.#readings.delete(text);
    this.#readings.set(text, { ids, under, reading });
    const [oldest] = this.#readings.size > 32 ? this.#readings.keys() : [];
    if (oldest !== undefined) this.#readings.delete(oldest);
    return reading;
  }
}

/** SQL functions by which the views give ids as JSON, and texts; they learn the pieces of a vocabulary as needed. */
export function addReadings(db: Database): void {
  const [jsons, texts] = [new Recent<IdsJson>(), new Recent<string | null>()];
  const vocabularies = vocabulariesOf(db);
  db.function("ids_json", { varargs: true }, (bytes: unknown, text?: unknown, tokens?: unknown) => {
    if (!(bytes instanceof Uint8Array)) return "[]";
    const { json, ends } = text === undefined ? jsonOfIds(bytes) : jsons.get(text, bytes, 0, () => jsonOfIds(bytes));
    return `${json.toString("latin1", 0, ends[Math.min(Number(tokens ?? ends.length), ends.length - 1)])}]`;
  });
  const spelled = (...[text, vocabulary, bytes, chars, odd, isLast]: readonly unknown[]): string | null => {
    if (!(bytes instanceof Uint8Array)) return "";
    const pieces = vocabularies.get(Number(vocabulary)) ?? [];
    const whole = texts.get(text, bytes, `${String(vocabulary)} ${String(odd)}`, () =>
      spell(isLast === 1 ? withBlanks(pieces, idsIn(bytes)) : pieces, idsIn(bytes), oddOf(odd)),
    );
    return whole === null ? null : cutTo(whole, Number(chars));
  };
  const result = ([vocabulary, pieces]: Learning): number => {
    vocabularies.set(vocabulary, filled(pieces));
    return 1;
  };
  db.function("spelled", { varargs: true }, spelled);
  db.aggregate("learned", { start: (): Learning => [0, []], step: learn as never, result });
}

type Learning = [vocabulary: number, pieces: (readonly [number, string])[]];

/** Its type in `@types/better-sqlite3` has one argument alone. */
function learn([, pieces]: Learning, vocabulary: unknown, token: unknown, text: unknown): Learning {
  pieces.push([Number(token), String(text)]);
  return [Number(vocabulary), pieces];
}

export const oddOf = (json: unknown): Odd => (typeof json === "string" ? (JSON.parse(json) as Odd) : null);

/** Of a database that lost pieces the others are still read. */
const withBlanks = (pieces: Pieces, ids: Uint32Array): Pieces => {
  const some: (string | undefined)[] = [];
  for (const id of ids) some[id] = pieces[id] ?? "";
  return some;
};
