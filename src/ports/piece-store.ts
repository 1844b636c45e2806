/** Texts of single tokens, for whoever shows a thought token by token. */
export interface PieceStore {
  /** Tokens of a vocabulary whose texts are stored; `engine`: the identity that its chains are known by. */
  known(engine: Readonly<Record<string, unknown>>): readonly number[];
  add(engine: Readonly<Record<string, unknown>>, texts: ReadonlyMap<number, string>): void;
}
