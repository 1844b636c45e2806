import type { Task } from "../../ports/method.ts";

export type Candidate = Readonly<{ answer: string | null; score: number }>;

/**
 * Index of the vote's winner: answers that are equal add up their scores, and the best-scored branch of the
 * greatest sum represents it. Tied sums go to the branch with the higher score. Where nobody answered, the best-scored
 * branch wins.
 */
export function winnerOf(candidates: readonly Candidate[], equal: Task["sameAnswer"]): number {
  const parties: { answer: string | null; sum: number; best: number }[] = [];
  for (const [at, { answer, score }] of candidates.entries()) {
    const party =
      answer === null ? undefined : parties.find((other) => other.answer !== null && equal(other.answer, answer));
    if (!party) parties.push({ answer, sum: answer === null ? -1 : score, best: at });
    else {
      party.sum += score;
      if (score > candidates[party.best]!.score) party.best = at;
    }
  }
  const scoreOf = ({ best }: { best: number }): number => candidates[best]!.score;
  parties.sort((a, b) => (Math.abs(a.sum - b.sum) > 1e-9 ? b.sum - a.sum : scoreOf(b) - scoreOf(a)));
  return parties[0]?.best ?? 0;
}
