import { createOpenAIEngine, type OpenAIInput, type Try } from "../../../../src/adapters/engine/openai/engine.ts";
import { greedy } from "../../../../src/core/sampling.ts";
import type { Engine, Sampled, Span } from "../../../../src/ports/engine.ts";
import { encode, eos, thinkEnd } from "../../../doubles/fake-tokenizer.ts";
import { model } from "../../../doubles/vllm-double.ts";

export type Opened = Readonly<{ engine: Engine; tries: Try[] }>;

const quick = { firstMs: 1, mostMs: 20, random: () => 0.5 };

export const openEngine = async (
  input: Partial<OpenAIInput> & Pick<OpenAIInput, "base_url" | "dialect">,
  env: Record<string, string> = {},
): Promise<Opened> => {
  const tries: Try[] = [];
  const engine = await createOpenAIEngine({ model, ...input }, env, {
    onTry: (tried) => tries.push(tried),
    backoff: quick,
  });
  return { engine, tries };
};

export const spanOf = (changes: Partial<Span> = {}): Span => ({
  prefix: encode("What is 12 + 12?"),
  maxTokens: 64,
  minTokens: 0,
  stops: [[thinkEnd], [eos]],
  sampling: greedy,
  seed: 7,
  ...changes,
});

export const run = (
  engine: Engine,
  span: Span,
  chain = "chain",
  signal = new AbortController().signal,
): Promise<Sampled> => engine.generate(span, { signal, chain });

/** Spans of all kinds: natural ends, cut ones, masked ones, long stops. */
export const manySpans = (count: number): readonly Span[] =>
  Array.from({ length: count }, (_, at) =>
    spanOf({
      prefix: encode(`What is the answer to ${at}?`),
      maxTokens: 1 + ((at * 7) % 60),
      minTokens: at % 3 === 0 ? at % 10 : 0,
      stops: at % 4 === 0 ? [encode("Wait a"), [eos]] : [[thinkEnd], [eos]],
    }),
  );
