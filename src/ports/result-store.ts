import type { Ending } from "../core/ending.ts";
import type { Decision } from "../core/decision.ts";
import type { Facts } from "../core/facts.ts";
import type { Problem } from "../core/problem.ts";
import type { Range } from "../core/ranges.ts";
import type { Outcome, Score } from "../core/score.ts";
import type { Trace } from "../core/trace.ts";

/** A dot of a curve as it is stored. */
export type PointRecord = Readonly<{
  /** Identity of model x data set x method x setting within the experiment. */
  key: string;
  model: string;
  dataset: string;
  method: string;
  params: Readonly<Record<string, unknown>>;
  label: string;
  /** What the method states of the setting. */
  facts: Facts;
  /** Order in the experiment file; decides which of two attempts pays for a shared token. */
  position: number;
}>;

/** What is stored of an experiment before its first attempt. */
export type ExperimentRecord = Readonly<{
  name: string;
  /** Hash of what can change a token. */
  hash: string;
  /** The same before this run, in which models may be met for the first time; equal to `hash` where all were known. */
  hashBefore?: string;
  /** The same of an experiment that an older version stored, from its `resolved` and the record of its last run. */
  rehash?: (resolved: unknown, record: unknown) => string | null;
  /** The file as written. */
  text: string;
  resolved: unknown;
  points: readonly PointRecord[];
}>;

/** Sampled tokens of a chain node that an attempt relies on. An attempt's uses are apart from one another. */
export type Use = Range & Readonly<{ node: number }>;

/** A response without token ids, and what is known of its tokens. */
export type Reported = Readonly<{
  /** Null where the attempt failed. */
  response: number | null;
  thinking: number | null;
  answer: number | null;
  /** The fields of the reply that the counts came from. */
  source: string;
  /** How the reply ended; `interruption`: it broke off each time; null where there was none. */
  ending?: Ending | "interruption" | null;
}>;

/** An exception, for whoever has to fix what threw it. */
export type Fault = Readonly<{ source: "engine" | "method" | "grader"; message: string; stack: string | null }>;

/** An attempt, finished or failed, with everything that its rows hold. */
export type AttemptRecord = Readonly<{
  point: number;
  dataset: string;
  problem: string;
  epoch: number;
  outcome: Outcome;
  score: Score | null;
  error: string | null;
  /** What was thrown, where something was. */
  fault?: Fault | null;
  promptText: string;
  promptTokens: number | null;
  trace: Trace;
  uses: readonly Use[];
  /** Thoughts in the answer, and their tokens (null: no ids); left out where there is no answer to look at. */
  goesOn?: Readonly<{ thoughts: number; tokens: number | null }>;
  /** What reward models took, where they say; `flops` null where one does not say its size. */
  scorer?: Readonly<{ tokens: number; flops: number | null }> | null;
  /** What the method decided on the way, in order. */
  decisions?: readonly Decision[];
  /** Where an engine has no ids: counts as its server reported them. Left out, counts are those of the ids. */
  reported?: Reported;
  finishedAt: string;
}>;

/** A grader and the version of its rules. */
export type GraderId = Readonly<{ name: string; version: string }>;

/** What makes an attempt one of its kind: the point (its id), the problem (its id in the data set) and the epoch. */
export type AttemptKey = Readonly<{ point: number; problem: string; epoch: number }>;

/** One request to a server, successful or not; several may have gone into one span. */
export type TryRecord = Readonly<{
  startedAt: string;
  milliseconds: number;
  endpoint: string;
  /** HTTP status; null where no answer came. */
  status: number | null;
  /** Null where the server does not say. */
  tokens: number | null;
  retryAfterMs: number | null;
  /** It was dropped after the server may have decoded something: what it cost is not known. */
  costUnknown?: boolean;
  /** Where ids had to go through text: the first id of the prefix that its text does not give back. */
  drift: number | null;
  error: string | null;
}>;

/** Where results go. Every call is one transaction. */
export interface ResultStore {
  /** Finds or creates the experiment and its points; throws a UserError where the name is taken by another content. */
  declare(experiment: ExperimentRecord): Readonly<{ experiment: number; points: ReadonlyMap<string, number> }>;
  /** Removes an experiment with its attempts, and those chains that no other experiment relies on. */
  forget(experiment: string): void;
  addProblems(dataset: string, problems: readonly Problem[]): void;
  beginRun(experiment: number, record: unknown): number;
  endRun(run: number, status: "finished" | "interrupted" | "failed"): void;
  /** Attempts that need no further work: all but those that ended in an error. */
  finished(experiment: number): readonly AttemptKey[];
  /** An attempt that was stored before with an error is replaced. */
  addAttempt(experiment: number, attempt: AttemptRecord, grader: GraderId): void;
  addTry(experiment: number, model: string, tried: TryRecord): void;
  close(): void;
}
