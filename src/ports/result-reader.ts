import type { Ending } from "../core/ending.ts";
import type { Role } from "../core/facts.ts";
import type { Kind, Origin, Stop } from "../core/segment.ts";
import type { Outcome } from "../core/score.ts";

/** Rows of the views, as SQL returns them (see docs/database.md). Counts are tokens. */
export type PointRow = Readonly<{
  id: number;
  experiment: string;
  model: string;
  dataset: string;
  method: string;
  /** JSON object. */
  params: string;
  label: string;
  position: number;
  /** Facts that the method states of the setting: see `Facts`. */
  role: Role;
  budget: number | null;
  minimum: number;
  ignored_ends: number;
  continuation: string | null;
  family: string;
  /** JSON array, or null. */
  along: string | null;
  /** JSON object, or null. */
  asked: string | null;
  attempts: number;
  correct: number;
  incorrect: number;
  no_answer: number;
  cut: number;
  /** Replies that the model or a filter of its service declined to give; they are among no_answer. */
  refused: number;
  unscored: number;
  errors: number;
  /** correct / (attempts that did not end in an error or unscored); null before the first. */
  accuracy: number | null;
  /** correct / (correct + incorrect). */
  accuracy_finished: number | null;
  mean_thinking_tokens: number | null;
  mean_answer_tokens: number | null;
  /** Share of attempts whose end of thinking was written by the method. */
  forced_end_share: number | null;
  mean_ignored_ends: number | null;
  /** Null where a server did not say. */
  decoded_tokens: number | null;
  reused_tokens: number | null;
  /** Of the attempts whose requests are known (see docs/database.md); money needs a price. */
  mean_seconds: number | null;
  mean_cost: number | null;
}>;

/**
 * A row of `v_attempts`. Tokens are null where a server does not report them, seconds and cost where they are
 * not known.
 */
export type AttemptRow = Readonly<{
  id: number;
  experiment: string;
  point: number;
  model: string;
  dataset: string;
  method: string;
  params: string;
  label: string;
  role: Role;
  problem: string;
  epoch: number;
  outcome: Outcome;
  answer: string | null;
  target: string;
  thinking_tokens: number | null;
  forced_tokens: number | null;
  answer_tokens: number | null;
  probe_tokens: number | null;
  dropped_tokens: number | null;
  prompt_tokens: number | null;
  decoded_tokens: number | null;
  reused_tokens: number | null;
  /** Where the counts come from: "ids", or fields of a server's reply. */
  counts: string;
  seconds: number | null;
  cost: number | null;
  ignored_ends: number;
  forced_end: 0 | 1;
  /** Thoughts with which the answer goes on; null in rows of older versions. */
  reopened: number | null;
  /** Tokens of them, which count as answer; null where they are not known. */
  reopened_tokens: number | null;
  error: string | null;
  /** How the reply of a native model ended, in the words of all services and in its own; null of other models. */
  ending: Ending | "interruption" | null;
  finish_reason: string | null;
  /** What served it, as the reply says. */
  served_model: string | null;
  provider: string | null;
  service_tier: string | null;
  prompt: string;
  /** The question and its tags (JSON object), from the data set. */
  question: string;
  tags: string;
  grader: string;
  /** Where the answer was found, and the rule that decided. */
  source: string | null;
  rule: string | null;
  finished_at: string;
}>;

/** A row of `v_segments`: a span on the path of an attempt. */
export type SegmentRow = Readonly<{
  attempt: number;
  position: number;
  origin: Origin;
  kind: Kind;
  text: string;
  /** Null where an engine gives no ids. */
  tokens: number | null;
  /** JSON array. */
  token_ids: string;
  stop: Stop | null;
}>;

/** A row of `v_usage`: what an experiment took, in tokens, requests and money. */
export type UsageRow = Readonly<{
  experiment: string;
  /** Null where a server did not say. */
  decoded_tokens: number | null;
  reused_tokens: number | null;
  naive_tokens: number | null;
  requests: number;
  prompt_tokens: number | null;
  cached_tokens: number | null;
  cost: number | null;
  /** Tries that were dropped after they may have cost something: it is not in `cost`. */
  unknown_costs: number;
  /** Sums over attempts; null where nothing is known. */
  thinking_tokens: number | null;
  forced_tokens: number | null;
  answer_tokens: number | null;
  probe_tokens: number | null;
  dropped_tokens: number | null;
  /** Where these counts come from: "ids", or fields of a server's reply; separated by commas. Null without attempts. */
  counts: string | null;
}>;

/** A row of `v_runs`: one start of an experiment. */
export type RunRow = Readonly<{
  id: number;
  experiment: string;
  started_at: string;
  finished_at: string | null;
  status: string;
  /** The reproducibility record, a JSON object. */
  record: string;
}>;

/** A stored experiment: its text as it was run, and the same with defaults filled in (JSON). */
export type ExperimentRow = Readonly<{
  name: string;
  hash: string;
  /** The YAML as it was run. */
  text: string;
  /** The validated experiment with defaults filled in, a JSON object. */
  resolved: string;
  created_at: string;
}>;

/** A problem that an experiment attempted. */
export type ProblemRow = Readonly<{
  id: number;
  problem: string;
  level: string | number | null;
  /** Short tags, a JSON object. */
  tags?: string;
}>;

/** What was asked of a problem, and who judged the answer. */
export type TaskRow = Readonly<{ problem: string; question: string; target: string; prompt: string; grader: string }>;

/**
 * The attempts of a point, folded by problem: lists of equal length. `problem`: ids; `outcome`: of the first epoch; the
 * others are sums over epochs (`attempts` without errors, `counted` also without unscored ones, `measured` with known
 * tokens).
 */
export type PointCells = Readonly<{
  point: number;
  dataset: string;
  problem: readonly number[];
  outcome: readonly Outcome[];
}> &
  Readonly<Record<"correct" | "counted" | "attempts" | "tokens" | "measured", readonly number[]>>;

/** A row of v_decisions. */
export type DecisionRow = Readonly<{
  attempt: number;
  position: number;
  rule: string;
  value: number | null;
  threshold: number | null;
  outcome: string;
  detail: string | null;
}>;

/** Read side of the store: reports, plots, exports and the UI see nothing else. */
export interface ResultReader {
  experiments(): readonly ExperimentRow[];
  points(experiment: string): readonly PointRow[];
  attempts(experiment: string): Iterable<AttemptRow>;
  /** In the order of their names. */
  problems(experiment: string): readonly ProblemRow[];
  /** Of all points, or of those with these ids. */
  cells(experiment: string, points?: readonly number[]): Iterable<PointCells>;
  /** Of the first epoch of a problem, by its name, at a point; null where it was not attempted. */
  firstAttempt(point: number, problem: string): AttemptRow | null;
  /** What a point asked of its problems, or of those with these ids, in the first epoch of each. */
  tasks(point: number, problems?: readonly number[]): Iterable<TaskRow>;
  segments(attempt: number): readonly SegmentRow[];
  usage(experiment: string): UsageRow;
  runs(experiment: string): readonly RunRow[];
  /** What the method of an attempt decided, in order. */
  decisions(attempt: number): readonly DecisionRow[];
  /** Rows of any read-only query, for exports and checks. */
  query(sql: string, ...parameters: readonly (string | number)[]): Iterable<Record<string, unknown>>;
  /** The same as lists of values, which take less time where there are very many rows. */
  rows(sql: string, ...parameters: readonly (string | number)[]): Iterable<readonly unknown[]>;
  close(): void;
}
