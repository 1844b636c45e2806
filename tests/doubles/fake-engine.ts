import { positionSeed } from "../../src/adapters/engine/position-seed.ts";
import { checkSpan } from "../../src/adapters/engine/check-span.ts";
import { endsInStop, masks } from "../../src/adapters/engine/stop-sequences.ts";
import type { Engine, Sampled, Span } from "../../src/ports/engine.ts";
import { logprobOf, nextToken } from "./fake-model.ts";
import { decode, encode, eos } from "./fake-tokenizer.ts";

export const contextLength = 4096;

/** What the port demands, in one loop: the reference that every double and dialect is compared with. */
export const sampleSpan = (span: Span): Sampled => {
  const masked = masks(span);
  const tokenIds: number[] = [];
  const logprobs: number[] = [];
  let stopped = false;
  while (!stopped && tokenIds.length < span.maxTokens) {
    const prefix = [...span.prefix, ...tokenIds];
    const id = nextToken(prefix, {
      temperature: span.sampling.temperature,
      masked: masked(tokenIds.length),
      random: positionSeed(span.seed, prefix.length),
    });
    tokenIds.push(id);
    logprobs.push(logprobOf(prefix, id));
    stopped = endsInStop(tokenIds, span.stops);
  }
  return { tokenIds, stop: stopped ? "stop" : "length", logprobs, promptTokens: span.prefix.length, cachedTokens: 0 };
};

/** The fake model in process. */
export const fakeEngine = (changes: Partial<Engine> = {}): Engine => ({
  info: {
    identity: { engine: "fake" },
    facts: {},
    contextLength,
    eosIds: [eos],
    vocabularySize: null,
    concurrency: 8,
    chatTemplate: null,
    bosText: null,
    eosText: null,
    vocabulary: null,
  },
  tokenize: async (text) => encode(text),
  marksIn: async () => [],
  detokenize: async (ids) => decode(ids),
  generate: async (span, watch) => {
    watch.signal.throwIfAborted();
    checkSpan(span, { contextLength, vocabularySize: null });
    const sampled = sampleSpan(span);
    watch.onTokens?.(sampled.tokenIds, sampled.logprobs);
    return sampled;
  },
  close: async () => undefined,
  ...changes,
});
