import { UserError } from "../../../core/user-error.ts";
import type { LlamaOptions } from "./options.ts";
import type { Shape } from "./shape.ts";

export type KvType = "F32" | "F16";

export const kvTypeOf = (options: LlamaOptions, shape: Shape): KvType =>
  options.kv_type ?? (shape.weight_type === "F32" ? "F32" : "F16");

/** Of all caches together. */
export const cacheLimit = 4 * 2 ** 30;
const fallback = 4096;

/**
 * The trained length, or as much of it as one cache of 4 GiB holds, in steps of 256. A constant limit, not the memory
 * that happens to be free: how long a chain may get is part of a result.
 */
export const contextLengthOf = (options: LlamaOptions, shape: Shape, kvType: KvType): number => {
  const trained = shape.trained_context;
  if (options.context_length === undefined) return Math.min(trained ?? fallback, affordable(shape, kvType));
  if (trained !== null && options.context_length > trained)
    throw new UserError(
      `context_length ${options.context_length} exceeds the ${trained} tokens the model was trained on`,
      {
        hint: `use at most ${trained}`,
      },
    );
  return options.context_length;
};

/** Of one token in the cache. */
export const tokenBytesOf = (shape: Shape, kvType: KvType): number =>
  2 * shape.layers * shape.kv_heads * shape.head_dim * (kvType === "F32" ? 4 : 2);

const affordable = (shape: Shape, kvType: KvType): number =>
  Math.max(256, Math.floor(cacheLimit / tokenBytesOf(shape, kvType) / 256) * 256);
