import { allocate } from "./allocate.ts";
import type { Branch, Live, Spread } from "./search.ts";

const isOver = ({ ending }: Branch): boolean => ending !== null;

const byScore = (a: Branch, b: Branch): number => b.score - a.score;

/** REBASE (arXiv 2408.00724): children by a softmax over the scores; what is over takes its width along. */
export const softmaxSpread =
  (temperature: number): Spread =>
  (scored, left) => {
    const [over, open] = [scored.filter(isOver), scored.filter((branch) => !isOver(branch))];
    const children = allocate(
      open.map(({ score }) => score),
      left - over.length,
      temperature,
    );
    return { over, live: open.map((branch, at) => ({ branch, children: children[at] ?? 0 })) };
  };

/** Beam search: the best of the open branches get `beam` children each, until the width is used. */
export const beamSpread =
  (beam: number): Spread =>
  (scored, left) => {
    const over = scored.filter(isOver);
    let room = left - over.length;
    const live: Live = scored
      .filter((branch) => !isOver(branch))
      .toSorted(byScore)
      .map((branch) => {
        const children = Math.max(0, Math.min(beam, room));
        room -= children;
        return { branch, children };
      });
    return { over, live: live.filter(({ children }) => children > 0) };
  };

/**
 * DVTS: the width is parted into trees of `beam` branches that never compete; in each the best branch alone goes on. A
 * tree whose best branch is over is done.
 */
export const treesSpread =
  (beam: number): Spread =>
  (scored) => {
    const trees = new Map<number, Branch[]>();
    for (const branch of scored) {
      const tree = Math.floor(branch.root / beam);
      trees.set(tree, [...(trees.get(tree) ?? []), branch]);
    }
    const best = [...trees.values()].map((branches) => branches.toSorted(byScore)[0] as Branch);
    const open = best.filter((branch) => !isOver(branch));
    return { over: best.filter(isOver), live: open.map((branch) => ({ branch, children: beam })) };
  };
