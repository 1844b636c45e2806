import type { Piece } from "./piece.ts";

/** The pieces of a tree that are stored, by their rows. */
export class Rows {
  /** The highest row; 0 where there is none. */
  newest = 0;
  readonly #pieces = new Map<number, Piece>();

  get(row: number): Piece | undefined {
    return this.#pieces.get(row);
  }

  add(row: number, piece: Piece): void {
    this.#pieces.set(row, piece);
    this.newest = Math.max(this.newest, row);
  }
}
