import { mostOf } from "../core/extremes.ts";
import { confidenceMeasures, type ConfidenceMeasure, percentile, stoppedAt } from "./confidence.ts";
import { orders } from "./orders.ts";
import { addDraw, creditOfLeaders, lengthOf, newTally, pointOf, type PoolRule, type Timed } from "./pool-rule.ts";

/** An attempt with the confidence of each token of its thought. */
export type Confident = Timed & Readonly<{ confidences: readonly number[] }>;

export type ConfidenceVote = Readonly<{
  measure: ConfidenceMeasure;
  /** Share of the attempts with an answer that vote, the most confident; ties at the bar vote too. */
  share: number;
  /** Whether votes weigh their confidence, or one each. */
  weighted: boolean;
  /** Tokens of a window. */
  window: number;
}>;

type Drawing = Readonly<{ draws?: number; seed?: number }>;

/** DeepConf's offline votes: all k thoughts are decoded, then the most confident vote. Averaged over seeded orders. */
export const confidenceVote =
  (vote: ConfidenceVote, { draws = 500, seed = 1 }: Drawing = {}): PoolRule<Confident> =>
  (pool, ks) => {
    const weighed = pool.map((attempt) => ({
      ...attempt,
      confidence: confidenceMeasures[vote.measure](attempt.confidences, vote.window),
    }));
    return overDraws(orders(weighed, { draws, seed }), ks, (first) => {
      const voters = first.filter(({ answer }) => answer !== null);
      return {
        credit: voters.length === 0 ? 0 : creditOfVoters(keepTop(voters, vote.share), vote.weighted),
        tokens: first.reduce((sum, attempt) => sum + lengthOf(attempt), 0),
        time: mostOf(first.map(({ thinking }) => thinking)),
      };
    });
  };

export type OnlineVote = Readonly<{
  /** Attempts decoded whole, which set the bar. */
  warmUp: number;
  /** Share of the warm-up above the bar: 0.1 is DeepConf's "high", 0.9 its "low". */
  keep: number;
  window: number;
}>;

/**
 * DeepConf's online rule, replayed: the bar is a percentile of the lowest group confidences of the warm-up. Every
 * further thought stops where a full window falls below it, and has no vote; nor has a warm-up thought below it. Votes
 * weigh their lowest group confidence. The bill of a stopped thought is what it had by then.
 */
export const onlineVote =
  ({ warmUp, keep, window }: OnlineVote, { draws = 500, seed = 1 }: Drawing = {}): PoolRule<Confident> =>
  (pool, ks) => {
    const weighed = pool.map((attempt) => ({
      ...attempt,
      confidence: confidenceMeasures.lowest(attempt.confidences, window),
    }));
    return overDraws(orders(weighed, { draws, seed }), ks, (first) => {
      const warm = first.slice(0, warmUp);
      const bar = percentile(
        warm.map(({ confidence }) => confidence),
        100 * (1 - keep),
      );
      const later = first.slice(warmUp).map((attempt) => {
        const stopped = stoppedAt(attempt.confidences, window, bar);
        return stopped === null ? attempt : { ...attempt, answer: null, thinking: stopped, answering: 0 };
      });
      const voters = [...warm.filter(({ confidence }) => confidence >= bar), ...later];
      const longest = (attempts: readonly Timed[]) => Math.max(0, ...attempts.map(({ thinking }) => thinking));
      return {
        credit: creditOfVoters(
          voters.filter(({ answer }) => answer !== null),
          true,
        ),
        tokens: [...warm, ...later].reduce((sum, attempt) => sum + lengthOf(attempt), 0),
        time: longest(warm) + longest(later),
      };
    });
  };

/** Those whose confidence reaches the percentile above which `share` of them lie. */
export function keepTop<Voter extends Readonly<{ confidence: number }>>(
  voters: readonly Voter[],
  share: number,
): readonly Voter[] {
  const bar = percentile(
    voters.map(({ confidence }) => confidence),
    100 * (1 - share),
  );
  return voters.filter(({ confidence }) => confidence >= bar);
}

/** The answer with the greatest sum of confidences (or of votes) wins. */
export function creditOfVoters(
  voters: readonly (Pick<Timed, "answer" | "correct"> & Readonly<{ confidence: number }>)[],
  weighted: boolean,
): number {
  const parties = new Map<string, { weight: number; correct: boolean }>();
  for (const { answer, correct, confidence } of voters) {
    const weight = (parties.get(answer!)?.weight ?? 0) + (weighted ? confidence : 1);
    parties.set(answer!, { weight, correct });
  }
  return creditOfLeaders(parties.values());
}

function overDraws<Attempt>(
  drawn: Iterable<readonly Attempt[]>,
  ks: readonly number[],
  worth: (first: readonly Attempt[]) => Readonly<Record<"credit" | "tokens" | "time", number>>,
) {
  const tallies = ks.map(newTally);
  for (const order of drawn) ks.forEach((k, at) => addDraw(tallies[at]!, worth(order.slice(0, k))));
  return ks.map((k, at) => pointOf(k, tallies[at]!));
}
