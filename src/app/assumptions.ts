import type { ResultReader } from "../ports/result-reader.ts";
import type { Assumptions, Spread } from "../ports/method.ts";
import type { Lengths } from "../runner/jobs.ts";
import type { LoadedFile } from "./load-file.ts";

/** Where nothing is known of a model. */
const guess: Assumptions = { natural: 1024, perIgnoredEnd: 256, answer: 256 };

export type Sourced = Assumptions & Readonly<{ source: string }>;

type LengthRow = { model: string; problem: string; thinking: number };

type MeasuredRow = { natural: number | null; extended: number | null; ends: number | null; answer: number | null };

/** Lengths that are stated, else measured in the database, else those that the file expects, else a guess. */
export function measuredOr(
  reader: ResultReader | null,
  { loaded: { experiment }, conditions }: LoadedFile,
  stated: Partial<Assumptions> = {},
): Sourced {
  const { expect } = experiment;
  const measured = reader
    ? measure(
        reader,
        experiment.models.map(({ name }) => name),
        experiment.datasets.map(({ name }) => name),
      )
    : null;
  const expected = withoutGaps({
    natural: expect?.thinking_tokens,
    perIgnoredEnd: expect?.tokens_per_ignored_end,
    answer: expect?.answer_tokens,
  });
  const base = measured ?? { ...guess, answer: Math.min(guess.answer, conditions.maxAnswerTokens), ...expected };
  const source =
    Object.keys(stated).length > 0
      ? "stated"
      : measured
        ? "measured in the database"
        : Object.keys(expected).length > 0
          ? "stated"
          : "assumed";
  const spread = expect?.length_spread === undefined ? {} : { spread: expect.length_spread };
  return { ...spread, ...base, ...stated, source };
}

export const withoutGaps = (
  given: Readonly<Record<Exclude<keyof Assumptions, "spread">, number | undefined>>,
): Partial<Assumptions> => Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));

/** Tokens a second of all runs of these models, from the first request of a run to the end of its last. */
export function measuredThroughput(reader: ResultReader, models: readonly string[]): number | null {
  const [row] = reader.query(
    `SELECT sum(tokens) / (sum(days) * 86400) AS speed FROM (
       SELECT sum(q.sampled_tokens) AS tokens,
         max(julianday(q.started_at) + q.milliseconds / 86400000.0) - min(julianday(q.started_at)) AS days
       FROM runs r JOIN requests q ON q.experiment = r.experiment AND q.started_at >= r.started_at
         AND q.started_at <= coalesce(r.finished_at, '9999')
       WHERE q.error IS NULL AND r.experiment IN (
         SELECT experiment FROM points WHERE model IN (${models.map(() => "?").join(", ")}))
       GROUP BY r.id)`,
    ...models,
  ) as Iterable<{ speed: number | null }>;
  return row?.speed != null && row.speed > 0 ? row.speed : null;
}

/** Thinking tokens that problems took of these models, by what the database has. */
export function lengthsIn(reader: ResultReader, { loaded: { experiment } }: LoadedFile): Lengths {
  const rows = reader.query(
    `SELECT p.model, q.problem, avg(a.thinking_tokens) AS tokens
     FROM attempts a JOIN points p ON p.id = a.point JOIN problems q ON q.id = a.problem
     WHERE a.outcome <> 'error' AND a.thinking_tokens IS NOT NULL AND p.role IN ('natural', 'unforced', 'native')
       AND p.model IN (SELECT value FROM json_each(?))
     GROUP BY p.model, q.problem`,
    JSON.stringify(experiment.models.map(({ name }) => name)),
  ) as Iterable<Readonly<{ model: string; problem: string; tokens: number }>>;
  const lengths = new Map([...rows].map(({ model, problem, tokens }) => [JSON.stringify([model, problem]), tokens]));
  return (model, problem) => lengths.get(JSON.stringify([model, problem]));
}

function measure(reader: ResultReader, models: readonly string[], datasets: readonly string[]): Assumptions | null {
  const names = (list: readonly string[]): string => list.map(() => "?").join(", ");
  const [row] = reader.query(
    `SELECT avg(thinking_tokens) FILTER (WHERE forced_end = 0 AND role IN ('natural', 'unforced')) AS natural,
       avg(thinking_tokens) FILTER (WHERE forced_end = 0 AND ignored_ends > 0) AS extended,
       avg(ignored_ends) FILTER (WHERE forced_end = 0 AND ignored_ends > 0) AS ends,
       avg(answer_tokens) AS answer
     FROM v_attempts WHERE outcome <> 'error' AND model IN (${names(models)}) AND dataset IN (${names(datasets)})`,
    ...models,
    ...datasets,
  ) as Iterable<MeasuredRow>;
  if (!row || row.natural === null || row.answer === null) return null;
  const perIgnoredEnd =
    row.extended !== null && row.ends ? Math.max(0, (row.extended - row.natural) / row.ends) : row.natural / 2;
  const spread = measureSpread(reader, models, datasets);
  return { natural: row.natural, perIgnoredEnd, answer: row.answer, ...(spread ? { spread } : {}) };
}

/** Null where lengths of fewer than two problems are known. */
function measureSpread(reader: ResultReader, models: readonly string[], datasets: readonly string[]): Spread | null {
  const rows = reader.query(
    `SELECT model, problem, thinking_tokens AS thinking FROM v_attempts
     WHERE outcome <> 'error' AND forced_end = 0 AND role IN ('natural', 'unforced') AND thinking_tokens > 0
       AND model IN (${models.map(() => "?").join(", ")}) AND dataset IN (${datasets.map(() => "?").join(", ")})`,
    ...models,
    ...datasets,
  ) as Iterable<LengthRow>;
  const lengths = new Map<string, number[]>();
  for (const { model, problem, thinking } of rows) {
    const key = JSON.stringify([model, problem]);
    lengths.set(key, [...(lengths.get(key) ?? []), Math.log(thinking)]);
  }
  return lengths.size < 2 ? null : spreadOf([...lengths.values()]);
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const squares = (values: readonly number[]): number => {
  const centre = mean(values);
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
};

/** Of logarithms of lengths, by problem. Where each problem has one, half of the variance is taken for its own. */
function spreadOf(problems: readonly (readonly number[])[]): Spread {
  const attempts = problems.reduce((sum, { length }) => sum + length, 0);
  const between = squares(problems.map(mean)) / (problems.length - 1);
  if (attempts === problems.length) return { problems: Math.sqrt(between / 2), draws: Math.sqrt(between / 2) };
  const within = problems.reduce((sum, own) => sum + squares(own), 0) / (attempts - problems.length);
  const own = between - (within * problems.length) / attempts;
  return { problems: Math.sqrt(Math.max(0, own)), draws: Math.sqrt(within) };
}
