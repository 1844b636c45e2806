import type { ControlledEvaluateInputItem, LlamaContextSequence, Token } from "node-llama-cpp";
import { isGreedy } from "../../../core/sampling.ts";
import type { Span } from "../../../ports/engine.ts";
import { drawFrom } from "./distribution.ts";
import { positionSeed } from "../position-seed.ts";

export type Drawn = Readonly<{ id: number; logprob: number | null }>;

/** Feeds tokens to a sequence and draws the one that follows. */
export type Step = Readonly<{ next(feed: readonly number[]): Promise<Drawn>; end(): Promise<void> }>;

/** Greedy decoding in the library's own loop, its fastest way. Among equals llama.cpp takes the lowest id. */
export const greedyStep = (sequence: LlamaContextSequence, logprobs: boolean): Step => {
  let loop: AsyncGenerator<Evaluated, void, Token[]> | undefined;
  const options = { ...wholeDistribution, temperature: 0, yieldEogToken: true } as const;
  return {
    next: async (feed) => {
      const started = loop;
      loop ??= sequence.evaluateWithMetadata(tokens(feed), { confidence: logprobs }, options);
      const { value } = await (started ? started.next(tokens(feed)) : loop.next());
      if (!value) throw new Error("decoding ended without a token");
      return { id: value.token, logprob: value.confidence === undefined ? null : Math.log(value.confidence) };
    },
    end: async () => {
      await loop?.return();
    },
  };
};

type Evaluated = Readonly<{ token: Token; confidence?: number }>;

/** Sampling by llama.cpp, one seed a token: a generator that runs on would depend on where a span began. */
export const sampledStep = (sequence: LlamaContextSequence, { sampling, seed }: Span): Step => ({
  next: async (feed) => {
    const position = sequence.nextTokenIndex + feed.length;
    const options = { ...sampling, seed: positionSeed(seed, position) };
    const next = await evaluate(sequence, feed, { token: true, options });
    if (next.token === undefined || next.token === null) throw new Error("no token could be sampled");
    return { id: next.token, logprob: null };
  },
  end: async () => {},
});

/** Sampling from the distribution itself: for masked tokens, which the library cannot rule out if they end generation, and for log-probabilities. */
export const readStep = (
  sequence: LlamaContextSequence,
  { sampling, seed }: Span,
  { masked, logprobs }: Readonly<{ masked: ReadonlySet<number>; logprobs: boolean }>,
): Step => ({
  next: async (feed) => {
    const position = sequence.nextTokenIndex + feed.length;
    const options = { ...wholeDistribution, temperature: 0 };
    const { probabilities } = await evaluate(sequence, feed, { probabilities: true, options });
    if (!probabilities) throw new Error("no distribution could be read");
    const id = drawFrom(probabilities, { sampling, masked, random: positionSeed(seed, position) / 2 ** 31 });
    return { id, logprob: logprobs ? Math.log(probabilities.get(id as Token) ?? 0) : null };
  },
  end: async () => {},
});

/** What decodes the tokens of a span that are not masked. */
export const plainStep = (sequence: LlamaContextSequence, span: Span, logprobs: boolean): Step => {
  if (isGreedy(span.sampling)) return greedyStep(sequence, logprobs);
  return logprobs ? readStep(sequence, span, { masked: new Set(), logprobs }) : sampledStep(sequence, span);
};

/** Said outright, because the library's defaults are topK 40 and topP 0.95. */
const wholeDistribution = { topK: 0, topP: 1, minP: 0 } as const;

type GenerateNext = NonNullable<Extract<ControlledEvaluateInputItem, readonly unknown[]>[1]["generateNext"]>;

const evaluate = async (sequence: LlamaContextSequence, feed: readonly number[], generateNext: GenerateNext) => {
  const ids = tokens(feed);
  const last = ids.pop();
  if (last === undefined) throw new Error("nothing to feed");
  const output = await sequence.controlledEvaluate([...ids, [last, { generateNext }]]);
  const next = output[ids.length]?.next;
  if (!next) throw new Error("decoding gave no output");
  return next;
};

/** The library marks token ids with a type of its own. */
export const tokens = (ids: readonly number[]): Token[] => [...ids] as Token[];
