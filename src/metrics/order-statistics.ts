import { logChoose } from "./binomial.ts";

/** Of k items drawn from n without replacement, which one: the j-th smallest, counted from 1. */
export type Rank = Readonly<{ k: number; j: number }>;

/** Chance that the item with `below` smaller ones in a pool of n is the j-th smallest of k drawn. */
export const chanceOfRank = (below: number, n: number, { k, j }: Rank): number =>
  Math.exp(logChoose(below, j - 1) + logChoose(n - below - 1, k - j) - logChoose(n, k));

/** Mean over all subsets of k of what the item has whose rank is j; `ranked` holds it for the pool, smallest first. */
export const meanOfRank = (ranked: readonly number[], rank: Rank): number =>
  ranked.reduce((sum, value, below) => sum + value * chanceOfRank(below, ranked.length, rank), 0);
