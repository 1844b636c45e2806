import { InsufficientMemoryError, type Llama, type LlamaContext, type LlamaModel } from "node-llama-cpp";
import { UserError } from "../../../core/user-error.ts";
import { hasOnePoolThread, letOneReadAtATime } from "./one-reader.ts";
import { loadBinary } from "./binary.ts";
import type { KvType } from "./context-length.ts";
import type { LlamaOptions } from "./options.ts";

export type Loaded = Readonly<{ llama: Llama; model: LlamaModel; context: LlamaContext }>;

/** Tokens of one decoding step: enough for every sequence, and for prompts to be read in large pieces. */
export const batchSizeOf = (options: LlamaOptions): number => Math.max(512, options.sequences);

export const load = async (options: LlamaOptions, contextLength: number, kvType: KvType): Promise<Loaded> => {
  const { llama, complaints } = await loadBinary(options);
  complaints.length = 0;
  let model: LlamaModel | undefined;
  try {
    model = await llama.loadModel({ modelPath: options.path });
    const context = await model.createContext({
      contextSize: contextLength,
      sequences: options.sequences,
      threads: options.threads,
      batchSize: batchSizeOf(options),
      // Slower on a CPU, and its sums come in another order.
      flashAttention: false,
      // Without it the caches of models with sliding windows could not be cut back to any prefix.
      swaFullCache: true,
      experimentalKvCacheKeyType: kvType,
      experimentalKvCacheValueType: kvType,
      failedCreationRemedy: false,
    });
    if (!hasOnePoolThread()) letOneReadAtATime(context);
    return { llama, model, context };
  } catch (cause) {
    await model?.dispose();
    throw loadError(options, contextLength, { cause, complaints });
  }
};

type Failure = Readonly<{ cause: unknown; complaints: readonly string[] }>;

const loadError = (options: LlamaOptions, contextLength: number, { cause, complaints }: Failure): UserError => {
  const caches = `${options.sequences} sequences of ${contextLength} tokens`;
  if (cause instanceof InsufficientMemoryError)
    return new UserError(`model "${options.path}" with ${caches} does not fit into memory`, {
      hint: "lower `sequences` or `context_length`",
      cause,
    });
  const reason = complaints[0] ?? (cause instanceof Error ? cause.message : String(cause));
  return new UserError(`llama.cpp cannot load model "${options.path}" with ${caches}: ${reason}`, { cause });
};
