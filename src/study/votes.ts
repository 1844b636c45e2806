import { leastOf } from "../core/extremes.ts";
import type { Outcome } from "../core/score.ts";
import { UserError } from "../core/user-error.ts";
import { type Estimate, meanOfShares } from "../metrics/accuracy.ts";
import { type Ballot, majorityVote } from "../metrics/majority-vote.ts";
import { passAtK } from "../metrics/pass-at-k.ts";
import { bestOfK, weightedVote } from "./weighted.ts";

/** One attempt of a pool: the epochs of a problem at one point. */
export type PoolAttempt = Readonly<{
  problem: string;
  outcome: Outcome;
  answer: string | null;
  /** What it would cost alone. */
  tokens: number;
  /** What a scorer says of it, greater is better; null where nothing scored it. */
  score: number | null;
  /** Tokens of its thought; null where a server does not say. */
  thinking?: number | null;
  /** How sure the model was at each token of the thought, where the engine reports it. */
  confidences?: readonly number[] | null;
}>;

/** Whether two answers are the same; where more than two have to be seen together, a name for the class of each. */
export type Equivalent = ((a: string, b: string) => boolean) &
  Readonly<{ classes?: (answers: readonly string[]) => readonly string[] }>;

/** Kinds of combining k attempts into one verdict. */
export type Rule = "majority" | "pass" | "weighted" | "best";

/** Values at each k, over problems; `tokens`: what k attempts cost on average. Null where no attempt was scored. */
export type VotePoint = Readonly<{ k: number; tokens: number } & Record<Rule, Estimate | null>>;

/**
 * Ballots of one problem. Answers that the grader holds for equal are one, named by the first; where their verdicts
 * differ, most of them decide, and a tie is wrong. Attempts without an answer abstain.
 */
export function ballotsOf(pool: readonly PoolAttempt[], equivalent: Equivalent): readonly Ballot[] {
  const parties: { answer: string; name: string; right: number; wrong: number }[] = [];
  const names = equivalent.classes?.(pool.map(({ answer }) => answer ?? ""));
  const named = pool.map(({ answer, outcome }, at) => {
    if (answer === null || (outcome !== "correct" && outcome !== "incorrect")) return null;
    const name = names?.[at] ?? answer;
    const known =
      parties.find((party) => party.name === name) ??
      (names ? undefined : parties.find((party) => equivalent(party.answer, answer)));
    const party = known ?? { answer, name, right: 0, wrong: 0 };
    if (!known) parties.push(party);
    party[outcome === "correct" ? "right" : "wrong"]++;
    return party;
  });
  return named.map((party) => ({
    answer: party?.answer ?? null,
    correct: party !== null && party.right > party.wrong,
  }));
}

/** Votes of one problem at every k from 1 to the size of its pool. */
export type ProblemVotes = Readonly<
  { problem: string; size: number; meanTokens: number } & Record<Rule, readonly number[] | null>
>;

/** Attempts that were graded, by problem. */
export function poolsByProblem(attempts: readonly PoolAttempt[]): ReadonlyMap<string, readonly PoolAttempt[]> {
  const pools = new Map<string, PoolAttempt[]>();
  for (const attempt of attempts) {
    if (attempt.outcome === "error" || attempt.outcome === "unscored") continue;
    const pool = pools.get(attempt.problem);
    if (pool) pool.push(attempt);
    else pools.set(attempt.problem, [attempt]);
  }
  return pools;
}

export const votesOf = (attempts: readonly PoolAttempt[], equivalent: Equivalent): readonly ProblemVotes[] =>
  [...poolsByProblem(attempts)].map(([problem, pool]) => ({ problem, ...votesOfPool(pool, equivalent) }));

function votesOfPool(pool: readonly PoolAttempt[], equivalent: Equivalent): Omit<ProblemVotes, "problem"> {
  const ballots = ballotsOf(pool, equivalent);
  const right = ballots.filter(({ correct }) => correct).length;
  const scores = pool.map(({ score }) => score);
  const scored = scores.every((score) => score !== null)
    ? ballots.map((ballot, at) => ({ ...ballot, score: scores[at] ?? 0 }))
    : null;
  return {
    size: pool.length,
    meanTokens: pool.reduce((sum, { tokens }) => sum + tokens, 0) / pool.length,
    majority: majorityVote(ballots).credit,
    pass: ballots.map((_, at) => passAtK(pool.length, right, at + 1) ?? 0),
    weighted: scored && weightedVote(scored),
    best: scored && bestOfK(scored),
  };
}

/** Powers of two up to the smallest pool, and that pool itself. */
export function ksUpTo(size: number): readonly number[] {
  const powers = Array.from({ length: Math.floor(Math.log2(Math.max(1, size))) + 1 }, (_, power) => 2 ** power);
  return [...new Set([...powers, size])];
}

/**
 * The curve of every smaller k from one pool. Problems with fewer attempts than the others (errors are left out) bound
 * k. Throws where a k is larger than the pool.
 */
export function voteCurve(
  attempts: readonly PoolAttempt[],
  equivalent: Equivalent,
  ks?: readonly number[],
): readonly VotePoint[] {
  const problems = votesOf(attempts, equivalent);
  const smallest = leastOf(problems.map(({ size }) => size));
  if (problems.length === 0) return [];
  const large = ks?.find((k) => k > smallest);
  if (large !== undefined)
    throw new UserError(`a vote of ${large} needs a pool of ${large} attempts, this one has ${smallest}`, {
      hint: `raise sampling.epochs to ${large}`,
    });
  return (ks ?? ksUpTo(smallest)).map((k) => pointAt(problems, k));
}

function pointAt(problems: readonly ProblemVotes[], k: number): VotePoint {
  const mean = (rule: Rule): Estimate | null => {
    const shares = problems.map((problem) => problem[rule]?.[k - 1] ?? null);
    return shares.every((share) => share !== null) ? meanOfShares(shares) : null;
  };
  const tokens = (k * problems.reduce((sum, { meanTokens }) => sum + meanTokens, 0)) / problems.length;
  return { k, tokens, majority: mean("majority"), pass: mean("pass"), weighted: mean("weighted"), best: mean("best") };
}
