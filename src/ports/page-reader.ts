import type { Outcome } from "../core/score.ts";
import type { AttemptRow, PointRow } from "./result-reader.ts";

/** What a list shows of an attempt; tokens are null where they are not known. */
export type AttemptLine = Pick<
  AttemptRow,
  | "id"
  | "point"
  | "problem"
  | "epoch"
  | "outcome"
  | "answer"
  | "target"
  | "thinking_tokens"
  | "answer_tokens"
  | "ignored_ends"
  | "forced_end"
  | "seconds"
  | "cost"
  | "finished_at"
> &
  Readonly<{
    /** What its method decided: how often, and the last outcome. */
    decisions: number;
    decided: string | null;
  }>;

export const attemptOrders = ["id", "thinking_tokens", "answer_tokens", "seconds", "cost", "ignored_ends"] as const;
export type AttemptOrder = (typeof attemptOrders)[number];

/** Which attempts, in which order. Lists that are left out keep everything. */
export type AttemptFilter = Readonly<{
  points?: readonly number[];
  outcomes?: readonly Outcome[];
  level?: string;
  /** A text that stands in a span of the attempt, to the letter. */
  words?: string;
  /** The same, in what a model sampled for its thought. */
  said?: string;
  problem?: string;
  order: AttemptOrder;
  descending: boolean;
  /** The order's value and the id of the last attempt of the page before. */
  after?: Readonly<{ value: number | null; id: number }>;
  limit: number;
}>;

/**
 * `searched`: the share of all texts that was looked through for `words` and `said`; below 1 there may be more, and
 * the same question asked again goes on.
 */
export type AttemptPage = Readonly<{ lines: readonly AttemptLine[]; searched: number }>;

/** A count that takes as long as it is given at a time; `share`: of the attempts that were looked at so far. */
export type WordCount = Readonly<{
  goOn: (milliseconds: number) => void;
  counts: () => readonly number[];
  share: () => number;
}>;

/** Attempts of a setting that came to an outcome. */
export type OutcomeCount = Readonly<{ point: number; outcome: Outcome; n: number }>;

/** Which attempts are counted. */
export type CountFilter = Pick<AttemptFilter, "points" | "outcomes" | "problem" | "level">;

/** A setting without sums over its attempts. */
export type SettingRow = Pick<PointRow, "id" | "position" | "label" | "model" | "dataset" | "method" | "params">;

/** Attempts at a problem with a setting: the first epoch's, how many there are, and how many are right. */
export type StripCell = Readonly<{
  id: number;
  point: number;
  problem: number;
  outcome: Outcome;
  thinking_tokens: number | null;
  n: number;
  right: number;
}>;

/** A token that was sampled for an attempt: its id, and its log-probability where the engine gave one. */
export type SampledToken = Readonly<{ id: number; logprob: number | null }>;

/** A node of a chain: after `start` sampled tokens of its parent forced ids, then sampled ids, both JSON arrays. */
export type ChainNode = Readonly<{
  id: number;
  draw: number;
  parent: number | null;
  start: number;
  forced: string;
  sampled: string;
}>;

/** Sampled tokens of a node that an attempt relies on. */
export type UsedNode = Readonly<{ attempt: number; node: number; start: number; tokens: number }>;

/** What one attempt at a problem came to. */
export type RoundRow = Pick<AttemptRow, "epoch" | "point" | "outcome" | "answer" | "thinking_tokens" | "forced_end">;

/** A verdict of a grader that was asked later. */
export type LaterVerdict = Readonly<{
  grader: string;
  outcome: Outcome;
  answer: string | null;
  source: string | null;
  rule: string | null;
  graded_at: string;
}>;

/** Rows for pages that people click through: few at a time, found by keys. */
export interface PageReader {
  /** Another number whenever another process has written. */
  version(): number;
  /** Id of the newest attempt of the database; 0 where there is none. */
  newest(): number;
  /** Attempts of an experiment that were stored after this one, oldest first. */
  since(experiment: string, attempt: number, limit: number): readonly AttemptLine[];
  attempts(experiment: string, filter: AttemptFilter): AttemptPage;
  /** Settings in the order of the experiment. */
  settings(experiment: string): readonly SettingRow[];
  /** In how many of the attempts each of some texts was sampled for the thought; nothing is counted yet. */
  saying(experiment: string, filter: CountFilter, texts: readonly string[]): WordCount;
  counts(experiment: string, filter: CountFilter): readonly OutcomeCount[];
  /** All cells of these problems (ids). */
  strips(experiment: string, problems: readonly number[]): readonly StripCell[];
  /** Attempts at problems (ids) in one epoch, in the order of the experiment's points. */
  ofProblems(experiment: string, problems: readonly number[], epoch: number): readonly AttemptRow[];
  epochs(experiment: string, problems: readonly number[]): readonly number[];
  /** The same of all epochs, without texts. */
  rounds(experiment: string, problems: readonly number[]): readonly RoundRow[];
  /** All nodes of the chains that these attempts rely on, parents first. */
  nodes(attempts: readonly number[]): readonly ChainNode[];
  uses(attempts: readonly number[]): readonly UsedNode[];
  /** Null where there is no such attempt. */
  attempt(id: number): AttemptRow | null;
  /**
   * Sampled tokens that each of these attempts relies on, in the order they were sampled, those beyond its path
   * included; attempts without log-probabilities are left out.
   */
  sampled(attempts: readonly number[]): ReadonlyMap<number, readonly SampledToken[]>;
  verdicts(attempt: number): readonly LaterVerdict[];
  /** Texts of single tokens in the vocabulary of this attempt's model, as far as they are known. */
  pieces(attempt: number, ids: readonly number[]): ReadonlyMap<number, string>;
}
