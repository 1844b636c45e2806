import type { Interval } from "./interval.ts";
import { wilson } from "./wilson.ts";

/** One problem's attempts at a point: how many, and how many of them were correct (counts). */
export type Tally = Readonly<{ correct: number; attempts: number }>;

/** `value`: a proportion; `effective`: how many independent attempts would be as informative. */
export type Estimate = Readonly<{ value: number; interval: Interval; effective: number }>;

/**
 * Accuracy of a point with its interval: Wilson's on the effective number of attempts, that is attempts over the design
 * effect of problems answered several times (Kish, 1965; Franco et al., 2019), steadied by pseudo-problems. With one
 * epoch this is Wilson's interval itself; the effective number is never below the number of problems. Null without
 * attempts.
 */
export function accuracy(tallies: readonly Tally[], level = 0.95): Estimate | null {
  const asked = tallies.filter(({ attempts }) => attempts > 0);
  const attempts = asked.reduce((sum, tally) => sum + tally.attempts, 0);
  if (attempts === 0) return null;
  const value = asked.reduce((sum, { correct }) => sum + correct, 0) / attempts;
  const effective = effectiveAttempts(asked, value);
  return { value, interval: wilson(value * effective, effective, level)!, effective };
}

/** The same for one number in [0, 1] per problem, such as pass@k or the credit of a vote. */
export function meanOfShares(shares: readonly number[], level = 0.95): Estimate | null {
  return accuracy(
    shares.map((share) => ({ correct: share, attempts: 1 })),
    level,
  );
}

/**
 * Share of a pseudo-problem that is always solved, and of one that never is: few problems that agree are no proof that
 * all do.
 */
const PSEUDO = 1 / 8;

function effectiveAttempts(asked: readonly Tally[], value: number): number {
  const [problems, attempts] = [asked.length, asked.reduce((sum, tally) => sum + tally.attempts, 0)];
  if (problems === attempts && asked.every(({ correct }) => correct === 0 || correct === 1)) return problems;
  const [epochs, population] = [attempts / problems, problems + 2 * PSEUDO];
  const centre = (value * problems + PSEUDO) / population;
  const squares = asked.reduce((sum, tally) => sum + ((tally.correct - centre * tally.attempts) / epochs) ** 2, 0);
  const spread = (squares + PSEUDO * (centre ** 2 + (1 - centre) ** 2)) / (population - 1);
  return Math.max(problems, (problems * centre * (1 - centre)) / spread);
}
