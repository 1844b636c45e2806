import { ContextOverflow } from "../../../core/context-overflow.ts";
import { marksWithin } from "../../../core/marks.ts";
import type { Engine, Sampled, Scored } from "../../../ports/engine.ts";
import { pieceText } from "../piece-text.ts";
import { checkIds, checkSpan } from "../check-span.ts";
import { Decoder } from "./decoder.ts";
import { readGguf } from "./gguf.ts";
import { describeEngine } from "./info.ts";
import { load } from "./load.ts";
import { LlamaOptions, type LlamaInput } from "./options.ts";
import { hasOnePoolThread } from "./pool-thread.ts";
import { probeModel } from "./probe.ts";
import { ScoreLane } from "./score-lane.ts";
import { shapeOf } from "./shape.ts";
import { givenBy } from "../top-options.ts";
import { readsTop } from "./top-reading.ts";
import { sizesOf, thisMachine } from "./sizes.ts";
import { SpanLane } from "./span-lane.ts";
import { createLlamaText } from "./text.ts";
import { adaptiveThreads, fixedThreads } from "./thread-chooser.ts";
import { vocabularyOf } from "./vocabulary.ts";

export type LlamaHooks = Readonly<{
  /** Folder that remembers which models a process of their own has loaded; without one no model is tried first. */
  probes?: string;
}>;

/**
 * llama.cpp in this process. Spans in flight are decoded in one batch, each in a slot whose cache is cut back to the
 * prefix, so a budget ladder pays for its thought once.
 *
 * With F32 weights and cache a span has the same tokens alone and in a batch, from an empty cache and a full one, in
 * one piece and in two, on every CPU: logits differ by 1e-5 at most, so only a tie of that size could break it. Other
 * weights round by batch and CPU; `facts` names both.
 *
 * Start Node with UV_THREADPOOL_SIZE=1: each step and each draw is a job of its pool, and more threads wait for each
 * other.
 */
export const createLlamaEngine = async (input: LlamaInput, { probes }: LlamaHooks = {}): Promise<Engine> => {
  const options = LlamaOptions.parse(input);
  const shape = shapeOf(await readGguf(options.path));
  if (probes !== undefined) await probeModel(options, probes);
  const sizes = sizesOf(options, shape, thisMachine());
  const loaded = await load(options, sizes);
  const vocabulary = vocabularyOf(loaded.model);
  const { idsOf, textOf } = createLlamaText(loaded.model, vocabulary, sizes.contextLength);
  const info = { ...(await describeEngine({ options, shape, loaded, sizes })), vocabulary };
  const telling = { given: givenBy(options), large: readsTop(info.vocabularySize) };
  const decoder = new Decoder({
    memory: loaded.memory,
    batchSize: sizes.batchSize,
    threads: options.threads === undefined ? adaptiveThreads(sizes.mostThreads) : fixedThreads(options.threads),
    onePoolThread: hasOnePoolThread(),
  });
  return {
    info,
    tokenize: async (text, { special }) => idsOf(text, special),
    detokenize: async (ids) => {
      checkIds(ids, info);
      return textOf(ids);
    },
    pieces: async (ids) => ids.map((id) => pieceText(textOf, id)),
    marksIn: async (text) => marksWithin(text, vocabulary.marks),
    generate: async (span, watch) => {
      checkSpan(span, info);
      watch.signal.throwIfAborted();
      return new Promise<Sampled>((resolve, reject) =>
        decoder.submit(new SpanLane(span, watch, { telling, resolve, reject })),
      );
    },
    score: async (scoring, watch) => {
      checkIds(scoring.ids, info);
      if (scoring.ids.length > info.contextLength)
        throw new ContextOverflow({
          prefixLength: scoring.ids.length,
          maxTokens: 0,
          contextLength: info.contextLength,
        });
      watch.signal.throwIfAborted();
      if (scoring.ids.length < 2) return [];
      return new Promise<readonly Scored[]>((resolve, reject) =>
        decoder.submit(new ScoreLane(scoring, watch, { resolve, reject })),
      );
    },
    close: async () => {
      await decoder.close(new Error("the engine is closed"));
      await loaded.memory.dispose();
      await loaded.model.dispose();
    },
  };
};
