import type { ChainNode } from "../ports/chain-store.ts";
import { grow, newPiece, type Piece, type Spot } from "./piece.ts";
import { back, extend, follow, newRoot } from "./trie.ts";

/** Rebuilds a tree from its stored rows; parents come before their children. */
export function plant(nodes: readonly ChainNode[]): Spot {
  const root = newRoot<Piece>();
  const byRow = new Map<number, Piece>();
  for (const node of nodes) byRow.set(node.id, replant(node, behind(node, root, byRow)));
  return root;
}

function behind({ id, parent, offset, forced }: ChainNode, root: Spot, byRow: ReadonlyMap<number, Piece>) {
  if (parent === null) return follow(root, forced);
  const piece = byRow.get(parent);
  if (!piece) throw new Error(`chain node ${id} has no parent ${parent}`);
  return follow(back(piece.end, piece.sampled.length - offset), forced);
}

function replant({ id, sampled, masked, maskedIds, logprobs }: ChainNode, at: Spot): Piece {
  const piece = newPiece(at, { row: id, call: null, masked, maskedIds, logprobs: logprobs ? [...logprobs] : null });
  for (const token of sampled) grow(piece, extend(piece.end, token));
  return piece;
}
