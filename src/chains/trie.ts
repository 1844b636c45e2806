/**
 * Tokens that follow one another. Where paths part, a fork starts within a run; together they are the tree of all paths
 * ever asked for, each path once, whoever wrote its tokens. A tree only grows: a place in it stays what it is.
 */
export type Run<Mark> = Readonly<{
  /** Where it starts. */
  parent: Location<Mark> | null;
  /** Tokens on the path before its first. */
  depth: number;
  ids: number[];
  /** What is noted of each token. */
  marks: (readonly Mark[])[];
  forks: Run<Mark>[];
}>;

/** After the first `at` tokens of a run; 0 only at the root, so that a path has one location. */
export type Location<Mark> = Readonly<{ run: Run<Mark>; at: number }>;

const newRun = <Mark>(parent: Location<Mark> | null): Run<Mark> => ({
  parent,
  depth: parent ? depthOf(parent) : 0,
  ids: [],
  marks: [],
  forks: [],
});

/** Represents the prompt. */
export const newRoot = <Mark>(): Location<Mark> => ({ run: newRun(null), at: 0 });

export const depthOf = ({ run, at }: Location<unknown>): number => run.depth + at;

export const isSame = (a: Location<unknown>, b: Location<unknown>): boolean => a.run === b.run && a.at === b.at;

/** One token further, where that path is there. */
export function step<Mark>({ run, at }: Location<Mark>, id: number): Location<Mark> | null {
  if (run.ids[at] === id) return { run, at: at + 1 };
  const fork = run.forks.find(({ parent, ids }) => parent?.at === at && ids[0] === id);
  return fork ? { run: fork, at: 1 } : null;
}

/** One token further, on a path that is made where there is none. */
export function extend<Mark>(here: Location<Mark>, id: number): Location<Mark> {
  const known = step(here, id);
  if (known) return known;
  const isEnd = here.at === here.run.ids.length;
  const run = isEnd ? here.run : newRun(here);
  if (!isEnd) here.run.forks.push(run);
  run.ids.push(id);
  run.marks.push(unmarked);
  return { run, at: run.ids.length };
}

const unmarked: readonly never[] = [];

export function follow<Mark>(start: Location<Mark>, ids: readonly number[]): Location<Mark> {
  let { run, at } = start;
  for (const id of ids)
    if (run.ids[at] === id) at++;
    else ({ run, at } = extend({ run, at }, id));
  return { run, at };
}

/** The location `tokens` tokens back. */
export function back<Mark>(here: Location<Mark>, tokens: number): Location<Mark> {
  let { run, at } = here;
  let left = tokens;
  for (; left >= at && run.parent; { run, at } = run.parent) left -= at;
  return { run, at: at - left };
}
