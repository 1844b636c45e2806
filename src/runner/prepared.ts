import type { Problem } from "../core/problem.ts";
import type { Sampling } from "../core/sampling.ts";
import type { Price } from "../chains/call.ts";
import type { Engine } from "../ports/engine.ts";
import type { NativeEngine } from "../ports/native-engine.ts";
import type { Grader } from "../ports/grader.ts";
import type { AnyMethod, Delimiters, Method, NativeMethod } from "../ports/method.ts";
import type { PointRecord } from "../ports/result-store.ts";

/** A model that is ready to be asked. */
export type PreparedModel = Readonly<{
  name: string;
  engine: Engine;
  prompt: (text: string) => Promise<Readonly<{ ids: readonly number[]; text: string }>>;
  delimiters: Delimiters;
  price: Price | null;
  /** Which of the models that tell the same of themselves it is; left out where nothing is in doubt. */
  greedy?: string;
  /** What was chosen to write and to look for, for plans and records. */
  format?: Readonly<Record<string, unknown>>;
  /** Text of the prompt with {problem} in it. */
  template?: string;
}>;

/** A native model: its server is asked a question and gives a whole answer, so that no thought can be continued. */
export type NativeModel = Readonly<{
  name: string;
  native: NativeEngine;
  price: Price | null;
  /** What a tier of the service costs as a share of the price, by its name. */
  tierPrices?: Readonly<Record<string, number>>;
  /** What a batch costs as a share of the price; left out where questions are asked one by one. */
  batchPrice?: number;
}>;

export type AnyModel = PreparedModel | NativeModel;

export const infoOf = (model: AnyModel) => ("native" in model ? model.native.info : model.engine.info);

/** Everything about a model that can change a token. */
export const identityOf = (model: AnyModel): Readonly<Record<string, unknown>> => ({
  ...infoOf(model).identity,
  ...("greedy" in model ? { greedy: model.greedy } : {}),
});

/** A point as far as a plan needs it: nothing is loaded, nobody is asked. */
export type PlannedPoint = Readonly<{
  record: PointRecord;
  model: Readonly<{ name: string; price: Price | null; batchPrice?: number }>;
  dataset: Readonly<{ name: string; problems: readonly Problem[] }>;
  method: AnyMethod;
  /** Validated options of the method. */
  options: unknown;
}>;

export type PreparedDataset = Readonly<{
  name: string;
  /** Hash of its content. */
  hash: string;
  problems: readonly Problem[];
  grader: Grader;
}>;

/** A point with everything it takes to run it. */
export type ChainPoint = PlannedPoint & Readonly<{ model: PreparedModel; dataset: PreparedDataset; method: Method }>;

export type NativePoint = PlannedPoint &
  Readonly<{ model: NativeModel; dataset: PreparedDataset; method: NativeMethod }>;

export type PreparedPoint = ChainPoint | NativePoint;

export const isChainPoint = (point: PreparedPoint): point is ChainPoint => "engine" in point.model;

export const isNativePoint = (point: PreparedPoint): point is NativePoint => "native" in point.model;

/** What all points of an experiment have in common. */
export type Conditions = Readonly<{
  sampling: Sampling;
  seed: number;
  epochs: number;
  maxAnswerTokens: number;
  /** Whether points share their chains, or each has its own. */
  share: boolean;
}>;
