import type { Sampling } from "../core/sampling.ts";
import type { Piece } from "../core/segment.ts";
import { budgetForcingMethod } from "../methods/budget-forcing.ts";
import type { Delimiters, Task } from "../ports/method.ts";
import { directChain, taskOf } from "../runner/task.ts";
import { fitBounds, type Bounds, type Wish } from "./bounds.ts";
import { chainOf } from "./generation.ts";
import type { ServedModel } from "./served-model.ts";

export type BudgetOrder = Readonly<{
  model: ServedModel;
  prompt: readonly number[];
  delimiters: Delimiters;
  wish: Wish;
  sampling: Sampling;
  seed: number;
}>;

const endsIn = (ids: readonly number[], tail: readonly number[]): boolean =>
  tail.every((id, at) => ids[ids.length - tail.length + at] === id);

/** A prompt that opens the thought itself does not get it opened again. */
export const delimitersFor = (prompt: readonly number[], { delimiters }: ServedModel["format"]): Delimiters =>
  endsIn(prompt, delimiters.thinkingStart) ? { ...delimiters, thinkingStart: [] } : delimiters;

/** What was asked of the engine on the way. */
export type Spent = { sampled: number; cached: number | null };

type Run = BudgetOrder & Readonly<{ bounds: Bounds }>;

const taskFor = ({ model, prompt, delimiters, bounds, ...order }: Run, signal: AbortSignal, spent: Spent): Task =>
  taskOf(
    { engine: model.engine, delimiters },
    {
      problem: { id: "request", text: "" },
      prompt: async () => prompt,
      maxAnswerTokens: bounds.maxAnswer,
      chain: directChain(model.engine, {
        sampling: order.sampling,
        seed: order.seed,
        signal,
        nameOf: chainOf,
        onSampled: ({ tokenIds, cachedTokens }) => {
          spent.sampled += tokenIds.length;
          spent.cached ??= cachedTokens;
        },
      }),
    },
  );

/** Budget forcing after a prompt, piece by piece: the same method that experiments run. */
export const runBudget = (
  order: BudgetOrder,
  signal: AbortSignal,
  spent: Spent,
): AsyncGenerator<Piece, void, undefined> => {
  const { contextLength } = order.model.engine.info;
  const bounds = fitBounds(order.wish, { ...order, contextLength });
  const options = budgetForcingMethod.options.parse({
    max_thinking_tokens: bounds.maxThinking,
    ignore_ends: bounds.ignoreEnds,
    continuation: bounds.continuation,
  });
  return budgetForcingMethod.run(taskFor({ ...order, bounds }, signal, spent), options);
};

type SpanFields = Readonly<{
  min_tokens?: number | null | undefined;
  stop_token_ids?: readonly number[] | null | undefined;
  ignore_eos?: boolean | null | undefined;
}>;

/** Fields that say where a span ends, which under a budget the budget says. */
export const spanFieldsInUse = ({ min_tokens, stop_token_ids, ignore_eos }: SpanFields): readonly string[] => [
  ...(min_tokens ? ["min_tokens"] : []),
  ...(stop_token_ids?.length ? ["stop_token_ids"] : []),
  ...(ignore_eos ? ["ignore_eos"] : []),
];
