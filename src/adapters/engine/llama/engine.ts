import { ContextOverflow } from "../../../core/context-overflow.ts";
import type { Engine } from "../../../ports/engine.ts";
import { checkIds, checkSpan } from "../check-span.ts";
import { contextLengthOf, kvTypeOf } from "./context-length.ts";
import { decode } from "./decode.ts";
import { readGguf } from "./gguf.ts";
import { describeEngine } from "./info.ts";
import { batchSizeOf, load } from "./load.ts";
import { LlamaOptions, type LlamaInput } from "./options.ts";
import { score } from "./score.ts";
import { createRounds } from "./rounds.ts";
import { shapeOf } from "./shape.ts";
import { createSlotPool } from "./slots.ts";
import { createLlamaText } from "./text.ts";

/**
 * llama.cpp in this process. Spans in flight are decoded in one batch, each in a slot whose cache is cut
 * back to the prefix, so a budget ladder pays for its thought once.
 *
 * With F32 weights and cache a span has the same tokens alone and in a batch, from an empty cache and a
 * full one, in one piece and in two, on every CPU: logits differ by 1e-5 at most, so only a tie of that
 * size could break it. Other weights round by batch and CPU; `facts` names both.
 *
 * Start Node with UV_THREADPOOL_SIZE=1: each step is a job of its pool, and more threads make 8 or more
 * sequences up to twice as slow.
 */
export const createLlamaEngine = async (input: LlamaInput): Promise<Engine> => {
  const options = LlamaOptions.parse(input);
  const shape = shapeOf(await readGguf(options.path));
  const kvType = kvTypeOf(options, shape);
  const contextLength = contextLengthOf(options, shape, kvType);
  const loaded = await load(options, contextLength, kvType);
  const { idsOf, textOf } = createLlamaText(loaded.model);
  const pool = createSlotPool(loaded.context);
  const decoding = { logprobs: options.logprobs, batchSize: batchSizeOf(options), rounds: createRounds() };
  const info = await describeEngine({ options, shape, loaded, contextLength, kvType });
  return {
    info,
    tokenize: async (text, { special }) => idsOf(text, special),
    detokenize: async (ids) => {
      checkIds(ids, info);
      return textOf(ids);
    },
    generate: async (span, watch) => {
      checkSpan(span, info);
      watch.signal.throwIfAborted();
      const slot = await pool.take({ prefix: span.prefix, chain: watch.chain, signal: watch.signal });
      try {
        return await decode(slot, span, watch, decoding);
      } finally {
        pool.release(slot, watch.chain);
      }
    },
    score: async (scoring, { signal, chain }) => {
      checkIds(scoring.ids, info);
      if (scoring.ids.length > contextLength)
        throw new ContextOverflow({ prefixLength: scoring.ids.length, maxTokens: 0, contextLength });
      const slot = await pool.take({ prefix: scoring.ids, chain, signal });
      try {
        return await score(slot, scoring, { signal, rounds: decoding.rounds });
      } finally {
        pool.release(slot, chain);
      }
    },
    close: async () => {
      pool.close(new Error("the engine is closed"));
      await loaded.model.dispose();
    },
  };
};
