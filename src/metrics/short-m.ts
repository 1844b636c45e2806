import { leastOf, mostOf } from "../core/extremes.ts";
import { logChoose } from "./binomial.ts";
import { meanOfRank } from "./order-statistics.ts";
import { orders } from "./orders.ts";
import { addDraw, creditOfLeaders, newTally, pointOf, type PoolRule, type RulePoint, type Timed } from "./pool-rule.ts";

/**
 * short-m@k (arXiv 2505.17813): k thoughts at once; when m have ended the others are stopped, and these m vote. A tied
 * vote goes to the shortest thought. Averaged over all subsets of k; between equally long thoughts chance decides.
 * With k <= m all vote. Exact while the pool has at most `mostSets` sets of m, from seeded orders above. The bill: the
 * m thoughts with their answers, and of each other what it had when the m-th ended, which is also the time.
 */
export const shortM =
  (m: number, { draws = 500, seed = 1, mostSets = 10_000 } = {}): PoolRule =>
  (pool, ks) => {
    const ranked = [...pool].sort((a, b) => a.thinking - b.thinking);
    const thinking = ranked.map((attempt) => attempt.thinking);
    const answering = evenedOut(ranked);
    const counted = new Map<number, readonly Alike[]>();
    const sets = (some: number): readonly Alike[] => {
      const known = counted.get(some) ?? setsOf(ranked, some);
      counted.set(some, known);
      return known;
    };
    return ks.map((k): RulePoint => {
      const some = Math.min(m, k);
      const time = meanOfRank(thinking, { k, j: some });
      const ended = sum(some, (j) => meanOfRank(thinking, { k, j }) + meanOfRank(answering, { k, j }));
      const { credit, error } =
        logChoose(pool.length, some) <= Math.log(mostSets)
          ? { credit: exactCredit(ranked, sets(some), { k, m: some }), error: 0 }
          : drawnCredit(ranked, { k, m: some, draws, seed });
      return { k, credit, tokens: ended + (k - some) * time, time, error };
    });
  };

const sum = (count: number, of: (j: number) => number): number =>
  Array.from({ length: count }, (_, at) => of(at + 1)).reduce((total, value) => total + value, 0);

/** Tokens of the answers by rank; equally long thoughts take the mean of theirs. */
function evenedOut(ranked: readonly Timed[]): readonly number[] {
  const groups = new Map<number, { total: number; size: number }>();
  for (const { thinking, answering } of ranked) {
    const { total, size } = groups.get(thinking) ?? { total: 0, size: 0 };
    groups.set(thinking, { total: total + answering, size: size + 1 });
  }
  return ranked.map(({ thinking }) => {
    const { total, size } = groups.get(thinking) ?? { total: 0, size: 1 };
    return total / size;
  });
}

type Size = Readonly<{ k: number; m: number }>;

/** Sets of m whose longest thought has the length `last`, `tied` of them: their credits together. */
type Alike = { last: number; tied: number; credit: number };

/** All sets of m by what their chance to end first depends on. */
function setsOf(ranked: readonly Timed[], m: number): readonly Alike[] {
  const alike = new Map<string, Alike>();
  for (const members of subsets(ranked.length, m)) {
    const attempts = members.map((at) => ranked[at]!);
    const last = attempts.at(-1)!.thinking;
    const tied = attempts.filter(({ thinking }) => thinking === last).length;
    const key = `${last} ${tied}`;
    const known = alike.get(key) ?? { last, tied, credit: 0 };
    known.credit += creditOf(attempts);
    alike.set(key, known);
  }
  return [...alike.values()];
}

/** Sums over the sets of m that may end first: the chance of each times what its vote is worth. */
const exactCredit = (ranked: readonly Timed[], sets: readonly Alike[], size: Size): number =>
  Math.min(
    1,
    sets.reduce((sum, one) => sum + one.credit * chanceToEndFirst(ranked, size, one), 0),
  );

/** Chance that one given set of m ends first, where `tied` of its members have the length `last` of the longest. */
function chanceToEndFirst(
  ranked: readonly Timed[],
  { k, m }: Size,
  { last, tied }: Readonly<{ last: number; tied: number }>,
): number {
  const group = ranked.filter(({ thinking }) => thinking === last).length;
  const longer = ranked.filter(({ thinking }) => thinking > last).length;
  let chance = 0;
  for (let others = 0; others <= Math.min(group - tied, k - m); others++) {
    const ways = logChoose(group - tied, others) + logChoose(longer, k - m - others);
    chance += Math.exp(ways - logChoose(tied + others, tied) - logChoose(ranked.length, k));
  }
  return chance;
}

function* subsets(size: number, count: number, from = 0): Generator<readonly number[], void, undefined> {
  if (count === 0) yield [];
  else
    for (let at = from; at <= size - count; at++)
      for (const rest of subsets(size, count - 1, at + 1)) yield [at, ...rest];
}

/**
 * The majority among the members; a tie goes to the answer of the shortest thought, and is shared where these tie too.
 */
function creditOf(members: readonly Timed[]): number {
  const parties = new Map<string, { weight: number; correct: boolean; shortest: number }>();
  for (const { answer, correct, thinking } of members) {
    if (answer === null) continue;
    const party = parties.get(answer);
    if (!party) parties.set(answer, { weight: 1, correct, shortest: thinking });
    else [party.weight, party.shortest] = [party.weight + 1, Math.min(party.shortest, thinking)];
  }
  const most = mostOf([...parties.values()].map(({ weight }) => weight));
  const leaders = [...parties.values()].filter(({ weight }) => weight === most);
  const shortest = leastOf(leaders.map((party) => party.shortest));
  return creditOfLeaders(leaders.filter((party) => party.shortest === shortest));
}

function drawnCredit(
  ranked: readonly Timed[],
  { k, m, draws, seed }: Size & Readonly<{ draws: number; seed: number }>,
): Pick<RulePoint, "credit" | "error"> {
  const tally = newTally();
  for (const order of orders(ranked, { draws, seed })) {
    const first = order.slice(0, k).sort((a, b) => a.thinking - b.thinking);
    addDraw(tally, { credit: creditOf(first.slice(0, m)), tokens: 0, time: 0 });
  }
  return pointOf(k, tally);
}
