import { mostOf } from "../../../core/extremes.ts";
import { availableParallelism, totalmem } from "node:os";
import { cacheLimit, contextLengthOf, kvTypeOf, tokenBytesOf, type KvType } from "./context-length.ts";
import type { MemoryPlan } from "./memory.ts";
import type { LlamaOptions } from "./options.ts";
import type { Shape } from "./shape.ts";

export type Machine = Readonly<{ cores: number; memory: number }>;

export const thisMachine = (): Machine => ({ cores: availableParallelism(), memory: totalmem() });

/** What a model takes on a machine. */
export type Sizes = Readonly<{
  contextLength: number;
  kvType: KvType;
  /** Chains decoded in one batch, while their caches are short. */
  sequences: number;
  cache: MemoryPlan;
  /** Tokens of one decoding step: enough for every sequence, and for prompts to be read in large pieces. */
  batchSize: number;
  /** The number is found while decoding, up to this one; given by the user, it is the number. */
  mostThreads: number;
  bytes: Readonly<{ cache: number; mostCache: number }>;
}>;

/** Tokens that a cache holds at first: most thoughts of small models, and little memory. */
const firstLength = 1024;

/** More chains make a batch no faster on a CPU, and each has a cache. */
const usualSequences = 16;

/** A step of a smaller model is over before a second thread has begun, and JavaScript can use the core. */
const threadedParameters = 8e6;

/** Beyond these, threads of one step wait for each other more than they help. */
const usefulThreads = 16;

export const sizesOf = (options: LlamaOptions, shape: Shape, machine: Machine): Sizes => {
  const kvType = kvTypeOf(options, shape);
  const contextLength = contextLengthOf(options, shape, kvType);
  const first = Math.min(contextLength, firstLength);
  const sequencesAt = sequencesFor(options, tokenBytesOf(shape, kvType), machine);
  const bytesAt = (length: number): number => sequencesAt(length) * length * tokenBytesOf(shape, kvType);
  return {
    contextLength,
    kvType,
    sequences: sequencesAt(first),
    cache: { first, most: contextLength, sequences: sequencesAt },
    batchSize: Math.max(512, sequencesAt(first)),
    mostThreads: options.threads ?? mostThreadsFor(shape, machine),
    bytes: { cache: bytesAt(first), mostCache: mostOf(lengthsUpTo(first, contextLength).map(bytesAt)) },
  };
};

/** As many as the memory allows; a user who names both their number and their length has done the sum. */
const sequencesFor =
  ({ sequences, context_length }: LlamaOptions, tokenBytes: number, { memory }: Machine) =>
  (length: number): number => {
    const wanted = sequences ?? usualSequences;
    if (sequences !== undefined && context_length !== undefined) return wanted;
    const affordable = Math.floor(Math.min(cacheLimit, memory / 4) / (tokenBytes * length));
    return Math.max(1, Math.min(wanted, affordable));
  };

const mostThreadsFor = ({ parameters }: Shape, { cores }: Machine): number =>
  parameters < threadedParameters ? 1 : Math.min(usefulThreads, cores);

/** The lengths that a growing cache goes through. */
const lengthsUpTo = (first: number, most: number): readonly number[] =>
  first >= most ? [most] : [first, ...lengthsUpTo(Math.min(2 * first, most), most)];
