import type { ChainNode } from "../ports/chain-store.ts";

/**
 * A piece of a chain in memory. While it grows, tokens are added at the end of `sampled`; once stored
 * (`id` is set) it never changes, and further tokens go into a child at its end.
 */
export type Branch = {
  id: number | null;
  readonly parent: Branch | null;
  /** Where in the parent's sampled tokens it starts. */
  readonly offset: number;
  readonly forced: readonly number[];
  readonly sampled: number[];
  readonly masked: number;
  readonly maskedIds: readonly number[];
  logprobs: number[] | null;
  readonly children: Branch[];
  /** Resolves when the branch is stored and grows no more; null when it does not grow. */
  growth: Growth | null;
};

/** Something to wait for once. */
export type Growth = Readonly<{ promise: Promise<void>; resolve: () => void }>;

export const newGrowth = (): Growth => {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
};

/** A place in a tree: behind `offset` sampled tokens of a branch. */
export type Location = Readonly<{ branch: Branch; offset: number }>;

type NewBranch = Pick<Branch, "parent" | "offset" | "forced" | "masked" | "maskedIds">;

export function addBranch(
  init: NewBranch,
  content: { id?: number; sampled?: readonly number[]; logprobs?: readonly number[] | null } = {},
): Branch {
  const branch: Branch = {
    ...init,
    id: content.id ?? null,
    sampled: [...(content.sampled ?? [])],
    logprobs: content.logprobs ? [...content.logprobs] : null,
    children: [],
    growth: null,
  };
  init.parent?.children.push(branch);
  return branch;
}

/** The root stands for the prompt: no tokens of its own. */
export const newRoot = (): Branch => addBranch({ parent: null, offset: 0, forced: [], masked: 0, maskedIds: [] });

/** Rebuilds a tree from its stored nodes; parents come before their children. */
export function plant(nodes: readonly ChainNode[]): Branch {
  const root = newRoot();
  const byId = new Map<number | null, Branch>([[null, root]]);
  for (const node of nodes) {
    const parent = byId.get(node.parent);
    if (!parent) throw new Error(`chain node ${node.id} has no parent ${node.parent}`);
    byId.set(node.id, addBranch({ ...node, parent }, node));
  }
  return root;
}

/** How far the ids of a path could be followed, and the ids left over (written by a method, not in the tree). */
export type Walk = Readonly<{ locations: readonly Location[]; deepest: Location; rest: readonly number[] }>;

/** Every place whose path from the root is exactly `ids`; forced and sampled copies of a path both count. */
export function walk(root: Branch, ids: readonly number[]): Walk {
  const locations: Location[] = [];
  let deepest = { at: 0, location: { branch: root, offset: 0 } };
  const open: { location: Location; at: number }[] = [{ location: { branch: root, offset: 0 }, at: 0 }];
  for (let here = open.pop(); here; here = open.pop()) {
    const { branch, offset } = here.location;
    if (here.at > deepest.at) deepest = here;
    if (here.at === ids.length) locations.push(here.location);
    else if (branch.sampled[offset] === ids[here.at])
      open.push({ location: { branch, offset: offset + 1 }, at: here.at + 1 });
    for (const child of branch.children)
      if (child.offset === offset && child.forced.length > 0 && startsAt(ids, here.at, child.forced))
        open.push({ location: { branch: child, offset: 0 }, at: here.at + child.forced.length });
      else if (child.offset === offset && child.forced.length === 0 && here.at < ids.length)
        open.push({ location: { branch: child, offset: 0 }, at: here.at });
  }
  return { locations, deepest: deepest.location, rest: ids.slice(deepest.at) };
}

const startsAt = (ids: readonly number[], at: number, part: readonly number[]): boolean =>
  part.length <= ids.length - at && part.every((id, index) => ids[at + index] === id);

/** Tokens sampled in a tree: what it cost to decode. */
export const treeSize = (branch: Branch): number =>
  branch.children.reduce((sum, child) => sum + treeSize(child), branch.sampled.length);
