import type { LaterVerdict } from "../../ports/page-reader.ts";
import type { AttemptRow, DecisionRow, SegmentRow } from "../../ports/result-reader.ts";

/** A span on a path. Lists have an entry for each of its tokens. */
export type Span = Pick<SegmentRow, "origin" | "kind" | "stop" | "text" | "tokens"> &
  Readonly<{
    /** Left out of long thoughts. */
    ids: readonly number[] | null;
    /** Characters of `text` that belong to each token; null where the vocabulary's texts are not stored. */
    lengths: readonly number[] | null;
    /** A character for each token: see `heat.ts`. Null where the engine gave no log-probabilities. */
    heat: string | null;
  }>;

export type Verdict = Omit<LaterVerdict, "graded_at">;

/** What a method decided while it made an attempt; `at` counts thinking tokens. */
export type Decided = Omit<DecisionRow, "attempt" | "position"> & Readonly<{ at: number }>;

export type Path = Pick<AttemptRow, "outcome" | "answer" | "error"> &
  Readonly<{
    attempt: number;
    setting: string;
    label: string;
    verdicts: readonly Verdict[];
    decisions: readonly Decided[];
    thinking: number | null;
    decoded: number | null;
    reused: number | null;
    dropped: number | null;
    forced_end: boolean;
    /** Of the trunk all; of others what comes after the tokens that they share with it, and side branches. */
    spans: readonly Span[];
    /** Tokens of the path that are the trunk's too, and how many of these are thinking. 0 and 0 without ids. */
    shared: number;
    shared_thinking: number;
  }>;

/** What happened on the trunk at a place; `at` counts thinking tokens. */
export type Mark = Readonly<{
  at: number;
  kind: "cut" | "end" | "ignored" | "limit";
  /** What was written in place of an ignored end. */
  words: string | null;
  /** Attempts whose thought ends here. */
  attempts: readonly number[];
}>;

type Asked = Pick<AttemptRow, "outcome" | "answer"> & Readonly<{ attempt: number }>;

/** An end of the thought that was ignored, and what came of it. */
export type EndCard = Readonly<{
  at: number;
  words: string;
  /** Thinking tokens to the next end. */
  next: number | null;
  /** Share of those tokens that only repeat what the thought ends in; null where it does not loop. */
  loop: number | null;
  before: Asked | null;
  after: Asked | null;
}>;

/** Tokens that were decoded for some attempts and stand on none of their paths: a rejected draw, a branch given up. */
export type Lane = Readonly<{
  /** Which draw of the problem's chain it is, from 0. */
  draw: number;
  /** Thinking tokens of the trunk that it begins with. */
  at: number;
  /** Tokens after these. */
  tokens: number;
  /**
   * Of these tokens, with the id of one that is only a part of a character, as in ⟨65⟩; null where the texts of single
   * tokens are not stored.
   */
  text: string | null;
  /** Where there is no text. */
  ids: readonly number[] | null;
  attempts: readonly number[];
}>;

/** A question asked on a side branch; `at` counts thinking tokens. */
export type Probe = Readonly<{ attempt: number; at: number; asked: string; answer: string }>;

/** One epoch of the problem, over the settings of the arm. */
export type Round = Readonly<{
  epoch: number;
  attempts: number;
  right: number;
  longest: number;
  first: number | null;
  settled: number | null;
  flips: number;
}>;

export type Arm = Readonly<{
  name: string;
  prompt: string;
  /** In the order of their settings. */
  paths: readonly Path[];
  trunk: number;
  marks: readonly Mark[];
  cards: readonly EndCard[];
  /** Where the trunk only repeats itself: thinking tokens from and to. */
  loops: readonly Readonly<{ from: number; to: number }>[];
  lanes: readonly Lane[];
  /** How many lanes more there are. */
  more_lanes: number;
  probes: readonly Probe[];
  /** All epochs of the problem; empty where there is one. */
  rounds: readonly Round[];
  first: number | null;
  settled: number | null;
  flips: number;
  hasIds: boolean;
}>;

export type Chain = Pick<AttemptRow, "problem" | "dataset" | "question" | "target" | "tags" | "epoch"> &
  Readonly<{
    experiment: string;
    epochs: readonly number[];
    previous: string | null;
    next: string | null;
    /** Why there is no text; null where there is. */
    withheld: string | null;
    /** Why there are no log-probabilities; null where there are. */
    silent: string | null;
    arms: readonly Arm[];
  }>;

/** Two attempts at one problem, each from the beginning. */
export type SideBySide = Readonly<{
  problem: string;
  target: string;
  withheld: string | null;
  a: Path;
  b: Path;
  /** Whether both were given the same prompt; else no token is shared. */
  one_prompt: boolean;
  /** Tokens that both begin with. */
  shared: number;
  prompts: readonly [string, string];
}>;
