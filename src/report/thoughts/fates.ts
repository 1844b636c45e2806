import type { Estimate } from "../../metrics/accuracy.ts";
import type { ExperimentData } from "../gather.ts";
import type { Rounds } from "./rounds.ts";
import { pairsOf, stepsOf } from "./steps.ts";
import { shareOf } from "./tallies.ts";

type Some = Readonly<{ n: number; share: Estimate | null }>;

/**
 * Of answers at cuts, all cuts of a curve together: how many right ones are wrong at the end of the thought (`lost`),
 * how many wrong ones right (`won`).
 */
export type Fate = Readonly<{ curve: string; lost: Some; won: Some }>;

export function fatesOf(data: ExperimentData, rounds: Rounds): readonly Fate[] {
  const steps = stepsOf(data).filter(({ kind }) => kind === "own-end");
  return [...new Set(steps.map(({ curve }) => curve))].flatMap((curve) => {
    const pairs = steps
      .filter((step) => step.curve === curve)
      .flatMap((step) => pairsOf(step, rounds).taken)
      .map(({ before, after }) => ({ problem: before.problem, before: before.correct, after: after.correct }));
    const [right, wrong] = [pairs.filter(({ before }) => before), pairs.filter(({ before }) => !before)];
    return pairs.length === 0
      ? []
      : [
          {
            curve,
            lost: { n: right.length, share: shareOf(right, ({ after }) => !after) },
            won: { n: wrong.length, share: shareOf(wrong, ({ after }) => after) },
          },
        ];
  });
}
