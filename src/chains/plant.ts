import type { ChainNode } from "../ports/chain-store.ts";
import { grow, newPiece, type Piece, type Spot } from "./piece.ts";
import type { Rows } from "./rows.ts";
import { back, extend, follow } from "./trie.ts";

/** Adds stored rows to a tree, but for the tokens it has; parents come before their children. */
export function plant(nodes: readonly ChainNode[], root: Spot, rows: Rows): void {
  for (const node of nodes)
    if ((rows.lengths.get(node.id) ?? 0) < node.sampled.length) rows.add(replant(node, root, rows));
}

function behind({ id, parent, offset, forced }: ChainNode, root: Spot, rows: Rows): Spot {
  if (parent === null) return follow(root, forced);
  const place = rows.place(parent, offset);
  if (!place) throw new Error(`chain node ${id} has no parent ${parent}`);
  return follow(back(place.piece.end, place.piece.sampled.length - place.tokens), forced);
}

/** The piece that a row holds, or where it has grown, what came behind that which is here. */
function replant(node: ChainNode, root: Spot, rows: Rows): Piece {
  const { id, sampled, masked, maskedIds, logprobs, signals } = node;
  const start = rows.lengths.get(id) ?? 0;
  const told = Object.fromEntries(
    Object.entries({ ...signals, ...(logprobs ? { logprobs } : {}) }).map(([name, values]) => [
      name,
      values.slice(start),
    ]),
  );
  const piece = newPiece(rows.lastOf(id)?.end ?? behind(node, root, rows), {
    row: { id, start },
    call: null,
    masked: Math.max(0, masked - start),
    maskedIds,
    signals: told,
  });
  for (const token of sampled.slice(start)) grow(piece, extend(piece.end, token));
  return piece;
}
