import type { Outcome } from "../../core/score.ts";
import type { ResultReader } from "../../ports/result-reader.ts";
import type { ExperimentData } from "../gather.ts";

/** One graded attempt as a round of its chain. `tokens`: of the thought; null where an engine did not say. */
export type Round = Readonly<{
  attempt: number;
  problem: string;
  tokens: number | null;
  correct: boolean;
  answer: string | null;
  ignoredEnds: number;
  forcedEnd: boolean;
  answerTokens: number | null;
  counts: string;
}>;

/**
 * `at`: the graded attempts of a point by problem and epoch. `epochs`: how many of the first epochs were read; null:
 * all.
 */
export type Rounds = Readonly<{ at: (point: number) => ReadonlyMap<string, Round>; epochs: number | null }>;

/** Attempts beyond these are not followed one by one: of many epochs the first are, of more problems none. */
const MOST_ATTEMPTS = 50_000;
const MOST_OF_ONE_EPOCH = 250_000;

/** Ends a query that may be bound to the first epochs. */
export const firstEpochs = (epochs: number | null, column = "epoch"): string =>
  epochs === null ? "" : ` AND ${column} < ${epochs}`;

const roundsSql = (epochs: number | null): string =>
  `SELECT a.id, q.problem, epoch, outcome, answer, ignored_ends, forced_end, thinking_tokens, answer_tokens, counts
FROM attempts a JOIN problems q ON q.id = a.problem
WHERE experiment = (SELECT id FROM experiments WHERE name = ?) AND point = ?
  AND outcome NOT IN ('error', 'unscored')${firstEpochs(epochs)}`;

type Row = Readonly<{
  id: number;
  problem: string;
  epoch: number;
  outcome: Outcome;
  answer: string | null;
  ignored_ends: number;
  forced_end: number;
  thinking_tokens: number | null;
  answer_tokens: number | null;
  counts: string;
}>;

/** The attempts of every setting of an experiment, kept small; null where there are too many problems to follow. */
export function readRounds(
  reader: ResultReader,
  data: ExperimentData,
  most = MOST_ATTEMPTS,
  mostOfOne = MOST_OF_ONE_EPOCH,
): Rounds | null {
  const epochs = epochsToRead(data, most, mostOfOne);
  if (epochs === 0) return null;
  const byPoint = new Map(data.distinct.map(({ id }) => [id, readPoint(reader, data.row.name, { point: id, epochs })]));
  return { at: (point) => byPoint.get(point) ?? new Map<string, Round>(), epochs };
}

function epochsToRead({ distinct, grid }: ExperimentData, most: number, mostOfOne: number): number | null {
  const attempts = distinct.reduce((sum, point) => sum + point.attempts, 0);
  const ofOneEpoch = distinct.reduce((sum, { id }) => sum + grid.cells(id).outcome.filter(Boolean).length, 0);
  if (attempts <= most) return null;
  if (ofOneEpoch > mostOfOne) return 0;
  const epochs = Math.max(1, Math.floor(most / ofOneEpoch));
  return epochs * ofOneEpoch >= attempts ? null : epochs;
}

function readPoint(
  reader: ResultReader,
  experiment: string,
  { point, epochs }: Readonly<{ point: number; epochs: number | null }>,
): ReadonlyMap<string, Round> {
  const rounds = new Map<string, Round>();
  for (const row of reader.query(roundsSql(epochs), experiment, point) as Iterable<Row>)
    rounds.set(`${row.problem}\n${row.epoch}`, roundOf(row));
  return rounds;
}

const roundOf = (row: Row): Round => ({
  attempt: row.id,
  problem: row.problem,
  tokens: row.thinking_tokens,
  correct: row.outcome === "correct",
  answer: row.answer,
  ignoredEnds: row.ignored_ends,
  forcedEnd: row.forced_end === 1,
  answerTokens: row.answer_tokens,
  counts: row.counts,
});
