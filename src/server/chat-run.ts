import { append } from "../core/extremes.ts";
import type { Kind } from "../core/segment.ts";
import type { Sampling } from "../core/sampling.ts";
import type { Turn } from "../formats/conversation.ts";
import { ApiError } from "./api-error.ts";
import { checkCeiling, roomFor, wishOf, type BudgetFields, type Wish } from "./bounds.ts";
import { runBudget, spanFieldsInUse, type Spent } from "./budget-run.ts";
import { checkLength } from "./completion-request.ts";
import { namedStop, runSpan, type Ending } from "./generation.ts";
import { samplingOf, seedsOf, stopTextsOf } from "./sampling-fields.ts";
import { budgetInName, type ServedModel } from "./served-model.ts";
import { createStopper } from "./text-stop.ts";
import { createTextStream, type TextStream } from "./text-stream.ts";
import { createThoughtSplit, type Part } from "./thought-split.ts";

/** Text of one author: the thought or the answer. */
export type ChatDelta = Readonly<{ part: Part; text: string; ids: readonly number[] }>;

/** The whole sequence up to the end of the answer, and where that begins, for whoever looks at it again. */
export type ChatEnding = Ending & Readonly<{ sequence: readonly number[]; answerAt: number }>;

export type ChatRun = AsyncGenerator<ChatDelta, ChatEnding, undefined>;

/** What chats and responses have in common. */
export type ChatOrder = BudgetFields &
  Parameters<typeof samplingOf>[0] &
  Readonly<{
    model?: string | undefined;
    turns: readonly Turn[];
    maxTokens: number | null;
    n?: number | null | undefined;
    seed?: number | null | undefined;
    stop?: string | readonly (string | null)[] | null | undefined;
    stop_token_ids?: readonly number[] | null | undefined;
    min_tokens?: number | null | undefined;
    ignore_eos?: boolean | null | undefined;
  }>;

type Draw = Readonly<{
  order: ChatOrder;
  model: ServedModel;
  prompt: readonly number[];
  thinkingStart: readonly number[];
  sampling: Sampling;
  seed: number;
  signal: AbortSignal;
}>;

const hiddenIds = ({ engine, format: { delimiters } }: ServedModel, more: readonly number[]): ReadonlySet<number> =>
  new Set([...engine.info.eosIds, ...more, ...delimiters.endOfTurn.flatMap((end) => (end.length === 1 ? end : []))]);

/** One text stream for each part, so that half a character of a thought is not finished by the answer. */
const createTexts = (
  model: ServedModel,
  before: readonly number[],
  stops: readonly number[],
): Readonly<Record<Part, TextStream>> => {
  const hidden = hiddenIds(model, stops);
  return {
    thought: createTextStream(model.engine, before, hidden),
    answer: createTextStream(model.engine, [], hidden),
  };
};

/** The model left to itself: what comes before the first end of thinking is the thought. Stop texts end the answer. */
async function* plain({ order, model, prompt, thinkingStart, sampling, seed, signal }: Draw): ChatRun {
  const { engine, format } = model;
  const { thinkingEnd, endOfTurn } = format.delimiters;
  const prefix = [...prompt, ...thinkingStart];
  const named = order.stop_token_ids ?? [];
  const maxTokens = roomFor(prefix.length, order.maxTokens, engine.info.contextLength);
  const minTokens = Math.min(order.min_tokens ?? 0, maxTokens);
  const stops = [...(order.ignore_eos ? [] : endOfTurn), ...named.map((id) => [id])];
  const texts = createTexts(model, prefix, named);
  const split = createThoughtSplit(thinkingEnd);
  const stopper = createStopper(stopTextsOf(order));
  const run = runSpan(engine, { prefix, maxTokens, minTokens, stops, sampling, seed }, signal);
  const sampled: number[] = [];
  const answer: number[] = [];
  const shown = async (part: Part, ids: readonly number[], text: string): Promise<ChatDelta> => {
    if (part === "answer") append(answer, ids);
    return { part, ids, text: part === "answer" ? stopper.push(text) : text };
  };
  const ending = (finish: Ending["finish"], reason: Ending["reason"], cachedTokens: number | null): ChatEnding => ({
    finish,
    reason,
    promptTokens: prefix.length,
    completionTokens: sampled.length,
    reasoningTokens: split.thoughtTokens(),
    cachedTokens,
    ...answered([...prefix, ...sampled], answer.length, hiddenIds(model, named)),
  });
  try {
    let step = await run.next();
    for (; !step.done; step = await run.next()) {
      append(sampled, step.value.ids);
      for (const { part, ids } of split.push(step.value.ids)) yield shown(part, ids, await texts[part].push(ids));
      if (stopper.found() !== null) return ending("stop", stopper.found(), null);
    }
    for (const { part, ids } of split.end()) yield shown(part, ids, await texts[part].push(ids));
    for (const part of ["thought", "answer"] as const) yield shown(part, [], await texts[part].end());
    yield { part: "answer", ids: [], text: stopper.end() };
    if (stopper.found() !== null) return ending("stop", stopper.found(), step.value.cachedTokens);
    return ending(step.value.stop, namedStop(step.value, named), step.value.cachedTokens);
  } finally {
    await run.return(undefined as never);
  }
}

