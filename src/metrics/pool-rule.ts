import type { Ballot } from "./majority-vote.ts";

/** An attempt of a pool as rules see it, in tokens: its thought, and what follows it. */
export type Timed = Ballot & Readonly<{ thinking: number; answering: number }>;

/**
 * What a rule makes of k attempts of one problem, on average. `credit`: the chance to be right. `tokens`: all that is
 * decoded until then, the bill. `time`: tokens that come one after another. `error`: standard error of the credit where
 * orders were drawn, 0 where all were counted.
 */
export type RulePoint = Readonly<{ k: number; credit: number; tokens: number; time: number; error: number }>;

/** A rule over a pool of independent attempts, at each size k. */
export type PoolRule<Attempt extends Timed = Timed> = (
  pool: readonly Attempt[],
  ks: readonly number[],
) => readonly RulePoint[];

export const lengthOf = ({ thinking, answering }: Timed): number => thinking + answering;

/** Tied leaders share the credit; without votes there is none. */
export function creditOfLeaders(parties: Iterable<Readonly<{ weight: number; correct: boolean }>>): number {
  let [most, leaders, right] = [0, 0, 0];
  for (const { weight, correct } of parties) {
    const close = Math.abs(weight - most) <= most * 1e-12;
    if (weight <= 0 || (weight < most && !close)) continue;
    if (close) [leaders, right] = [leaders + 1, right + (correct ? 1 : 0)];
    else [most, leaders, right] = [weight, 1, correct ? 1 : 0];
  }
  return leaders === 0 ? 0 : right / leaders;
}

export type Tally = { draws: number; credit: number; squares: number; tokens: number; time: number };

export const newTally = (): Tally => ({ draws: 0, credit: 0, squares: 0, tokens: 0, time: 0 });

export function addDraw(
  tally: Tally,
  { credit, tokens, time }: Readonly<Record<"credit" | "tokens" | "time", number>>,
) {
  tally.draws++;
  tally.credit += credit;
  tally.squares += credit * credit;
  tally.tokens += tokens;
  tally.time += time;
}

/** The mean of a tally's draws. */
export function pointOf(k: number, { draws, credit, squares, tokens, time }: Tally): RulePoint {
  const mean = credit / draws;
  const error = Math.sqrt(Math.max(0, squares / draws - mean * mean) / Math.max(1, draws - 1));
  return { k, credit: mean, tokens: tokens / draws, time: time / draws, error };
}
