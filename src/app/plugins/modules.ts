import type { z } from "zod";
import type { StatedFacts } from "../../core/facts.ts";
import type { Piece } from "../../core/segment.ts";
import type { Thought } from "../../ports/reward.ts";
import type { Assumptions, Cost, Fit, Task } from "../../ports/method.ts";
import type { Toolkit } from "./toolkit.ts";

/** Code of the user's own: an object, or a function that makes one of the toolkit. */
export type Plugin<T> = T | ((toolkit: Toolkit) => T | Promise<T>);

/** A method of the user's own. `options` and `run` are needed; `facts` put it on a curve. */
export type MethodModule<Options = any> = Readonly<{
  /** In results and plots; the file's own name if left out. */
  name?: string;
  options: z.ZodType<Options>;
  label?(options: Options): string;
  facts?(options: Options): StatedFacts;
  cost?(options: Options, assume: Assumptions): Cost;
  check?(fit: Fit, options: Options): Promise<void>;
  note?(written: Readonly<Record<string, unknown>>): string | null;
  run(task: Task, options: Options): AsyncGenerator<Piece, void, undefined>;
}>;

/**
 * What a model answered, and what it is held against. `cue`: what a method wrote right before it, such as "Final
 * Answer:", or nothing; it is no part of the answer.
 */
export type Graded = Readonly<{ response: string; target: string; question: string; cue: string }>;

/** What a grader says of a reply: right or wrong, or the same with the answer that it found. */
export type Verdict = "correct" | "incorrect" | "no-answer" | "unscored";

/** What a grader of the user's own says; `answer`: what it found in the reply, the reply itself if left out. */
export type Said =
  | boolean
  | Verdict
  | Readonly<{ verdict: Verdict | boolean; answer?: string; source?: string; rule?: string; reason?: string }>;

/** A grader of the user's own: `grade` sees the answer part of a reply, the target and the question. */
export type GraderModule<Options = any> = Readonly<{
  /** Kept with each verdict; the file's own name if left out. */
  name?: string;
  options: z.ZodType<Options>;
  grade(graded: Graded, options: Options): Said | Promise<Said>;
  /** Whether two answers are the same, for votes; equal texts if left out. */
  equivalent?(a: string, b: string, options: Options): boolean;
}>;

/** A process reward of the user's own: one number from 0 to 1 for each thought, in their order. */
export type ScorerModule<Options = any> = Readonly<{
  /** In labels and tables; the file's own name if left out. */
  name?: string;
  options: z.ZodType<Options>;
  score(thoughts: readonly Thought[], options: Options): readonly number[] | Promise<readonly number[]>;
}>;