/** Without what ends the turn, which is no part of what is said. */
const answered = (
  ids: readonly number[],
  answer: number,
  hidden: ReadonlySet<number>,
): Pick<ChatEnding, "sequence" | "answerAt"> => {
  const answerAt = ids.length - answer;
  const last = ids.findLastIndex((id, at) => at < answerAt || !hidden.has(id));
  return { sequence: ids.slice(0, last + 1), answerAt };
};

const partOf = (kind: Kind): Part | null =>
  kind === "thinking" || kind === "continuation" ? "thought" : kind === "answer" || kind === "cue" ? "answer" : null;

/** Budget forcing: the method itself says what is thought and what is answer. */
async function* forced({ order, model, prompt, thinkingStart, ...draw }: Draw, wish: Wish): ChatRun {
  const spent: Spent = { sampled: 0, cached: null };
  const texts = createTexts(model, prompt, []);
  const stopper = createStopper(stopTextsOf(order));
  const delimiters = { ...model.format.delimiters, thinkingStart };
  const written: number[] = [];
  let [thought, answer] = [0, 0];
  let upToAnswer: readonly number[] = prompt;
  let finish: Ending["finish"] = "length";
  for await (const piece of runBudget({ ...draw, model, prompt, delimiters, wish }, draw.signal, spent)) {
    const { kind, stop, tokenIds } = piece;
    const part = partOf(kind);
    append(written, tokenIds);
    if (part === "thought") thought += tokenIds.length;
    if (kind === "answer") {
      answer = tokenIds.length;
      upToAnswer = [...prompt, ...written];
    }
    if (kind === "answer") finish = stop === "length" ? "length" : "stop";
    if (part === null) continue;
    const text = await texts[part].push(tokenIds);
    yield { part, ids: tokenIds, text: kind === "answer" ? stopper.push(text) : text };
  }
  yield { part: "thought", ids: [], text: await texts.thought.end() };
  yield { part: "answer", ids: [], text: stopper.push(await texts.answer.end()) + stopper.end() };
  return {
    finish: stopper.found() === null ? finish : "stop",
    reason: stopper.found(),
    promptTokens: prompt.length,
    completionTokens: written.length,
    reasoningTokens: thought,
    cachedTokens: spent.cached,
    sequence: upToAnswer,
    answerAt: upToAnswer.length - answer,
  };
}

/** Every choice of an order, not yet begun. */
export const startChat = async (
  order: ChatOrder,
  model: ServedModel,
  signal: AbortSignal,
): Promise<readonly ChatRun[]> => {
  const wish = wishOf(order, budgetInName(order.model, model), order.maxTokens);
  if (wish !== null)
    for (const name of spanFieldsInUse(order))
      throw new ApiError(400, `${name} does not go with a budget of thinking`, name);
  if ((order.min_tokens ?? 0) > (order.maxTokens ?? Infinity))
    throw new ApiError(400, "min_tokens is above max_tokens", "min_tokens");
  checkCeiling(order.maxTokens, model.engine.info.contextLength);
  checkLength(order.turns.map(({ content }) => content).join(""), model);
  const { ids: prompt, thinkingStart } = await model.format.conversation(order.turns);
  const sampling = samplingOf(order);
  return seedsOf(order.seed, order.n ?? 1).map((seed) => {
    const draw = { order, model, prompt, thinkingStart, sampling, seed, signal };
    return wish === null ? plain(draw) : forced(draw, wish);
  });
};
