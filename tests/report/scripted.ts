import { sqliteReader } from "../../src/adapters/store/sqlite-reader.ts";
import { openDatabase } from "../../src/adapters/store/sqlite.ts";
import { sqliteResults } from "../../src/adapters/store/sqlite-results.ts";
import { statedFacts } from "../fixtures/facts.ts";
import type { Segment } from "../../src/core/segment.ts";

/** An attempt told in full: its answer ("A" is right, "-" none, "!" an error of the engine) and its thought, round by round. */
export type Cell = Readonly<{ answer: string; rounds: readonly (readonly number[])[]; forced?: boolean; out?: number }>;

export type Scripted = Readonly<{
  settings: Readonly<Record<string, Readonly<{ max?: number; ignore?: number }>>>;
  /** Cells by problem (or problem/epoch), in the order of the settings; null: not attempted. */
  attempts: Readonly<Record<string, readonly (Cell | null)[]>>;
  share?: boolean;
  method?: string;
}>;

/** N different ids. */
export const ids = (count: number, from = 0): readonly number[] => Array.from({ length: count }, (_, i) => from + i);

export const CONTINUATION = 900;

/** A database in memory whose every count is known by hand. */
export function scripted({ settings, attempts, share = true, method = "budget-forcing" }: Scripted) {
  const db = openDatabase(":memory:");
  const results = sqliteResults(db);
  const points = Object.entries(settings).map(([label, { max = null, ignore = 0 }], position) => {
    const params = {
      variant: "strict",
      max_thinking_tokens: max,
      min_thinking_tokens: 0,
      ignore_ends: ignore,
      continuation: "Wait",
    };
    return {
      key: label,
      label,
      position,
      model: "m",
      dataset: "d",
      method,
      params,
      facts: statedFacts(method, params),
    };
  });
  const { experiment, points: placed } = results.declare({
    name: "told",
    hash: "0".repeat(64),
    text: "",
    resolved: { name: "told", sampling: { share } },
    points,
  });
  results.addProblems(
    "d-hash",
    [...new Set(Object.keys(attempts).map((key) => key.split("/")[0] ?? ""))].map((id) => ({
      id,
      text: id,
      target: "A",
      tags: {},
    })),
  );
  for (const [key, cells] of Object.entries(attempts)) {
    const [problem = "", epoch = "0"] = key.split("/");
    cells.forEach((cell, i) => {
      if (!cell) return;
      const outcome =
        cell.answer === "!"
          ? "error"
          : cell.answer === "-"
            ? "no-answer"
            : cell.answer === "A"
              ? "correct"
              : "incorrect";
      const score =
        outcome === "correct" || outcome === "incorrect"
          ? ({ verdict: outcome, answer: cell.answer, source: "", rule: "exact" } as const)
          : null;
      results.addAttempt(
        experiment,
        {
          point: placed.get(points[i]?.key ?? "") ?? 0,
          dataset: "d-hash",
          problem,
          epoch: Number(epoch),
          outcome,
          score,
          error: null,
          promptText: "",
          promptTokens: 1,
          trace: traceOf(cell),
          uses: [],
          finishedAt: "2026-01-01T00:00:00Z",
        },
        { name: "exact", version: "1" },
      );
    });
  }
  results.endRun(results.beginRun(experiment, {}), "finished");
  return { db, reader: sqliteReader(db) };
}

function traceOf({ rounds, forced = false, out = 1 }: Cell): Segment[] {
  const thought = rounds.flatMap((tokenIds, i): Segment[] => [
    ...(i > 0
      ? [
          {
            kind: "continuation" as const,
            origin: "forced" as const,
            stop: null,
            tokenIds: [CONTINUATION],
            text: "Wait",
          },
        ]
      : []),
    { kind: "thinking", origin: "sampled", stop: forced ? "length" : "delimiter", tokenIds, text: tokenIds.join(" ") },
  ]);
  const end: Segment = {
    kind: "delimiter",
    origin: forced ? "forced" : "sampled",
    stop: null,
    tokenIds: [901],
    text: "</think>",
  };
  return [...thought, end, { kind: "answer", origin: "sampled", stop: "eos", tokenIds: ids(out), text: "answer" }];
}
