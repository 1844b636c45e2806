import type { Sampled, Span, Watch } from "../../../ports/engine.ts";
import type { Rounds } from "./rounds.ts";
import { sharedLength, type Slot } from "./slots.ts";
import { plainStep, readStep, tokens, type Step } from "./steps.ts";
import { endsInStop, masks } from "../stop-sequences.ts";

export type DecodeOptions = Readonly<{ logprobs: boolean; batchSize: number; rounds: Rounds }>;

/** Decodes a span in a slot, reusing what the slot's cache shares with the prefix. */
export const decode = async (slot: Slot, span: Span, watch: Watch, options: DecodeOptions): Promise<Sampled> => {
  options.rounds.join();
  try {
    const cachedTokens = await cutBack(slot, span);
    const feed = await feedPrompt(slot, span.prefix.slice(slot.sequence.nextTokenIndex), watch, options);
    const sampled = await sample(slot, span, { feed, watch, options });
    return { ...sampled, promptTokens: span.prefix.length, cachedTokens };
  } finally {
    options.rounds.leave();
  }
};

/** Leaves in the cache what it shares with the prefix, less the last token: feeding that one gives the first distribution. */
const cutBack = async ({ sequence, ids }: Slot, { prefix }: Span): Promise<number> => {
  const kept = Math.min(sharedLength(ids, prefix), prefix.length - 1);
  const before = sequence.tokenMeter.usedInputTokens;
  if (kept < ids.length) await sequence.eraseContextTokenRanges([{ start: kept, end: ids.length }]);
  // Recurrent models cannot go back: the library then reads again what they should have kept.
  return Math.max(0, kept - (sequence.tokenMeter.usedInputTokens - before));
};

/** Long prompts are read batch by batch, so that an abort is heard between them. Returns what is left to feed. */
const feedPrompt = async (
  { sequence }: Slot,
  missing: readonly number[],
  { signal }: Watch,
  { batchSize, rounds }: DecodeOptions,
): Promise<readonly number[]> => {
  let at = 0;
  for (; missing.length - at > batchSize; at += batchSize) {
    await rounds.turn();
    signal.throwIfAborted();
    await sequence.evaluateWithoutGeneratingNewTokens(tokens(missing.slice(at, at + batchSize)));
  }
  return missing.slice(at);
};

type Work = Readonly<{ feed: readonly number[]; watch: Watch; options: DecodeOptions }>;

const sample = async (
  { sequence }: Slot,
  span: Span,
  { feed, watch, options: { logprobs, rounds } }: Work,
): Promise<Pick<Sampled, "tokenIds" | "stop" | "logprobs">> => {
  const tokenIds: number[] = [];
  const logs: number[] | null = logprobs ? [] : null;
  const maskedAt = masks(span);
  const plain = plainStep(sequence, span, logprobs);
  const stepAt = (at: number): Step => {
    const masked = maskedAt(at);
    return masked.size > 0 ? readStep(sequence, span, { masked, logprobs }) : plain;
  };
  try {
    for (let pending = feed; tokenIds.length < span.maxTokens; pending = tokenIds.slice(-1)) {
      await rounds.turn();
      watch.signal.throwIfAborted();
      const { id, logprob } = await stepAt(tokenIds.length).next(pending);
      watch.signal.throwIfAborted();
      tokenIds.push(id);
      if (logprob !== null) logs?.push(logprob);
      watch.onTokens?.([id], logprob === null ? null : [logprob]);
      if (endsInStop(tokenIds, span.stops)) return { tokenIds, stop: "stop", logprobs: logs };
    }
    return { tokenIds, stop: "length", logprobs: logs };
  } finally {
    await plain.end();
  }
};
