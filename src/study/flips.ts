import { countTransitions, type Round, type Transition } from "../metrics/transitions.ts";
import { movesEnd } from "../core/facts.ts";
import type { AttemptRow, PointRow } from "../ports/result-reader.ts";
import { stringOf } from "./settings.ts";

/** What one more ignored end (or several) did to the answers. */
export type FlipRow = Readonly<{
  model: string;
  dataset: string;
  continuation: string;
  from: number;
  to: number;
  chains: number;
  counts: Readonly<Record<Transition, number>>;
}>;

type Kept = Readonly<{ row: AttemptRow; point: PointRow }>;

/**
 * Answers followed from the natural end through each number of ignored ends, by continuation string. Thoughts that were
 * cut by a budget are left out, so that what a cut does is never taken for what a Wait does. Chains that lack a round
 * (an error, an ungraded answer) are left out.
 */
export function flipTable(points: readonly PointRow[], attempts: Iterable<AttemptRow>): readonly FlipRow[] {
  const wholes = new Map(points.filter(isWhole).map((point) => [point.id, point]));
  const kept = [...attempts].flatMap((row) => graded(row, wholes.get(row.point)));
  const strings = [
    ...new Set(
      kept
        .filter(({ point }) => point.ignored_ends > 0)
        .map(({ point }) => JSON.stringify([point.model, point.dataset, point.family, stringOf(point)])),
    ),
  ];
  return strings.flatMap((key) => {
    const [model, dataset, family, continuation] = JSON.parse(key) as [string, string, string, string];
    const own = kept.filter(
      ({ point }) =>
        point.model === model &&
        point.dataset === dataset &&
        point.family === family &&
        (point.ignored_ends === 0 || stringOf(point) === continuation),
    );
    return flipsOf(own).map((flip) => ({ model, dataset, continuation, ...flip }));
  });
}

const isWhole = ({ role, budget, minimum }: PointRow): boolean => movesEnd(role) && budget === null && minimum === 0;

const graded = (row: AttemptRow, point: PointRow | undefined): readonly Kept[] =>
  point === undefined || row.outcome === "error" || row.outcome === "unscored" ? [] : [{ row, point }];

function flipsOf(own: readonly Kept[]): readonly Pick<FlipRow, "from" | "to" | "chains" | "counts">[] {
  const levels = [...new Set(own.map(({ point }) => point.ignored_ends))].sort((a, b) => a - b);
  const chains = new Map<string, Map<number, Round>>();
  for (const { row, point } of own) {
    const key = JSON.stringify([row.experiment, row.problem, row.epoch]);
    const rounds = chains.get(key) ?? new Map<number, Round>();
    const round = { tokens: row.thinking_tokens ?? 0, correct: row.outcome === "correct", answer: row.answer };
    chains.set(key, rounds.set(point.ignored_ends, round));
  }
  const complete = [...chains.values()]
    .filter((rounds) => rounds.size === levels.length)
    .map((rounds) => levels.flatMap((level) => rounds.get(level) ?? []));
  const steps = countTransitions(complete);
  return steps.map((counts, step) => ({
    from: levels[step] ?? 0,
    to: levels[step + 1] ?? 0,
    chains: complete.length,
    counts,
  }));
}
