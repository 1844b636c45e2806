import { binomialCdf } from "./binomial.ts";
import { exactAdaptive } from "./adaptive-exact.ts";
import type { Ballot } from "./majority-vote.ts";
import { orders } from "./orders.ts";
import { firstTwo, type Stopping } from "./stopping.ts";
import { addDraw, creditOfLeaders, lengthOf, newTally, pointOf, type PoolRule, type Timed } from "./pool-rule.ts";

/**
 * Adaptive consistency (arXiv 2305.11860), their Beta criterion: stop when the chance that the first answer is more
 * frequent than the second, given a uniform prior, reaches the threshold. For whole votes it is a binomial tail.
 */
export const adaptiveConsistency = (threshold = 0.95): Stopping => ({
  window: 1,
  enough: (first, second) => first > 0 && binomialCdf(first, first + second + 1, 0.5) >= threshold,
});

/**
 * Early-stopping self-consistency (arXiv 2401.10480): windows of 5; stop when the answers of a window are all the same.
 * An attempt without an answer breaks the agreement.
 */
export const earlyStopping = (window = 5): Stopping => ({ window, enough: null });

/**
 * A stopping rule at each largest number k of attempts, averaged over orders of the pool. Where it does not stop before
 * k, the k attempts vote; tied answers share the credit. Credit and bill are exact where the votes that can be met are
 * few; the time (windows one after another, attempts of a window at once) comes from seeded orders.
 */
export const adaptive =
  (stopping: Stopping, { draws = 500, seed = 1 } = {}): PoolRule =>
  (pool, ks) => {
    const tallies = ks.map(newTally);
    for (const order of orders(pool, { draws, seed })) {
      const along = alongOrder(order, stopping);
      ks.forEach((k, at) => addDraw(tallies[at]!, along[k - 1]!));
    }
    const exact = exactAdaptive(pool, stopping);
    return ks.map((k, at) => ({ ...pointOf(k, tallies[at]!), ...exact?.[k - 1] }));
  };

type Reached = Readonly<Record<"credit" | "tokens" | "time", number>>;

/** What the rule has reached when at most 1, 2, ... attempts of this order are drawn. */
function alongOrder(order: readonly Timed[], { window, enough }: Stopping): readonly Reached[] {
  const votes = new Map<string, { weight: number; correct: boolean }>();
  let [tokens, before, longest] = [0, 0, 0];
  let stopped: Reached | null = null;
  return order.map((attempt, at) => {
    if (stopped) return stopped;
    const [drawn, full] = [at + 1, (at + 1) % window === 0];
    if (attempt.answer !== null)
      votes.set(attempt.answer, { weight: (votes.get(attempt.answer)?.weight ?? 0) + 1, correct: attempt.correct });
    tokens += lengthOf(attempt);
    longest = Math.max(longest, lengthOf(attempt));
    const here: Reached = { credit: creditOfLeaders(votes.values()), tokens, time: before + longest };
    if (full) [before, longest] = [before + longest, 0];
    const own = order.slice(drawn - window, drawn);
    const agreed: Ballot | undefined = full && !enough && allSame(own) ? attempt : undefined;
    if (agreed) return (stopped = { ...here, credit: agreed.correct ? 1 : 0 });
    if (full && enough && enough(...firstTwo([...votes.values()].map(({ weight }) => weight)))) stopped = here;
    return here;
  });
}

const allSame = (window: readonly Ballot[]): boolean =>
  window[0]!.answer !== null && window.every(({ answer }) => answer === window[0]!.answer);
