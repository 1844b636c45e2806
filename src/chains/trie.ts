import type { Piece } from "./piece.ts";

/**
 * Tokens that follow one another. Where paths part, a fork starts within a run; together they are the tree of all paths ever
 * asked for, each path once, whoever wrote its tokens. A tree only grows: a place in it stays what it is.
 */
export type Run = Readonly<{
  /** Where it starts. */
  parent: Location | null;
  /** Tokens on the path before its first. */
  depth: number;
  ids: number[];
  /** The pieces in which the model drew each token; none where only a method wrote it. */
  draws: (readonly Piece[])[];
  forks: Run[];
}>;

/** Behind the first `at` tokens of a run; 0 only at the root, so that a path has one location. */
export type Location = Readonly<{ run: Run; at: number }>;

const newRun = (parent: Location | null): Run => ({
  parent,
  depth: parent ? depthOf(parent) : 0,
  ids: [],
  draws: [],
  forks: [],
});

/** Stands for the prompt. */
export const newRoot = (): Location => ({ run: newRun(null), at: 0 });

export const depthOf = ({ run, at }: Location): number => run.depth + at;

export const isSame = (a: Location, b: Location): boolean => a.run === b.run && a.at === b.at;

/** One token further, where that path is there. */
export function step({ run, at }: Location, id: number): Location | null {
  if (run.ids[at] === id) return { run, at: at + 1 };
  const fork = run.forks.find(({ parent, ids }) => parent?.at === at && ids[0] === id);
  return fork ? { run: fork, at: 1 } : null;
}

/** One token further, on a path that is made where there is none. */
export function extend(here: Location, id: number): Location {
  const known = step(here, id);
  if (known) return known;
  const isEnd = here.at === here.run.ids.length;
  const run = isEnd ? here.run : newRun(here);
  if (!isEnd) here.run.forks.push(run);
  run.ids.push(id);
  run.draws.push(undrawn);
  return { run, at: run.ids.length };
}

const undrawn: readonly Piece[] = [];

export function follow(start: Location, ids: readonly number[]): Location {
  let { run, at } = start;
  for (const id of ids)
    if (run.ids[at] === id) at++;
    else ({ run, at } = extend({ run, at }, id));
  return { run, at };
}

/** So many tokens back. */
export function back(here: Location, tokens: number): Location {
  let { run, at } = here;
  let left = tokens;
  for (; left >= at && run.parent; { run, at } = run.parent) left -= at;
  return { run, at: at - left };
}
