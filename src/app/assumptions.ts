import type { ResultReader } from "../ports/result-reader.ts";
import type { Assumptions } from "../ports/method.ts";
import type { Lengths } from "../runner/jobs.ts";
import type { LoadedFile } from "./load-file.ts";

/** Where nothing is known of a model. */
const guess: Assumptions = { natural: 1024, perIgnoredEnd: 256, answer: 256 };

export type Sourced = Assumptions & Readonly<{ source: string }>;

type MeasuredRow = { natural: number | null; extended: number | null; ends: number | null; answer: number | null };

/** Lengths measured in a database for these models and data sets, else what is assumed of any model. */
export function measuredOr(
  reader: ResultReader | null,
  { loaded: { experiment }, conditions }: LoadedFile,
  stated: Partial<Assumptions> = {},
): Sourced {
  const measured = reader
    ? measure(
        reader,
        experiment.models.map(({ name }) => name),
        experiment.datasets.map(({ name }) => name),
      )
    : null;
  const base = measured ?? { ...guess, answer: Math.min(guess.answer, conditions.maxAnswerTokens) };
  const source = Object.keys(stated).length > 0 ? "stated" : measured ? "measured in the database" : "assumed";
  return { ...base, ...stated, source };
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
  return { natural: row.natural, perIgnoredEnd, answer: row.answer };
}
