/**
 * A rule that draws attempts a window at a time and looks after each. `agrees`: whether one window must be all of one
 * answer, which then wins; else `enough` decides from the votes of the first two answers, and the most frequent wins.
 */
export type Stopping = Readonly<{ window: number; enough: ((first: number, second: number) => boolean) | null }>;

/** The two greatest numbers of votes. */
export function firstTwo(votes: Iterable<number>): [first: number, second: number] {
  let [first, second] = [0, 0];
  for (const count of votes)
    if (count > first) [first, second] = [count, first];
    else if (count > second) second = count;
  return [first, second];
}
