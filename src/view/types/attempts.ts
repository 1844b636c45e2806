import type { AttemptLine } from "../../ports/page-reader.ts";

/** `answer` and `target` are both null where they are withheld. */
export type Line = Pick<
  AttemptLine,
  | "id"
  | "problem"
  | "epoch"
  | "outcome"
  | "answer"
  | "answer_tokens"
  | "ignored_ends"
  | "decisions"
  | "decided"
  | "seconds"
  | "cost"
> &
  Readonly<{
    setting: string;
    label: string;
    target: string | null;
    thinking: number | null;
    forced_end: boolean;
  }>;

export type Attempts = Readonly<{
  lines: readonly Line[];
  next: string | null;
  /** The share of all texts that was looked through for words; below 1 the same question asked again tells more. */
  searched: number;
  /** Why answers are not shown; null where they are. */
  withheld: string | null;
  facets: Readonly<{
    level: readonly string[];
    outcome: Readonly<Record<string, number>>;
    setting: readonly Readonly<{ key: string; label: string; n: number }>[];
  }>;
}>;

/**
 * How many attempts have a word in what was sampled for their thoughts. `share`: of the attempts that were looked at;
 * below 1 there are at least so many, and the same question asked again counts on.
 */
export type Sayings = Readonly<{ words: readonly Readonly<{ word: string; n: number }>[]; share: number }>;

/** Where an attempt is shown. */
export type Located = Readonly<{ experiment: string; problem: string; epoch: number; setting: string }>;
