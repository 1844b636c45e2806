import type { Outcome } from "../core/score.ts";
import type { CountFilter, OutcomeCount, PageReader } from "../ports/page-reader.ts";
import { kept } from "./kept.ts";

/** Attempts of a setting by outcome. */
export type Counts = Readonly<Record<Outcome, number>>;

/** Attempts of an experiment by setting (id) and outcome. */
export const countsOf = (pages: PageReader, experiment: string): ReadonlyMap<number, Counts> =>
  summed(pages.counts(experiment, {}));

/** The same of the attempts at one problem, or of one level. */
export function countsFor(
  pages: PageReader,
  experiment: string,
  filter: Pick<CountFilter, "problem" | "level">,
): ReadonlyMap<number, Counts> {
  if (filter.problem === undefined && filter.level === undefined) return countsOf(pages, experiment);
  return kept(pages, `counts ${JSON.stringify([experiment, filter])}`, () => summed(pages.counts(experiment, filter)));
}

export const none: Counts = { correct: 0, incorrect: 0, "no-answer": 0, cut: 0, unscored: 0, error: 0 };

export const plus = (a: Counts, b: Counts): Counts => ({
  correct: a.correct + b.correct,
  incorrect: a.incorrect + b.incorrect,
  "no-answer": a["no-answer"] + b["no-answer"],
  cut: a.cut + b.cut,
  unscored: a.unscored + b.unscored,
  error: a.error + b.error,
});

function summed(rows: readonly OutcomeCount[]): Map<number, Counts> {
  const points = new Map<number, Counts>();
  for (const { point, outcome, n } of rows) {
    const before = points.get(point) ?? none;
    points.set(point, { ...before, [outcome]: before[outcome] + n });
  }
  return points;
}

export const attemptsIn = (counts: Counts): number => Object.values(counts).reduce((sum, n) => sum + n, 0);
