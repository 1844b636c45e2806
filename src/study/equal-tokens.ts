import { leastOf } from "../core/extremes.ts";
import { type EqualCompute, equalCompute } from "../metrics/equal-compute.ts";
import { type CurveTable, tabulate } from "../metrics/table.ts";
import type { AttemptRow } from "../ports/result-reader.ts";
import { ksUpTo, type ProblemVotes, type Rule } from "./votes.ts";

/** What an attempt would cost alone: all it relies on, rejected draws and dropped ends included. */
export const tokensOf = (row: Pick<AttemptRow, "decoded_tokens" | "reused_tokens">): number =>
  (row.decoded_tokens ?? 0) + (row.reused_tokens ?? 0);

/** One long chain: each point of a curve against the tokens of its attempts. */
export const sequentialTable = (attempts: readonly AttemptRow[]): CurveTable =>
  tabulate(
    attempts
      .filter(({ outcome }) => outcome !== "error" && outcome !== "unscored")
      .map((row) => ({
        point: String(row.point),
        problem: row.problem,
        epoch: row.epoch,
        correct: row.outcome === "correct",
        tokens: tokensOf(row),
      })),
  );

/** Many short chains: a vote of k for each k, against the tokens of k attempts. */
export function parallelTable(problems: readonly ProblemVotes[], rule: Rule): CurveTable {
  const ks = ksUpTo(leastOf(problems.map(({ size }) => size)));
  return {
    points: ks.map(String),
    problems: problems.map(({ problem }) => problem),
    clusters: problems.map((problem) => ks.flatMap((k) => [problem[rule]?.[k - 1] ?? 0, k * problem.meanTokens, 1])),
  };
}

/** Second minus first: parallel against sequential where both curves have tokens. */
export const atEqualTokens = (
  sequential: CurveTable,
  parallel: CurveTable,
  tokens?: readonly number[],
): readonly EqualCompute[] => equalCompute(sequential, parallel, { resamples: 2000, ...(tokens ? { tokens } : {}) });
