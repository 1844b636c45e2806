import type { Piece, Place } from "./piece.ts";

/** The pieces of a tree that are stored, by their rows. */
export class Rows {
  readonly #pieces = new Map<number, Piece[]>();
  readonly #lengths = new Map<number, number>();

  /** How many sampled tokens of each row are here. */
  get lengths(): ReadonlyMap<number, number> {
    return this.#lengths;
  }

  /** The last piece of a row. */
  lastOf(row: number): Piece | undefined {
    return this.#pieces.get(row)?.at(-1);
  }

  /** After the first `tokens` tokens of a row; undefined where they are not here. */
  place(row: number, tokens: number): Place | undefined {
    const piece = this.#pieces.get(row)?.findLast(({ row: at }) => at !== null && at.start <= tokens);
    return piece?.row ? { piece, tokens: tokens - piece.row.start } : undefined;
  }

  /** A piece that is stored, and all of its tokens. */
  add(piece: Piece): void {
    if (!piece.row) throw new Error("a piece that is not stored has no row");
    const { id, start } = piece.row;
    const others = this.#pieces.get(id);
    if (others) others.push(piece);
    else this.#pieces.set(id, [piece]);
    this.#lengths.set(id, start + piece.sampled.length);
  }
}
