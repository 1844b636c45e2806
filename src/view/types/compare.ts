import type { AttemptRow } from "../../ports/result-reader.ts";
import type { Inline } from "./words.ts";

export type Side = Readonly<{
  experiment: string;
  key: string;
  label: string;
  model: string;
  dataset: string;
  accuracy: number | null;
  low: number | null;
  high: number | null;
  n: number;
  thinking: number | null;
}>;

export type ChangedSide = Pick<AttemptRow, "outcome" | "answer"> &
  Readonly<{ thinking: number | null; attempt: number }>;

export type Changed = Readonly<{
  problem: string;
  change: "gained" | "lost" | "both" | "neither";
  a: ChangedSide;
  b: ChangedSide;
  target: string | null;
}>;

export type Comparison = Readonly<{
  a: Side;
  b: Side;
  difference: number | null;
  interval: Readonly<{ low: number; high: number }> | null;
  p: number | null;
  test: string;
  problems: number;
  /** First epochs of the problems that both answered. */
  table: Readonly<Record<Changed["change"], number>>;
  /** Whether the difference may be called real, in words, and why not. */
  verdict: readonly Inline[];
  changed: readonly Changed[];
  next: string | null;
  /** Why answers are not shown; null where they are. */
  withheld: string | null;
}>;
