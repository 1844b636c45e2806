import type { Sampling } from "../core/sampling.ts";
import type { Engine, Sampled } from "../ports/engine.ts";
import type { Delimiters, Task } from "../ports/method.ts";

/** What a method knows of a model. */
export type ModelSide = Readonly<{ engine: Pick<Engine, "info" | "tokenize" | "detokenize">; delimiters: Delimiters }>;

export type Fitted = Pick<Task, "delimiters" | "contextLength" | "parallel" | "encode" | "decode">;

export const fittedTo = ({ engine, delimiters }: ModelSide): Fitted => ({
  delimiters,
  contextLength: engine.info.contextLength,
  parallel: engine.info.concurrency,
  encode: (text, options = { special: false }) => engine.tokenize(text, options),
  decode: (ids) => engine.detokenize(ids),
});

/** What is different from one attempt to the next. Without a grader a reply is its answer. */
type Own = Pick<Task, "problem" | "prompt" | "maxAnswerTokens" | "chain"> &
  Partial<Pick<Task, "answerIn" | "sameAnswer" | "decide" | "spend" | "random" | "naturalTokens">>;

/** What a method is given for one attempt. */
export const taskOf = (model: ModelSide, own: Own): Task => ({
  ...fittedTo(model),
  answerIn: async (reply) => reply,
  sameAnswer: (a, b) => a === b,
  ...own,
});

export type Direct = Readonly<{
  sampling: Sampling;
  seed: number;
  signal: AbortSignal;
  /** See `Watch.chain`. */
  nameOf: (prompt: readonly number[]) => string;
  onSampled?: (sampled: Sampled) => void;
}>;

/** Chains that ask the engine itself: nothing is stored or shared. */
export const directChain =
  (engine: Pick<Engine, "generate">, { signal, nameOf, onSampled, ...how }: Direct): Task["chain"] =>
  (prompt, draw = 0, own = {}) =>
  async ({ after, maxTokens, stops, minTokens = 0 }) => {
    const sampling = { ...how.sampling, ...own };
    const span = { prefix: [...prompt, ...after], maxTokens, minTokens, stops, sampling, seed: how.seed + draw };
    const sampled = await engine.generate(span, { signal, chain: nameOf(prompt) });
    onSampled?.(sampled);
    return sampled;
  };
