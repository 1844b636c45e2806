import type { Engine, Sampled, Span } from "../ports/engine.ts";
import { createChannel } from "./channel.ts";
import { createTextStream } from "./text-stream.ts";

/** What a generation brings while it runs. */
export type Delta = Readonly<{ ids: readonly number[]; text: string; logprobs: readonly number[] | null }>;

export type Ending = Readonly<{
  finish: "stop" | "length";
  /** The matched stop: an id or a text; null for the model's own end. */
  reason: number | string | null;
  promptTokens: number;
  /** All tokens sampled, the stop token included. */
  completionTokens: number;
  cachedTokens: number | null;
}>;

export type Order = Readonly<{
  engine: Engine;
  span: Span;
  /** Texts to stop at; cut off the text, but not off the ids. */
  stopTexts: readonly string[];
  /** Stop ids that the client named itself. */
  namedStops: ReadonlySet<number>;
  /** Ids that are left out of the text. */
  hidden: ReadonlySet<number>;
}>;

type Found = Readonly<{ at: number; text: string }>;

const firstOf = (text: string, stops: readonly string[]): Found | null =>
  stops.reduce<Found | null>((best, stop) => {
    const at = text.indexOf(stop);
    return at >= 0 && (best === null || at < best.at) ? { at, text: stop } : best;
  }, null);

/** How much of the end of a text may be the beginning of a stop. */
const heldBack = (text: string, stops: readonly string[]): number => {
  const longest = Math.max(0, ...stops.map((stop) => stop.length - 1));
  for (let length = Math.min(longest, text.length); length > 0; length -= 1) {
    const tail = text.slice(-length);
    if (stops.some((stop) => stop.startsWith(tail))) return length;
  }
  return 0;
};

/** Requests that share their beginning are taken for one chain, so that an engine with several caches keeps them together. */
export const chainOf = (prompt: readonly number[]): string => prompt.slice(0, 256).join();

type Batch = Readonly<{ ids: readonly number[]; logprobs: readonly number[] | null }>;

const reasonOf = ({ tokenIds, stop }: Sampled, namedStops: ReadonlySet<number>): number | null => {
  const last = tokenIds.at(-1);
  return stop === "stop" && last !== undefined && namedStops.has(last) ? last : null;
};

/** Runs one span and gives its tokens and text as they come; ends early at a stop text. */
export async function* runSpan(
  { engine, span, stopTexts, namedStops, hidden }: Order,
  signal: AbortSignal,
): AsyncGenerator<Delta, Ending, undefined> {
  const batches = createChannel<Batch>();
  const stopping = new AbortController();
  const follow = () => stopping.abort(signal.reason);
  signal.addEventListener("abort", follow, { once: true });
  if (signal.aborted) follow();
  const result = engine
    .generate(span, {
      signal: stopping.signal,
      chain: chainOf(span.prefix),
      onTokens: (ids, logprobs) => batches.push({ ids, logprobs }),
    })
    .finally(batches.end);
  result.catch(() => undefined);
  const texts = createTextStream(engine, span.prefix, hidden);
  let held = "";
  let count = 0;
  try {
    for await (const { ids, logprobs } of batches.values()) {
      count += ids.length;
      held += await texts.push(ids);
      const found = firstOf(held, stopTexts);
      if (found) {
        yield { ids, text: held.slice(0, found.at), logprobs };
        return {
          finish: "stop",
          reason: found.text,
          promptTokens: span.prefix.length,
          completionTokens: count,
          cachedTokens: null,
        };
      }
      const keep = heldBack(held, stopTexts);
      yield { ids, text: held.slice(0, held.length - keep), logprobs };
      held = held.slice(held.length - keep);
    }
    const sampled = await result;
    const rest = held + (await texts.end());
    if (rest !== "") yield { ids: [], text: rest, logprobs: null };
    return {
      finish: sampled.stop,
      reason: reasonOf(sampled, namedStops),
      promptTokens: span.prefix.length,
      completionTokens: sampled.tokenIds.length,
      cachedTokens: sampled.cachedTokens,
    };
  } finally {
    signal.removeEventListener("abort", follow);
    stopping.abort(new Error("no more is wanted"));
  }
}

export const usageOf = ({ promptTokens, completionTokens, cachedTokens }: Ending): object => ({
  prompt_tokens: promptTokens,
  completion_tokens: completionTokens,
  total_tokens: promptTokens + completionTokens,
  prompt_tokens_details: cachedTokens === null ? null : { cached_tokens: cachedTokens },
});
