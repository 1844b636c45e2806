/** What was made of one problem at a point of a curve or a round of a chain. `answer` null: none was given. */
export type Round = Readonly<{ tokens: number; correct: boolean; answer: string | null }>;

export type Transition =
  | "right to wrong"
  | "wrong to right"
  | "unchanged right"
  | "unchanged wrong"
  | "wrong to another wrong";

export const transitions: readonly Transition[] = [
  "wrong to right",
  "right to wrong",
  "unchanged right",
  "unchanged wrong",
  "wrong to another wrong",
];

/**
 * What more thinking did to one problem. Two wrong rounds count as unchanged when their answers are equal texts or
 * both missing; a missing answer and a given one differ.
 */
export function transition(before: Round, after: Round): Transition {
  if (before.correct) return after.correct ? "unchanged right" : "right to wrong";
  if (after.correct) return "wrong to right";
  return before.answer === after.answer ? "unchanged wrong" : "wrong to another wrong";
}

/**
 * Counts over problems for each step between consecutive rounds. `chains`: one list of rounds for each problem and
 * epoch.
 */
export function countTransitions(chains: readonly (readonly Round[])[]): Readonly<Record<Transition, number>>[] {
  const steps = Math.max(0, ...chains.map((rounds) => rounds.length - 1));
  return Array.from({ length: steps }, (_, step) => {
    const counts = Object.fromEntries(transitions.map((name) => [name, 0])) as Record<Transition, number>;
    for (const rounds of chains) {
      const [before, after] = [rounds[step], rounds[step + 1]];
      if (before && after) counts[transition(before, after)]++;
    }
    return counts;
  });
}
