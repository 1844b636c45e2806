import type { Round } from "./transitions.ts";

/**
 * `first`: tokens of the first correct round; `stays`: every later round is correct too; `after`: tokens thought from
 * then to the last round; `settled`: tokens of the round from which on all are correct; `flips`: how often right and
 * wrong change places. Nulls for a problem never solved, `settled` for one that ends wrong.
 */
export type Solved = Readonly<{
  first: number | null;
  stays: boolean | null;
  after: number | null;
  settled: number | null;
  flips: number;
}>;

/** Follows one chain through its rounds (in the order of tokens). */
export function solved(rounds: readonly Round[]): Solved {
  const flips = rounds.slice(1).filter((round, i) => round.correct !== rounds[i]!.correct).length;
  const at = rounds.findIndex(({ correct }) => correct);
  if (at < 0) return { first: null, stays: null, after: null, settled: null, flips };
  const first = rounds[at]!.tokens;
  const settled = rounds[rounds.findLastIndex(({ correct }) => !correct) + 1]?.tokens ?? null;
  return {
    first,
    stays: rounds.slice(at).every(({ correct }) => correct),
    after: rounds.at(-1)!.tokens - first,
    settled,
    flips,
  };
}
