import { leastOf } from "../core/extremes.ts";
import { type Estimate, meanOfShares } from "../metrics/accuracy.ts";
import { adaptive, adaptiveConsistency, earlyStopping } from "../metrics/adaptive.ts";
import { type Confident, confidenceVote, onlineVote } from "../metrics/confidence-votes.ts";
import { majorityVote } from "../metrics/majority-vote.ts";
import { meanOfRank } from "../metrics/order-statistics.ts";
import { lengthOf, type PoolRule, type RulePoint, type Timed } from "../metrics/pool-rule.ts";
import { shortM } from "../metrics/short-m.ts";
import { ballotsOf, type Equivalent, ksUpTo, type PoolAttempt, poolsByProblem } from "./votes.ts";

/** A rule at one k, over problems. `tokens`: the bill; `time`: tokens one after another; `error`: of drawn orders. */
export type RuleRow = Readonly<{
  rule: string;
  k: number;
  accuracy: Estimate;
  tokens: number;
  time: number;
  error: number;
}>;

/** Tokens of DeepConf's windows, where nothing else is asked for. */
export const defaultWindow = 2048;

/** All k decoded, the most frequent answer wins: what the other rules are held against. */
const majority: PoolRule = (pool, ks) => {
  const { credit, error } = majorityVote(pool);
  const thinking = pool.map((attempt) => attempt.thinking).sort((a, b) => a - b);
  const mean = pool.reduce((sum, attempt) => sum + lengthOf(attempt), 0) / pool.length;
  return ks.map((k) => ({
    k,
    credit: credit[k - 1]!,
    tokens: k * mean,
    time: meanOfRank(thinking, { k, j: k }),
    error: error[k - 1]!,
  }));
};

const plainRules: Readonly<Record<string, PoolRule>> = {
  majority,
  "first finish": shortM(1),
  "short-3": shortM(3),
  "early stopping, windows of 5": adaptive(earlyStopping()),
  "adaptive consistency": adaptive(adaptiveConsistency()),
};

const confidentRules = (window: number): Readonly<Record<string, PoolRule<Confident>>> => {
  const weighted = { weighted: true, share: 1, window };
  return {
    "weighted by mean confidence": confidenceVote({ ...weighted, measure: "mean" }),
    "weighted by tail": confidenceVote({ ...weighted, measure: "tail" }),
    "weighted by lowest group": confidenceVote({ ...weighted, measure: "lowest" }),
    "weighted by bottom tenth": confidenceVote({ ...weighted, measure: "bottom" }),
    "top 10 % by tail": confidenceVote({ ...weighted, measure: "tail", share: 0.1 }),
    "top 10 % by bottom tenth": confidenceVote({ ...weighted, measure: "bottom", share: 0.1 }),
    "top 90 % by tail": confidenceVote({ ...weighted, measure: "tail", share: 0.9 }),
    "online, high": onlineVote({ warmUp: 16, keep: 0.1, window }),
    "online, low": onlineVote({ warmUp: 16, keep: 0.9, window }),
  };
};

/**
 * Every rule over a pool at each k, averaged over problems; no rule decodes anything. Empty where thoughts have no
 * known length; the rules of confidence are left out where an attempt has none.
 */
export function poolRules(
  attempts: readonly PoolAttempt[],
  equivalent: Equivalent,
  { ks, window = defaultWindow }: Readonly<{ ks?: readonly number[] | undefined; window?: number }> = {},
): readonly RuleRow[] {
  const pools = [...poolsByProblem(attempts).values()];
  const timed = pools.map((pool) => timedPool(pool, equivalent));
  if (pools.length === 0 || !timed.every((pool) => pool !== null)) return [];
  const sizes = ks ?? ksUpTo(leastOf(timed.map(({ length }) => length)));
  const confident = timed.map((pool) => (pool.every(hasConfidences) ? pool : null));
  return [
    ...Object.entries(plainRules).flatMap(([rule, at]) =>
      rowsOf(
        rule,
        sizes,
        timed.map((pool) => at(pool, sizes)),
      ),
    ),
    ...(confident.every((pool) => pool !== null)
      ? Object.entries(confidentRules(window)).flatMap(([rule, at]) =>
          rowsOf(
            rule,
            sizes,
            confident.map((pool) => at(pool, sizes)),
          ),
        )
      : []),
  ];
}

type Known = Timed & Partial<Confident>;

const hasConfidences = (attempt: Known): attempt is Confident => attempt.confidences !== undefined;

/** Null where the length of a thought is not known. */
function timedPool(pool: readonly PoolAttempt[], equivalent: Equivalent): readonly Known[] | null {
  const ballots = ballotsOf(pool, equivalent);
  const timed = pool.flatMap(({ tokens, thinking, confidences }, at) =>
    thinking === undefined || thinking === null
      ? []
      : [
          {
            ...ballots[at]!,
            thinking,
            answering: Math.max(0, tokens - thinking),
            ...(confidences?.length ? { confidences } : {}),
          },
        ],
  );
  return timed.length === pool.length ? timed : null;
}

function rowsOf(rule: string, ks: readonly number[], problems: readonly (readonly RulePoint[])[]): readonly RuleRow[] {
  const mean = (of: (point: RulePoint) => number, at: number): number =>
    problems.reduce((sum, points) => sum + of(points[at]!), 0) / problems.length;
  return ks.flatMap((k, at) => {
    const accuracy = meanOfShares(problems.map((points) => points[at]!.credit));
    return accuracy === null
      ? []
      : [
          {
            rule,
            k,
            accuracy,
            tokens: mean(({ tokens }) => tokens, at),
            time: mean(({ time }) => time, at),
            error: Math.sqrt(mean(({ error }) => error * error, at) / problems.length),
          },
        ];
  });
}
