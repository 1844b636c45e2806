import { InsufficientMemoryError, type Llama, type LlamaContext, type LlamaModel } from "node-llama-cpp";
import { UserError } from "../../../core/user-error.ts";
import { loadBinary } from "./binary.ts";
import { Memory } from "./memory.ts";
import type { LlamaOptions } from "./options.ts";
import type { Sizes } from "./sizes.ts";

export type Loaded = Readonly<{ llama: Llama; model: LlamaModel; memory: Memory }>;

export const load = async (options: LlamaOptions, sizes: Sizes): Promise<Loaded> => {
  const { llama, complaints } = await loadBinary(options, sizes.mostThreads);
  complaints.length = 0;
  const failed = (cause: unknown, caches: string): UserError =>
    loadError(options.path, caches, { cause, complaints: complaints.splice(0) });
  const model = await llama.loadModel({ modelPath: options.path }).catch((cause: unknown) => {
    throw failed(cause, "");
  });
  const open = (sequences: number, length: number): Promise<LlamaContext> =>
    openContext(model, sizes, { sequences, length }).catch((cause: unknown) => {
      throw failed(cause, ` with ${sequences} sequences of ${length} tokens`);
    });
  try {
    return { llama, model, memory: await Memory.allocate(open, sizes.cache) };
  } catch (error) {
    await model.dispose();
    throw error;
  }
};

type Caches = Readonly<{ sequences: number; length: number }>;

const openContext = (
  model: LlamaModel,
  { mostThreads, batchSize, kvType }: Sizes,
  { sequences, length }: Caches,
): Promise<LlamaContext> =>
  model.createContext({
    contextSize: length,
    sequences,
    threads: mostThreads,
    batchSize,
    // Slower on a CPU, and its sums come in another order.
    flashAttention: false,
    // Without it the caches of models with sliding windows could not be cut back to any prefix.
    swaFullCache: true,
    experimentalKvCacheKeyType: kvType,
    experimentalKvCacheValueType: kvType,
    failedCreationRemedy: false,
  });

type Failure = Readonly<{ cause: unknown; complaints: readonly string[] }>;

const loadError = (path: string, caches: string, { cause, complaints }: Failure): UserError => {
  if (cause instanceof InsufficientMemoryError)
    return new UserError(`model "${path}"${caches} does not fit into memory`, {
      hint: "lower `sequences` or `context_length`",
      cause,
    });
  const reason = complaints[0] ?? (cause instanceof Error ? cause.message : String(cause));
  return new UserError(`llama.cpp cannot load model "${path}"${caches}: ${reason}`, { cause });
};
