import type { ChainNode } from "../ports/chain-store.ts";
import { grow, newPiece, type Piece, type Spot } from "./piece.ts";
import type { Rows } from "./rows.ts";
import { back, extend, follow } from "./trie.ts";

/** Adds stored rows to a tree, but for those it has; parents come before their children. */
export function plant(nodes: readonly ChainNode[], root: Spot, rows: Rows): void {
  for (const node of nodes) if (!rows.get(node.id)) rows.add(node.id, replant(node, behind(node, root, rows)));
}

function behind({ id, parent, offset, forced }: ChainNode, root: Spot, rows: Rows): Spot {
  if (parent === null) return follow(root, forced);
  const piece = rows.get(parent);
  if (!piece) throw new Error(`chain node ${id} has no parent ${parent}`);
  return follow(back(piece.end, piece.sampled.length - offset), forced);
}

function replant({ id, sampled, masked, maskedIds, logprobs, signals }: ChainNode, at: Spot): Piece {
  const told = Object.fromEntries(
    Object.entries({ ...signals, ...(logprobs ? { logprobs } : {}) }).map(([name, values]) => [name, [...values]]),
  );
  const piece = newPiece(at, { row: id, call: null, masked, maskedIds, signals: told });
  for (const token of sampled) grow(piece, extend(piece.end, token));
  return piece;
}
