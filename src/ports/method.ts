import type { z } from "zod";
import type { Decision } from "../core/decision.ts";
import type { StatedFacts } from "../core/facts.ts";
import type { Problem } from "../core/problem.ts";
import type { Sampling } from "../core/sampling.ts";
import type { Piece } from "../core/segment.ts";
import type { SignalName, TopSignals } from "../core/signals.ts";
import type { Knobs } from "./native-engine.ts";
import type { Spent } from "./reward.ts";

/** Ask the model to go on after `after` (ids after the prompt) until a stop sequence or `maxTokens`. */
export type Request = Readonly<{
  after: readonly number[];
  maxTokens: number;
  stops: readonly (readonly number[])[];
  /** See `Span.minTokens`. */
  minTokens?: number;
}>;

/** What was asked for: from the store, from the model, or part of each. */
export type Continued = Readonly<{
  /** The stop sequence that was met is at the end. */
  tokenIds: readonly number[];
  stop: "stop" | "length";
  logprobs: readonly number[] | null;
  /** Of each token, where the model gives them. */
  signals?: TopSignals;
}>;

/** The one primitive of every method. */
export type Continue = (request: Request) => Promise<Continued>;

/** A format's delimiters as token ids. */
export type Delimiters = Readonly<{
  /** Forced before the thought; empty where the prompt already opens it. */
  thinkingStart: readonly number[];
  thinkingEnd: readonly number[];
  /** Ends of generation: each one a sequence. */
  endOfTurn: readonly (readonly number[])[];
  /** Forced after a forced end; empty for none. */
  answerCue: readonly number[];
  /** Whether the prompt has opened the thought; left out: where nothing is forced before it. */
  promptOpens?: boolean;
  /** The start mark alone, white space around it left off, by which a thought is known that the model opens itself. */
  startMark?: readonly number[];
  /**
   * The ways in which the end is written, where it is ordinary text that merges with the text next to it; left out
   * where `thinkingEnd` is the only one.
   */
  ends?: readonly ThoughtEnd[];
}>;

/** One way in which the end of a thought is written. */
export type ThoughtEnd = Readonly<{
  ids: readonly number[];
  /** How many of its first tokens hold text of the thought too: 0 or 1. */
  shared: number;
  /** That text. */
  text: string;
}>;

/** What a method is given for one attempt. */
export type Task = Readonly<{
  /** The target is the grader's alone. */
  problem: Pick<Problem, "id" | "text">;
  /** Token ids of the prompt for a question text (the format's template around it). */
  prompt: (text: string) => Promise<readonly number[]>;
  delimiters: Delimiters;
  /** Prompt, thought and answer together. */
  contextLength: number;
  maxAnswerTokens: number;
  /** Continuations that the engine takes at once. */
  parallel: number;
  /** `special`: markup such as `<think>` becomes its control token; text stays text by default. */
  encode: (text: string, options?: Readonly<{ special: boolean }>) => Promise<readonly number[]>;
  decode: (ids: readonly number[]) => Promise<string>;
  /**
   * What the grader takes for the answer in a reply, its verdict left out; null where it finds none. `cue`: what the
   * method wrote before the reply.
   */
  answerIn: (reply: string, cue?: string) => Promise<string | null>;
  /**
   * A random number in [0, 1) for a position of the thought: of seed, problem and epoch alone. Left out where there is
   * no seed.
   */
  random?: (position: number) => number;
  /** Mean thinking tokens of the stored natural attempts of this model at this data set; null where there are none. */
  naturalTokens?: number | null;
  /** Counts what another model took for the attempt; left out where nobody counts. */
  spend?: (spent: Spent) => void;
  /** Keeps with the attempt what was decided and why; left out where nobody keeps it. */
  decide?: (decision: Decision) => void;
  /** Whether the grader holds two answers for the same. */
  sameAnswer: (a: string, b: string) => boolean;
  /**
   * The chain after a prompt; `draw` > 0 for a further, independent one (rejection sampling). `sampling`: fields in
   * which one phase differs from the experiment's sampling; such a phase has a chain of its own. Asked again for the
   * same chain, it returns the same function.
   */
  chain: (prompt: readonly number[], draw?: number, sampling?: Partial<Sampling>) => Continue;
}>;

