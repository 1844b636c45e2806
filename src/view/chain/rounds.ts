import { mostOf } from "../../core/extremes.ts";
import { solved } from "../../metrics/solved.ts";
import type { RoundRow } from "../../ports/page-reader.ts";
import type { Round } from "../types/chain.ts";

type Graded = Pick<RoundRow, "outcome" | "thinking_tokens" | "forced_end" | "answer">;

/** By thinking tokens, as the report follows a chain through the settings of a curve. */
export function solvedBy(attempts: readonly Graded[]): ReturnType<typeof solved> {
  const graded = attempts
    .filter(({ outcome, thinking_tokens: tokens }) => outcome !== "error" && outcome !== "unscored" && tokens !== null)
    .sort((a, b) => (a.thinking_tokens ?? 0) - (b.thinking_tokens ?? 0) || b.forced_end - a.forced_end);
  return solved(
    graded.map(({ thinking_tokens: tokens, outcome, answer }) => ({
      tokens: tokens ?? 0,
      correct: outcome === "correct",
      answer,
    })),
  );
}

/** Each epoch of a problem in one line; none where there is one epoch alone. */
export function roundsOf(rows: readonly RoundRow[], points: ReadonlySet<number>): readonly Round[] {
  const own = rows.filter(({ point }) => points.has(point));
  const epochs = [...new Set(own.map(({ epoch }) => epoch))].sort((a, b) => a - b);
  if (epochs.length < 2) return [];
  return epochs.map((epoch) => {
    const attempts = own.filter((row) => row.epoch === epoch);
    const { first, settled, flips } = solvedBy(attempts);
    return {
      epoch,
      attempts: attempts.length,
      right: attempts.filter(({ outcome }) => outcome === "correct").length,
      longest: mostOf(attempts.map(({ thinking_tokens: tokens }) => tokens ?? 0)),
      first,
      settled,
      flips,
    };
  });
}
