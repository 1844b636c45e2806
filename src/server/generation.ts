import type { Engine, Sampled, Span } from "../ports/engine.ts";
import { createChannel } from "./channel.ts";

/** Tokens as an engine brings them. */
export type Batch = Readonly<{ ids: readonly number[]; logprobs: readonly number[] | null }>;

export type Ending = Readonly<{
  finish: "stop" | "length";
  /** The matched stop: an id or a text; null for the model's own end. */
  reason: number | string | null;
  promptTokens: number;
  /** All tokens sampled or forced, the stop token included. */
  completionTokens: number;
  /** Of these, the thought's; null where thought and answer are not separated. */
  reasoningTokens: number | null;
  cachedTokens: number | null;
}>;

/**
 * Requests that share their beginning are taken for one chain, so that an engine with several caches keeps them
 * together.
 */
export const chainOf = (prompt: readonly number[]): string => prompt.slice(0, 256).join();

/** Runs one span and gives its tokens as they come. Left early, it stops the engine. */
export async function* runSpan(
  engine: Engine,
  span: Span,
  signal: AbortSignal,
): AsyncGenerator<Batch, Sampled, undefined> {
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
  try {
    yield* batches.values();
    return await result;
  } finally {
    signal.removeEventListener("abort", follow);
    stopping.abort(new Error("no more is wanted"));
  }
}

/** The stop id that a client named itself; null for the model's own end. */
export const namedStop = ({ tokenIds, stop }: Sampled, named: readonly number[]): number | null => {
  const last = tokenIds.at(-1);
  return stop === "stop" && last !== undefined && named.includes(last) ? last : null;
};

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

/** Null as soon as one of them is. */
const sumOf = (numbers: readonly (number | null)[]): number | null => {
  const known = numbers.filter((one) => one !== null);
  return known.length === numbers.length ? sum(known) : null;
};

/** What a request took. A prompt counts once, however many choices were drawn after it. */
export type Totals = Readonly<{
  prompt: number;
  completion: number;
  cached: number | null;
  reasoning: number | null;
}>;

export const totalsOf = (endings: readonly Ending[], choices: number): Totals => ({
  prompt: sum(endings.filter((_, at) => at % choices === 0).map(({ promptTokens }) => promptTokens)),
  completion: sum(endings.map(({ completionTokens }) => completionTokens)),
  cached: sumOf(endings.filter((_, at) => at % choices === 0).map(({ cachedTokens }) => cachedTokens)),
  reasoning: sumOf(endings.map(({ reasoningTokens }) => reasoningTokens)),
});

export const usageOf = ({ prompt, completion, cached, reasoning }: Totals): object => ({
  prompt_tokens: prompt,
  completion_tokens: completion,
  total_tokens: prompt + completion,
  prompt_tokens_details: cached === null ? null : { cached_tokens: cached },
  ...(reasoning === null ? {} : { completion_tokens_details: { reasoning_tokens: reasoning } }),
});
