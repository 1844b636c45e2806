import type { SignalName } from "../core/signals.ts";
import type { Call } from "./call.ts";
import { back, depthOf, type Location } from "./trie.ts";

/**
 * A place in a tree, whose tokens are marked with the pieces in which the model drew them; a method alone wrote the
 * others.
 */
export type Spot = Location<Piece>;

/**
 * What one call of an engine added to a tree in one go: a row of the store or a part of one, once it is saved. Never
 * without a token.
 */
export type Piece = {
  /** The row, and how many of its tokens come before those of this piece; null where it is not stored yet. */
  row: Readonly<{ id: number; start: number }> | null;
  /** The call that draws it; null for one that was stored before. */
  readonly call: Call | null;
  readonly hangs: Place | null;
  /** What a method wrote between the place where it hangs and its first token. */
  readonly forced: readonly number[];
  /** Tokens on the path before its first one. */
  readonly start: number;
  readonly sampled: number[];
  /** The first `masked` tokens were drawn with `maskedIds` left out. */
  readonly masked: number;
  readonly maskedIds: readonly number[];
  /** Of each sampled token; without those that were not told of all of them. */
  readonly signals: PieceSignals;
  end: Spot;
  /** A list of this piece alone: what most tokens share for the list of their pieces. */
  readonly alone: readonly Piece[];
};

/** After the first `tokens` tokens of a piece. */
export type Place = Readonly<{ piece: Piece; tokens: number }>;

export type PieceSignals = Partial<Record<SignalName, number[]>>;

type Init = Pick<Piece, "row" | "call" | "masked" | "maskedIds" | "signals">;

/** A piece to be grown from a location. */
export function newPiece(at: Spot, init: Init): Piece {
  const alone: Piece[] = [];
  const piece = { ...init, ...hanging(at), start: depthOf(at), sampled: [], end: at, alone };
  alone.push(piece);
  return piece;
}

/** The nearest drawn token on the way to a location, and the tokens after it that only methods wrote. */
function hanging(at: Spot): Pick<Piece, "hangs" | "forced"> {
  const forced: number[] = [];
  for (let here = at; depthOf(here) > 0; here = back(here, 1)) {
    const piece = here.run.marks[here.at - 1]?.[0];
    if (piece) return { hangs: { piece, tokens: depthOf(here) - piece.start }, forced: forced.reverse() };
    forced.push(here.run.ids[here.at - 1] as number);
  }
  return { hangs: null, forced: forced.reverse() };
}

/** Adds the token of a location one further than the piece's end. */
export function grow(piece: Piece, next: Spot): void {
  const { run, at } = next;
  const others = run.marks[at - 1] as readonly Piece[];
  const mask = maskAt(piece, depthOf(piece.end));
  piece.sampled.push(run.ids[at - 1] as number);
  if (others.length === 0) run.marks[at - 1] = piece.alone;
  else if (!pieceWith(mask, others, depthOf(piece.end))) run.marks[at - 1] = [...others, piece];
  piece.end = next;
}

/** A token that the model drew after a location. */
export type Draw = Readonly<{ piece: Piece; next: Spot; id: number }>;

/** What was drawn there with exactly these ids left out. */
export function drawn({ run, at }: Spot, mask: readonly number[]): Draw | null {
  const own = pieceWith(mask, run.marks[at], run.depth + at);
  if (own) return { piece: own, next: { run, at: at + 1 }, id: run.ids[at] as number };
  for (const fork of run.forks) {
    const piece = fork.parent?.at === at ? pieceWith(mask, fork.marks[0], fork.depth) : undefined;
    if (piece) return { piece, next: { run: fork, at: 1 }, id: fork.ids[0] as number };
  }
  return null;
}

const pieceWith = (mask: readonly number[], pieces: readonly Piece[] | undefined, depth: number): Piece | undefined =>
  pieces?.find((piece) => sameIds(maskAt(piece, depth), mask));

/** What was left out where a piece drew the token after `depth` others. */
const maskAt = ({ start, masked, maskedIds }: Piece, depth: number): readonly number[] =>
  depth - start < masked ? maskedIds : nothing;

const nothing: readonly number[] = [];

export const sameIds = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((id, at) => id === b[at]);
