import { signalFromBytes } from "./codes.ts";
import type { ResultReader } from "../../ports/result-reader.ts";

/**
 * Mean log-probability of the tokens that each attempt of an experiment relies on; attempts without any are left out.
 */
export function meanLogprobs(reader: ResultReader, experiment: string): ReadonlyMap<number, number> {
  const rows = reader.query(
    `SELECT u.attempt, u.start, u.tokens, n.sampled_tokens AS count, n.logprobs FROM uses u
     JOIN nodes n ON n.id = u.node JOIN attempts a ON a.id = u.attempt JOIN experiments e ON e.id = a.experiment
     WHERE e.name = ? ORDER BY u.attempt`,
    experiment,
  );
  const sums = new Map<number, Sum>();
  for (const { attempt, start, tokens, count, logprobs } of rows as Iterable<Row>) {
    const sum = sums.get(attempt) ?? { total: 0, known: 0, isComplete: true };
    sums.set(attempt, sum);
    if (logprobs === null) sum.isComplete = false;
    for (const value of (logprobs && signalFromBytes(logprobs, count))?.slice(start, start + tokens) ?? []) {
      if (value !== null) [sum.total, sum.known] = [sum.total + value, sum.known + 1];
    }
  }
  return new Map(
    [...sums].flatMap(([attempt, { total, known, isComplete }]) =>
      isComplete && known > 0 ? [[attempt, total / known] as const] : [],
    ),
  );
}

type Row = Readonly<{ attempt: number; start: number; tokens: number; count: number; logprobs: Buffer | null }>;

type Sum = { total: number; known: number; isComplete: boolean };
