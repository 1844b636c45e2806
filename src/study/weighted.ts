import { mostOf } from "../core/extremes.ts";
import type { Ballot } from "../metrics/majority-vote.ts";
import { orders } from "../metrics/orders.ts";

export type ScoredBallot = Ballot & Readonly<{ score: number }>;

/**
 * Best of k at every k up to the size of the pool: the chance that the highest-scored of k attempts is right, over all
 * subsets. Exact: an attempt is the best of C(lower, k - 1) of the C(n, k) subsets. Equal scores share a rank evenly.
 * Attempts without an answer can be the best, and are then wrong.
 */
export function bestOfK(pool: readonly ScoredBallot[]): readonly number[] {
  const ranked = evenedOut([...pool].sort((a, b) => b.score - a.score));
  return pool.map((_, at) => {
    const k = at + 1;
    // the first's chance to be drawn; each next one's that it is drawn and all better ones are not
    let share = k / pool.length;
    let credit = 0;
    for (const [better, right] of ranked.entries()) {
      credit += share * right;
      const lower = pool.length - better - 1;
      share = lower > 0 ? (share * (lower - (k - 1))) / lower : 0;
    }
    return credit;
  });
}

/** Whether the attempt at each rank is right; ranks that share a score take the mean of those attempts. */
function evenedOut(sorted: readonly ScoredBallot[]): readonly number[] {
  const groups = new Map<number, { right: number; size: number }>();
  for (const { score, correct } of sorted) {
    const group = groups.get(score) ?? { right: 0, size: 0 };
    groups.set(score, { right: group.right + (correct ? 1 : 0), size: group.size + 1 });
  }
  return sorted.map(({ score }) => {
    const { right, size } = groups.get(score) ?? { right: 0, size: 1 };
    return right / size;
  });
}

/**
 * Weighted vote at every k: the answer with the greatest sum of exp(score) wins, so that scores are log-probabilities
 * or logits. Averaged over seeded random orders; ties share the credit, abstentions have no weight.
 */
export function weightedVote(pool: readonly ScoredBallot[], { draws = 2000, seed = 1 } = {}): readonly number[] {
  const highest = mostOf(pool.map(({ score }) => score));
  const weighed = pool.map((ballot) => ({ ...ballot, weight: Math.exp(ballot.score - highest) }));
  const sums = Array<number>(pool.length).fill(0);
  for (const drawn of orders(weighed, { draws, seed })) {
    creditsAlong(drawn).forEach((credit, i) => {
      sums[i]! += credit;
    });
  }
  return sums.map((sum) => sum / draws);
}

function creditsAlong(order: readonly (Ballot & Readonly<{ weight: number }>)[]): readonly number[] {
  const parties = new Map<string, { weight: number; correct: boolean }>();
  return order.map(({ answer, correct, weight }) => {
    if (answer !== null) parties.set(answer, { weight: (parties.get(answer)?.weight ?? 0) + weight, correct });
    return creditOf([...parties.values()]);
  });
}

function creditOf(parties: readonly Readonly<{ weight: number; correct: boolean }>[]): number {
  const most = mostOf(parties.map(({ weight }) => weight));
  const leaders = parties.filter(({ weight }) => weight >= most * (1 - 1e-12));
  return leaders.length === 0 ? 0 : leaders.filter(({ correct }) => correct).length / leaders.length;
}
