import type { Outcome } from "../core/score.ts";
import type { MarkPair } from "../core/reopened.ts";
import type { Segment } from "../core/segment.ts";
import type { Grader } from "../ports/grader.ts";
import type { AttemptRow, ResultReader } from "../ports/result-reader.ts";
import type { ScoreStore } from "../ports/score-store.ts";
import { judge } from "./attempt.ts";
import { ungraded } from "./ungraded.ts";
import { marksOf } from "./reopened.ts";

/** An attempt's stored verdict and the one of another grader, or of another version. */
export type Regraded = Readonly<{
  attempt: number;
  problem: string;
  label: string;
  stored: Outcome;
  fresh: Outcome;
  answer: string | null;
  target: string;
  rule: string | null;
}>;

/** Grades the attempts of an experiment again from their stored texts; both verdicts are kept. */
export async function regrade(
  reader: ResultReader,
  scores: ScoreStore,
  { experiment, graderOf }: Readonly<{ experiment: string; graderOf: (row: AttemptRow) => Grader }>,
): Promise<readonly Regraded[]> {
  const own = ownMarks(reader, experiment);
  const attempts = [...reader.attempts(experiment)].filter(({ outcome }) => outcome !== "error");
  const again: Regraded[] = [];
  for (const row of attempts) {
    const { id, problem, label, outcome, target, question } = row;
    const grader = graderOf(row);
    const trace = reader.segments(id).map(({ kind, origin, stop, text, token_ids }): Segment => ({
      kind,
      origin,
      stop,
      text,
      tokenIds: JSON.parse(token_ids) as number[],
    }));
    const judging = { grader, own: own.get(row.model) ?? null };
    const { outcome: fresh, score } =
      ungraded(row.ending, trace) ?? (await judge(trace, { text: question, target }, judging));
    scores.addScore({ attempt: id, grader, outcome: fresh, score });
    const answer = score && "answer" in score ? score.answer : null;
    again.push({
      attempt: id,
      problem,
      label,
      stored: outcome,
      fresh,
      answer,
      target,
      rule: score && "rule" in score ? score.rule : null,
    });
  }
  return again;
}

/** The thinking marks of each model, from the record of the last run. */
function ownMarks(reader: ResultReader, experiment: string): ReadonlyMap<string, MarkPair> {
  const { models = [] } = JSON.parse(reader.runs(experiment).at(-1)?.record ?? "{}") as {
    models?: readonly Readonly<{ name: string; format?: Readonly<Record<string, unknown>> }>[];
  };
  return new Map(
    models.flatMap(({ name, format }) => {
      const marks = marksOf(format);
      return marks ? [[name, marks] as const] : [];
    }),
  );
}

/** How often each pair of verdicts came up: the agreement of two graders. */
export function agreementOf(
  again: readonly Regraded[],
): readonly Readonly<{ stored: Outcome; fresh: Outcome; attempts: number }>[] {
  const counts = new Map<string, { stored: Outcome; fresh: Outcome; attempts: number }>();
  for (const { stored, fresh } of again) {
    const row = counts.get(`${stored}/${fresh}`) ?? { stored, fresh, attempts: 0 };
    row.attempts++;
    counts.set(`${stored}/${fresh}`, row);
  }
  return [...counts.values()].sort((a, b) => b.attempts - a.attempts);
}
