import { leastOf } from "../core/extremes.ts";
import { isOneThought } from "../core/facts.ts";
import { bootstrap, type Bootstrapped } from "../metrics/bootstrap.ts";
import type { AttemptRow, PointRow } from "../ports/result-reader.ts";

/** Attempts of one part of the lengths within each problem: 1 of 4 are the shortest quarter. */
export type LengthPart = Readonly<{ part: number; of: number; attempts: number; tokens: number; accuracy: number }>;

/**
 * How accuracy goes with the length that a thought takes by itself, within problems (arXiv 2507.14417, natural
 * overthinking). `perDoubling`: slope in proportions for each doubling of tokens, its sign kept; between problems
 * nothing is compared, so that hard problems, which are thought about for longer, do not make it.
 */
export type NaturalLength = Readonly<{
  experiment: string;
  model: string;
  dataset: string;
  label: string;
  /** Problems whose attempts differ in length. */
  problems: number;
  parts: readonly LengthPart[];
  perDoubling: Bootstrapped;
}>;

const mostParts = 4;

type Dot = Readonly<{ x: number; tokens: number; correct: number }>;

/** Of each point whose thoughts end by themselves and whose problems were attempted several times. */
export const naturalLengths = (
  points: readonly PointRow[],
  attempts: readonly AttemptRow[],
): readonly NaturalLength[] =>
  points
    .filter(
      ({ role, budget, ignored_ends, minimum }) =>
        isOneThought(role) && budget === null && ignored_ends === 0 && minimum === 0,
    )
    .flatMap(({ id, experiment, model, dataset, label }) => {
      const problems = dotsOf(attempts.filter(({ point }) => point === id));
      const smallest = leastOf(problems.map(({ length }) => length));
      if (problems.length < 2 || smallest < 2) return [];
      const parts = partsOf(problems, Math.min(mostParts, smallest));
      const uneven = problems.filter((dots) => dots.some(({ x }) => x !== dots[0]?.x));
      return [{ experiment, model, dataset, label, problems: uneven.length, parts, perDoubling: slope(uneven) }];
    });

function dotsOf(attempts: readonly AttemptRow[]): readonly (readonly Dot[])[] {
  const problems = new Map<string, Dot[]>();
  for (const { problem, outcome, thinking_tokens: tokens } of attempts) {
    if (outcome === "error" || outcome === "unscored" || tokens === null || tokens === 0) continue;
    const dot = { x: Math.log2(tokens), tokens, correct: outcome === "correct" ? 1 : 0 };
    problems.set(problem, [...(problems.get(problem) ?? []), dot]);
  }
  return [...problems.values()];
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** Attempts of equal length are shared out evenly among the parts that they fall into. */
function partsOf(problems: readonly (readonly Dot[])[], of: number): readonly LengthPart[] {
  const parts = Array.from({ length: of }, () => ({ weight: 0, tokens: 0, correct: 0 }));
  for (const dots of problems) {
    const sorted = dots.toSorted((a, b) => a.tokens - b.tokens);
    for (let from = 0; from < sorted.length;) {
      const tied = sorted.filter(({ tokens }) => tokens === sorted[from]?.tokens);
      const right = mean(tied.map(({ correct }) => correct));
      for (let rank = from; rank < from + tied.length; rank++) {
        const part = parts[Math.floor((rank * of) / sorted.length)];
        if (!part) continue;
        part.weight += 1;
        part.tokens += tied[0]?.tokens ?? 0;
        part.correct += right;
      }
      from += tied.length;
    }
  }
  return parts.map(({ weight, tokens, correct }, at) => ({
    part: at + 1,
    of,
    attempts: weight,
    tokens: tokens / weight,
    accuracy: correct / weight,
  }));
}

/** Least squares with a level of its own for each problem; the interval draws problems. */
function slope(problems: readonly (readonly Dot[])[]): Bootstrapped {
  const clusters = problems.map((dots) => {
    const [x, y] = [mean(dots.map((dot) => dot.x)), mean(dots.map(({ correct }) => correct))];
    return [
      dots.reduce((sum, dot) => sum + (dot.x - x) * (dot.correct - y), 0),
      dots.reduce((sum, dot) => sum + (dot.x - x) ** 2, 0),
    ];
  });
  return bootstrap({
    clusters,
    resamples: 2000,
    statistic: ([together = 0, alone = 0]) => (alone > 0 ? together / alone : null),
  });
}
