import { bootstrap, bootstrapAll, type Bootstrapped } from "../../metrics/bootstrap.ts";
import type { PointRow } from "../../ports/result-reader.ts";
import type { Query } from "../document.ts";
import type { ExperimentData } from "../gather.ts";
import { firstEpochs, type Round, type Rounds } from "./rounds.ts";
import { pairsOf, stepsOf } from "./steps.ts";
import { affordable, grouped } from "./tallies.ts";

/** Answer tokens of some attempts: mean with its interval, and their standard deviation. */
export type Spread = Readonly<{ n: number; mean: Bootstrapped; deviation: number | null }>;

export type AnswerRow = Readonly<{ point: PointRow; forced: Spread | null; natural: Spread | null }>;

/**
 * Mean answer tokens of thoughts that were cut, those of the same chains after their natural end, and how many times as
 * many.
 */
export type Paired = Readonly<{ pairs: number; forced: Bootstrapped; natural: Bootstrapped; times: Bootstrapped }>;

export type Answers = Readonly<{ rows: readonly AnswerRow[]; paired: Paired | null }>;

type Answered = Readonly<{ problem: string; forced: boolean; tokens: number }>;

/** Whether a model whose thought is cut goes on thinking in its answer; null where no end was forced. */
export function answersOf(data: ExperimentData, rounds: Rounds): Answers | null {
  const byPoint = data.distinct
    .map((point) => ({ point, own: [...rounds.at(point.id).values()].flatMap(answered) }))
    .filter(({ own }) => own.length > 0);
  if (!byPoint.some(({ own }) => own.some(({ forced }) => forced))) return null;
  return {
    rows: byPoint.map(({ point, own }) => ({
      point,
      forced: spread(
        own.filter((a) => a.forced),
        byPoint.length,
      ),
      natural: spread(
        own.filter((a) => !a.forced),
        byPoint.length,
      ),
    })),
    paired: paired(data, rounds),
  };
}

const answered = ({ problem, forcedEnd, answerTokens }: Round): readonly Answered[] =>
  answerTokens === null ? [] : [{ problem, forced: forcedEnd, tokens: answerTokens }];

function spread(answers: readonly Answered[], points: number): Spread | null {
  if (answers.length === 0) return null;
  const clusters = [...grouped(answers).values()].map((own) => [total(own, ({ tokens }) => tokens), own.length]);
  const mean = bootstrap({
    clusters,
    statistic: ([sum = 0, n = 0]: Totals) => (n > 0 ? sum / n : null),
    resamples: affordable(10 * clusters.length, points),
  });
  const centre = total(answers, ({ tokens }) => tokens) / answers.length;
  const squares = total(answers, ({ tokens }) => (tokens - centre) ** 2);
  return { n: answers.length, mean, deviation: answers.length < 2 ? null : Math.sqrt(squares / (answers.length - 1)) };
}

type Totals = Float64Array;

function paired(data: ExperimentData, rounds: Rounds): Paired | null {
  const steps = stepsOf(data).filter(({ kind }) => kind === "own-end");
  const pairs = steps
    .flatMap((step) => pairsOf(step, rounds).taken)
    .flatMap(({ before, after }) =>
      before.answerTokens === null || after.answerTokens === null || after.forcedEnd
        ? []
        : [{ problem: before.problem, forced: before.answerTokens, natural: after.answerTokens }],
    );
  if (pairs.length === 0) return null;
  const clusters = [...grouped(pairs).values()].map((own) => [
    total(own, (p) => p.forced),
    total(own, (p) => p.natural),
    own.length,
  ]);
  const statistics = ([forced = 0, natural = 0, n = 0]: Totals) => [
    n > 0 ? forced / n : null,
    n > 0 ? natural / n : null,
    natural > 0 ? forced / natural : null,
  ];
  const [forced, natural, times] = bootstrapAll({ clusters, statistics, resamples: affordable(6 * clusters.length) });
  return forced && natural && times ? { pairs: pairs.length, forced, natural, times } : null;
}

const total = <T>(items: readonly T[], value: (item: T) => number): number =>
  items.reduce((sum, item) => sum + value(item), 0);

/** Two rows for each point: natural ends (0) and forced ends (1); the deviation from sums of squares. */
export function answersQuery(experiment: string, epochs: number | null): Query {
  const sql = `SELECT point, label, forced_end, count(answer_tokens) AS n, avg(answer_tokens) AS mean,
  sqrt((sum(1.0 * answer_tokens * answer_tokens) - count(answer_tokens) * avg(answer_tokens) * avg(answer_tokens))
    / (count(answer_tokens) - 1)) AS deviation
FROM v_attempts WHERE experiment = ? AND outcome NOT IN ('error', 'unscored')${firstEpochs(epochs)}
  GROUP BY point, forced_end`;
  return { sql, parameters: [experiment] };
}
