/** A piece of a chain's tree, as far as it matters for what was sampled. */
export type TreeNode = Readonly<{
  id: number;
  parent: number | null;
  /** After so many sampled tokens of its parent, and after tokens that a method wrote if `isForced`. */
  offset: number;
  isForced: boolean;
  sampled: readonly number[];
}>;

/** Tokens of a node on which an attempt relies. */
export type Stretch = Readonly<{ node: number; from: number; to: number }>;

/** A path down a tree: from a token of one node to before a token of the last one. */
export type Place = Readonly<{ node: number; start: number; last: number; till: number }>;

/** Tokens that are compared in vain, for each that there is, before a place is given up. */
const patience = 20;

/**
 * Where spans stand in the trees of the nodes that an attempt relies on; null where one does not stand there token by
 * token. Spans are looked for behind each other, then from the beginning.
 */
export function findPlaces(
  spans: readonly (readonly number[])[],
  uses: readonly Stretch[],
  nodes: ReadonlyMap<number, TreeNode>,
): readonly (Place | null)[] {
  const below = new Map<number | null, TreeNode[]>();
  for (const node of nodes.values())
    if (!node.isForced) below.set(node.parent, [...(below.get(node.parent) ?? []), node]);
  const search = { uses, nodes, below, left: 0 };
  let [at, from] = [0, 0];
  return spans.map((ids) => {
    search.left = patience * (ids.length + uses.length);
    const found = placeFrom(ids, [at, from], search) ?? placeFrom(ids, [0, 0], search);
    if (!found) return null;
    [at, from] = [uses.findIndex(({ node, to }) => node === found.last && to >= found.till), found.till];
    if (at < 0) [at, from] = [0, 0];
    return found;
  });
}

type Search = Readonly<{
  uses: readonly Stretch[];
  nodes: ReadonlyMap<number, TreeNode>;
  below: ReadonlyMap<number | null, readonly TreeNode[]>;
}> & { left: number };

function placeFrom(ids: readonly number[], [first, from]: readonly [number, number], search: Search): Place | null {
  for (let i = first; i < search.uses.length; i++) {
    const use = search.uses[i] as Stretch;
    const node = search.nodes.get(use.node);
    for (let at = i === first ? Math.max(from, use.from) : use.from; node && at < use.to; at++) {
      if (--search.left < 0) return null;
      if (node.sampled[at] !== ids[0]) continue;
      const end = followed(ids, node, at, search);
      if (end) return { node: node.id, start: at, ...end };
    }
  }
  return null;
}

function followed(ids: readonly number[], first: TreeNode, start: number, search: Search) {
  let [node, at, read]: [TreeNode, number, number] = [first, start, 0];
  for (;;) {
    while (read < ids.length && at < node.sampled.length && node.sampled[at] === ids[read])
      [at, read] = [at + 1, read + 1];
    if (read === ids.length) return { last: node.id, till: at };
    const next = search.below.get(node.id)?.find((child) => child.offset === at && child.sampled[0] === ids[read]);
    if (!next) {
      search.left -= read;
      return null;
    }
    [node, at] = [next, 0];
  }
}
