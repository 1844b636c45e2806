import { idsIn } from "./codes.ts";
import { type Pieces, spell } from "./spelling.ts";

/** A word of more letters is looked for in texts that are written out. */
const longest = 64;

/**
 * Finds a word in texts that are not written out: how much of it the text so far ends with is followed from token to
 * token, and is computed once for each token (Knuth, Morris and Pratt).
 */
export class WordFinder {
  readonly #pieces: Pieces;
  readonly #word: string;
  /** How many letters still match where that many matched and the next one does not. */
  readonly #borders: readonly number[];
  /** By matched letters and token, one more than the letters that match after it; 0: not computed. */
  readonly #after: (Uint8Array | undefined)[] = [];

  constructor(pieces: Pieces, word: string) {
    this.#pieces = pieces;
    this.#word = word;
    this.#borders = bordersOf(word);
  }

  /** The first characters of the text of ids, up to the end of the word; null where it is not in it. */
  upTo(bytes: Uint8Array): string | null {
    const ids = idsIn(bytes);
    const count = this.#word.length > longest ? ids.length : this.#tokensUpTo(ids);
    if (count === null) return null;
    const text = spell(this.#pieces, ids.subarray(0, count), null) ?? "";
    const at = text.indexOf(this.#word);
    return at < 0 ? null : text.slice(0, at + this.#word.length);
  }

  #tokensUpTo(ids: Uint32Array): number | null {
    let [matched, row] = [0, this.#rowOf(0)];
    for (let at = 0; at < ids.length; at++) {
      const id = ids[at] as number;
      const next = (row[id] || this.#step(matched, id)) - 1;
      if (next === this.#word.length) return at + 1;
      if (next !== matched) [matched, row] = [next, this.#rowOf(next)];
    }
    return null;
  }

  #rowOf(matched: number): Uint8Array {
    return (this.#after[matched] ??= new Uint8Array(this.#pieces.length));
  }

  #step(before: number, id: number): number {
    let matched = before;
    const piece = this.#pieces[id] ?? "";
    for (let at = 0; at < piece.length && matched < this.#word.length; at++) {
      while (matched > 0 && piece[at] !== this.#word[matched]) matched = this.#borders[matched - 1] as number;
      if (piece[at] === this.#word[matched]) matched++;
    }
    return (this.#rowOf(before)[id] = matched + 1);
  }
}

function bordersOf(word: string): readonly number[] {
  const borders = [0];
  for (let at = 1, matched = 0; at < word.length; at++) {
    while (matched > 0 && word[at] !== word[matched]) matched = borders[matched - 1] as number;
    if (word[at] === word[matched]) matched++;
    borders.push(matched);
  }
  return borders;
}
