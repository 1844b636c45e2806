import type { AskedLength } from "../core/facts.ts";
import type { AttemptRow } from "../ports/result-reader.ts";

/** Length asked for in one attempt, and used. `used` null: the thought holds no step of the format asked for. */
export type Adherence = Readonly<{ asked: number; used: number | null }>;

/** Heads of steps in a thought. */
export const stepsIn = (thought: string, mark: string): number => thought.split(mark).length - 1;

/** Null where no number was asked for. */
export function adherenceOf(
  row: AttemptRow,
  asked: AskedLength | null,
  thought: (attempt: number) => string,
): Adherence | null {
  if (asked === null || row.outcome === "error" || "length" in asked) return null;
  if ("tokens" in asked) return { asked: asked.tokens, used: row.thinking_tokens };
  return { asked: asked.steps, used: stepsIn(thought(row.id), asked.mark) || null };
}

/** `within`: share of attempts that used no more than was asked for; `unread`: attempts without a step. */
export type AdherenceRow = Readonly<{
  asked: number;
  attempts: number;
  unread: number;
  meanUsed: number | null;
  meanRatio: number | null;
  within: number | null;
}>;

/** Attempts in which no length could be read count neither as within nor as beyond, and are shown. */
export function adherence(attempts: readonly Adherence[]): readonly AdherenceRow[] {
  const asked = [...new Set(attempts.map((attempt) => attempt.asked))].sort((a, b) => a - b);
  return asked.map((amount) => {
    const own = attempts.filter((attempt) => attempt.asked === amount);
    const used = own.flatMap((attempt) => (attempt.used === null ? [] : [attempt.used]));
    const mean = (values: readonly number[]): number | null =>
      values.length === 0 ? null : values.reduce((a, b) => a + b, 0) / values.length;
    return {
      asked: amount,
      attempts: own.length,
      unread: own.length - used.length,
      meanUsed: mean(used),
      meanRatio: mean(used.map((value) => value / amount)),
      within: mean(used.map((value) => (value <= amount ? 1 : 0))),
    };
  });
}
