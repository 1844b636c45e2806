import { logChoose } from "./binomial.ts";
import { orders } from "./orders.ts";

/**
 * One attempt's vote. `answer` null: no answer was given, and the attempt abstains. Equal answers must agree on
 * `correct`.
 */
export type Ballot = Readonly<{ answer: string | null; correct: boolean }>;

/**
 * `credit[k - 1]`: chance that a vote among k of the attempts is right; `error`: of the draws, 0 where counted exactly.
 */
export type VoteCurve = Readonly<{ credit: readonly number[]; error: readonly number[] }>;

type Party = Readonly<{ votes: number; correct: boolean }>;

const LARGEST_EXACT = 256;

/**
 * Majority vote at every k up to the size of one problem's pool, averaged over all subsets of k attempts: unbiased for
 * k fresh attempts. The most frequent answer wins; tied answers share the credit equally, which is the chance of
 * picking one of them blindly; a vote in which all abstain is wrong. Pools of up to 256 are counted exactly, larger
 * ones estimated from `draws` seeded random orders.
 */
export function majorityVote(pool: readonly Ballot[], { draws = 2000, seed = 1 } = {}): VoteCurve {
  const parties = counted(pool);
  if (pool.length > LARGEST_EXACT) return drawn(pool, { draws, seed });
  const credit = exact(parties, pool.length);
  return { credit, error: credit.map(() => 0) };
}

/** Counts of each answer given. */
function counted(pool: readonly Ballot[]): readonly Party[] {
  const parties = new Map<string, Party>();
  for (const { answer, correct } of pool) {
    if (answer === null) continue;
    const party = parties.get(answer);
    if (party && party.correct !== correct) throw new Error(`answer graded both ways: ${JSON.stringify(answer)}`);
    parties.set(answer, { votes: (party?.votes ?? 0) + 1, correct });
  }
  return [...parties.values()];
}

/** Sums over the correct answers and the votes t each may win with: the others have at most t, those with t tie. */
function exact(parties: readonly Party[], size: number): number[] {
  const abstained = size - parties.reduce((sum, { votes }) => sum + votes, 0);
  const credit = Array<number>(size).fill(0);
  for (const winner of parties.filter(({ correct }) => correct)) {
    const others = parties.filter((party) => party !== winner).map(({ votes }) => votes);
    for (let t = 1; t <= winner.votes; t++) {
      const shared = sharedWays([abstained, ...others], t);
      shared.forEach((ways, rest) => {
        credit[t + rest - 1]! += Math.exp(logChoose(winner.votes, t) + Math.log(ways) - logChoose(size, t + rest));
      });
    }
  }
  return credit.map((value) => Math.min(1, value));
}

/**
 * `[r]`: ways in which r votes fall to the others, none of whom gets more than t, each counted 1 / (1 + those with t).
 * The first group abstains and has no limit.
 */
function sharedWays([abstained = 0, ...others]: readonly number[], t: number): number[] {
  let byTies: number[][] = [binomials(abstained, abstained)];
  for (const votes of others) {
    const below = binomials(votes, Math.min(votes, t - 1));
    const next = byTies.map((ways) => product(ways, below));
    if (votes >= t)
      byTies.forEach((ways, ties) => {
        next[ties + 1] = shifted(next[ties + 1] ?? [], ways, { by: t, times: choose(votes, t) });
      });
    byTies = next;
  }
  const total: number[] = [];
  byTies.forEach((ways, ties) =>
    ways.forEach((count, r) => {
      total[r] = (total[r] ?? 0) + count / (ties + 1);
    }),
  );
  return total;
}

const choose = (n: number, k: number) => Math.exp(logChoose(n, k));

const binomials = (n: number, most: number) => Array.from({ length: most + 1 }, (_, k) => choose(n, k));

function product(a: readonly number[], b: readonly number[]): number[] {
  const result = Array<number>(a.length + b.length - 1).fill(0);
  a.forEach((x, i) =>
    b.forEach((y, j) => {
      result[i + j]! += x * y;
    }),
  );
  return result;
}

/** `onto` plus `times` the ways moved `by` votes up. */
function shifted(
  onto: readonly number[],
  ways: readonly number[],
  { by, times }: Readonly<{ by: number; times: number }>,
): number[] {
  const length = Math.max(onto.length, ways.length + by);
  return Array.from({ length }, (_, r) => (onto[r] ?? 0) + times * (ways[r - by] ?? 0));
}

function drawn(pool: readonly Ballot[], { draws, seed }: Readonly<{ draws: number; seed: number }>): VoteCurve {
  const [sum, squares] = [new Float64Array(pool.length), new Float64Array(pool.length)];
  for (const order of orders(pool, { draws, seed })) {
    credits(order).forEach((credit, i) => {
      sum[i]! += credit;
      squares[i]! += credit * credit;
    });
  }
  const credit = Array.from(sum, (value) => value / draws);
  return {
    credit,
    error: credit.map((value, i) => Math.sqrt(Math.max(0, squares[i]! / draws - value * value) / (draws - 1))),
  };
}

/** Credit of the vote after each ballot of an order. */
function credits(order: readonly Ballot[]): number[] {
  const votes = new Map<string, number>();
  let [most, leaders, right] = [0, 0, 0];
  return order.map(({ answer, correct }) => {
    if (answer !== null) {
      const count = (votes.get(answer) ?? 0) + 1;
      votes.set(answer, count);
      if (count > most) [most, leaders, right] = [count, 1, correct ? 1 : 0];
      else if (count === most) [leaders, right] = [leaders + 1, right + (correct ? 1 : 0)];
    }
    return leaders === 0 ? 0 : right / leaders;
  });
}
