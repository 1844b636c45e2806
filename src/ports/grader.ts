import type { Score } from "../core/score.ts";

/** Asks a model a question and gives back its answer, thinking left out. */
export type Ask = (question: string) => Promise<string>;

/** What a target says, or why nothing can be compared with it. */
export type TargetReading = Readonly<{ target: string } | { fault: string }>;

/** Judges what a model answered. Extraction never sees the target. */
export interface Grader {
  readonly name: string;
  /** Changes whenever a verdict may change; kept with each score. */
  readonly version: string;
  /**
   * `response`: what the model wrote. `cue`: what a method wrote right before it, such as "Final Answer:"; it may show
   * where the answer begins, and is never the answer.
   */
  grade(response: string, target: string, question?: string, cue?: string): Score | Promise<Score>;
  /**
   * Reads a target once, when data are loaded: the answer of a whole solution. Left out: every target is taken as it
   * is.
   */
  readTarget?(this: void, target: string, question?: string): TargetReading;
  /** Whether two attempts gave the same answer. An equivalence: votes must not hang on the order of attempts. */
  equivalent(a: string, b: string): boolean;
  /** A name for the class of each answer of a pool, where more than two of them have to be seen together. */
  classes?(this: void, answers: readonly string[]): readonly string[];
  /** Ends what it holds; it can be asked again. */
  close?(): Promise<void>;
}