/** What a plan assumes of a model, in tokens: measured where something is stored, else said by the user. */
export type Assumptions = Readonly<{
  /** Thinking tokens up to the natural end. */
  natural: number;
  /** Thinking tokens that one ignored end adds. */
  perIgnoredEnd: number;
  answer: number;
  /** How natural thoughts differ in length; left out where nothing is known. */
  spread?: Spread;
}>;

/** Standard deviations of the natural logarithm of a length: between problems, and between draws at one problem. */
export type Spread = Readonly<{ problems: number; draws: number }>;

/** A part of a thought that settings may share, in tokens. */
export type Stretch = Readonly<{ name: string; tokens: number }>;

/** What one attempt at a setting asks for. Thinking may be Infinity at worst: then the context is the limit. */
export type Cost = Readonly<{
  /** Thinking tokens expected, and at worst. */
  thinking: number;
  worstThinking: number;
  /** Separate chains (draws), each of them this long. */
  chains: number;
  /** Share of attempts that are expected to end without an answer, where draws are bounded; 0 by default. */
  unanswered?: number;
  /** Answers sampled; by default one for each chain. */
  answers?: number;
  /**
   * The stretches that make up `thinking`, each named after what leads into it (a prompt of its own, a continuation
   * string): settings share a stretch where all names up to it are the same. By default one stretch without a name.
   */
  stretches?: readonly Stretch[];
  /**
   * Tokens asked for beside each thinking token, such as those of probes; settings share them where the names are the
   * same.
   */
  beside?: Readonly<{ name: string; perToken: number }>;
  /** Continuations asked for: calls of an engine if nothing is stored. */
  requests: number;
}>;

/** What a method can know before anything is asked of a model: `model` is null until one is running. */
export type Fit = Readonly<{
  sampling: Sampling;
  model: Pick<Task, "delimiters" | "contextLength" | "encode" | "decode"> | null;
}>;

/** What every method says of itself. */
export interface MethodFacts<Options = unknown> {
  readonly name: string;
  readonly options: z.ZodType<Options>;
  /** Short name of a setting within its curve, such as "<=64" or "Wait x2". */
  label(options: Options): string;
  /** What reports, plots and tables go by: the role of a setting on a curve, its budget, its ignored ends. */
  facts(options: Options): StatedFacts;
  cost(options: Options, assume: Assumptions): Cost;
  /** Throws a UserError where a setting cannot work; asked when a file is loaded, and again with a model. */
  check?(fit: Fit, options: Options): Promise<void>;
  /** Tokens that it writes itself, beyond its budget and the format's delimiters; asked with a model. */
  written?(model: NonNullable<Fit["model"]>, options: Options): Promise<number>;
  /** Signals of sampled tokens that a setting cannot do without; refused when planned where a model lacks them. */
  needs?(options: Options): readonly SignalName[];
  /** Whether a setting has to be told the natural thinking length of model and data set: `Task.naturalTokens`. */
  needsNaturalLength?(options: Options): boolean;
  /** Whether it finds an end of thinking that merged with its neighbours (`Delimiters.ends`). */
  readonly findsMergedEnds?: boolean;
  /** Something the user should know about the options as they were written, in one line. */
  note?(written: Readonly<Record<string, unknown>>): string | null;
}

/** How test-time compute is spent on one problem. Written as if nothing were shared or stored. */
export interface Method<Options = unknown> extends MethodFacts<Options> {
  run(task: Task, options: Options): AsyncGenerator<Piece, void, undefined>;
}

/** Leaves the spending to a model that cannot continue a thought, and turns its own knobs. */
export interface NativeMethod<Options = unknown> extends MethodFacts<Options> {
  knobs(options: Options): Knobs;
}

/** A method of either kind. */
export type AnyMethod = Method | NativeMethod;
