import type { Sampling } from "../core/sampling.ts";
import type { Piece } from "../core/segment.ts";
import { budgetForcingMethod } from "../methods/budget-forcing.ts";
import type { Delimiters, Task } from "../ports/method.ts";
import type { Sampled } from "../ports/engine.ts";
import { ApiError } from "./api-error.ts";
import { chainOf } from "./generation.ts";
import type { Budget, ServedModel } from "./served-model.ts";

export type BudgetFields = Readonly<{
  max_thinking_tokens?: number | null | undefined;
  ignore_ends?: number | null | undefined;
  continuation?: string | null | undefined;
  max_answer_tokens?: number | null | undefined;
}>;

/** Bounds of one answer under budget forcing. */
export type Bounds = Readonly<{
  maxThinking: number | null;
  ignoreEnds: number;
  continuation: string;
  maxAnswer: number;
}>;

const defaultAnswer = 512;

/** Fields count before the name; `max_tokens` bounds thought and answer together. */
export const boundsOf = (fields: BudgetFields, named: Budget | null, maxTokens: number | null): Bounds | null => {
  const asked = named !== null || fields.max_thinking_tokens != null || fields.ignore_ends != null;
  if (!asked) {
    if (fields.continuation != null)
      throw new ApiError(400, "continuation needs ignore_ends: without it no end is ignored", "continuation");
    return null;
  }
  const answer = fields.max_answer_tokens ?? null;
  const thinking =
    fields.max_thinking_tokens ??
    named?.max_thinking_tokens ??
    (maxTokens === null ? null : Math.max(0, maxTokens - (answer ?? Math.min(defaultAnswer, maxTokens >> 1))));
  const room = maxTokens === null || thinking === null ? Infinity : maxTokens - thinking;
  if (room < 1)
    throw new ApiError(
      400,
      `max_tokens ${maxTokens} leaves no room for an answer behind ${thinking} thinking tokens`,
      "max_tokens",
    );
  return {
    maxThinking: thinking,
    ignoreEnds: fields.ignore_ends ?? named?.ignore_ends ?? 0,
    continuation: fields.continuation ?? "Wait",
    maxAnswer: Math.min(answer ?? (room === Infinity ? defaultAnswer : room), room),
  };
};

export type BudgetOrder = Readonly<{
  model: ServedModel;
  prompt: readonly number[];
  bounds: Bounds;
  sampling: Sampling;
  seed: number;
}>;

const endsIn = (ids: readonly number[], tail: readonly number[]): boolean =>
  tail.every((id, at) => ids[ids.length - tail.length + at] === id);

/** A prompt that opens the thought itself does not get it opened again. */
const delimitersFor = (prompt: readonly number[], { delimiters }: ServedModel["format"]): Delimiters =>
  endsIn(prompt, delimiters.thinkingStart) ? { ...delimiters, thinkingStart: [] } : delimiters;

/** What was asked of the engine on the way. */
export type Spent = { sampled: number; cached: number | null };

const taskFor = ({ model, prompt, bounds, sampling, seed }: BudgetOrder, signal: AbortSignal, spent: Spent): Task => {
  const { engine, format } = model;
  const count = (sampled: Sampled): Sampled => {
    spent.sampled += sampled.tokenIds.length;
    spent.cached ??= sampled.cachedTokens;
    return sampled;
  };
  return {
    problem: { id: "request", text: "", target: "", tags: {} },
    prompt: async () => prompt,
    delimiters: delimitersFor(prompt, format),
    contextLength: engine.info.contextLength,
    maxAnswerTokens: bounds.maxAnswer,
    encode: (text, options = { special: false }) => engine.tokenize(text, options),
    decode: (ids) => engine.detokenize(ids),
    // Nobody grades a request: a reply is its answer.
    answerIn: async (reply) => reply,
    sameAnswer: (a, b) => a === b,
    chain:
      (start) =>
      async ({ after, maxTokens, stops, minTokens = 0 }) =>
        count(
          await engine.generate(
            { prefix: [...start, ...after], maxTokens, minTokens, stops, sampling, seed },
            { signal, chain: chainOf(start) },
          ),
        ),
  };
};

/** Budget forcing behind a prompt, piece by piece: the same method that experiments run. */
export const runBudget = (
  order: BudgetOrder,
  signal: AbortSignal,
  spent: Spent,
): AsyncGenerator<Piece, void, undefined> => {
  const { maxThinking, ignoreEnds, continuation } = order.bounds;
  const options = budgetForcingMethod.options.parse({
    max_thinking_tokens: maxThinking,
    ignore_ends: ignoreEnds,
    continuation,
  });
  return budgetForcingMethod.run(taskFor(order, signal, spent), options);
};
