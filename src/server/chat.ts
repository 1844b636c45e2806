import { randomUUID } from "node:crypto";
import type { Kind } from "../core/segment.ts";
import { boundsOf, runBudget, type Bounds, type Spent } from "./budget-run.ts";
import { questionOf, type ChatRequest } from "./chat-request.ts";
import { runSpan, usageOf, type Ending } from "./generation.ts";
import { samplingOf, seedOrRandom } from "./sampling-fields.ts";
import { budgetInName, type ServedModel } from "./served-model.ts";
import { createTextStream, type TextStream } from "./text-stream.ts";
import { createThoughtSplit, type Part } from "./thought-split.ts";

/** Text of one author: the thought or the answer. */
type ChatDelta = Readonly<{ part: Part; text: string; ids: readonly number[] }>;

type ChatEnding = Ending & Readonly<{ reasoningTokens: number }>;

type Draw = Readonly<{
  model: ServedModel;
  prompt: readonly number[];
  sampling: ReturnType<typeof samplingOf>;
  seed: number;
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

const contextRoom = ({ model: { engine }, prompt }: Draw): number => engine.info.contextLength - prompt.length;

/** The model left to itself: what comes before the first end of thinking is the thought. */
async function* plain(
  request: ChatRequest,
  draw: Draw,
  signal: AbortSignal,
): AsyncGenerator<ChatDelta, ChatEnding, undefined> {
  const { engine, format } = draw.model;
  const { thinkingStart, thinkingEnd, endOfTurn } = format.delimiters;
  const prefix = [...draw.prompt, ...thinkingStart];
  const named = request.stop_token_ids ?? [];
  const maxTokens = request.max_completion_tokens ?? request.max_tokens ?? contextRoom({ ...draw, prompt: prefix });
  const stops = [...endOfTurn, ...named.map((id) => [id])];
  const span = {
    prefix,
    maxTokens,
    minTokens: Math.min(request.min_tokens ?? 0, maxTokens),
    stops,
    sampling: draw.sampling,
    seed: draw.seed,
  };
  const texts = createTexts(draw.model, prefix, named);
  const split = createThoughtSplit(thinkingEnd);
  const run = runSpan(
    { engine, span, stopTexts: [request.stop ?? []].flat(), namedStops: new Set(named), hidden: new Set() },
    signal,
  );
  let step = await run.next();
  for (; !step.done; step = await run.next())
    for (const { part, ids } of split.push(step.value.ids)) yield { part, ids, text: await texts[part].push(ids) };
  for (const { part, ids } of split.end()) yield { part, ids, text: await texts[part].push(ids) };
  for (const part of ["thought", "answer"] as const) yield { part, ids: [], text: await texts[part].end() };
  return { ...step.value, reasoningTokens: split.thoughtTokens() };
}

const partOf = (kind: Kind): Part | null =>
  kind === "thinking" || kind === "continuation" ? "thought" : kind === "answer" || kind === "cue" ? "answer" : null;

/** Budget forcing: the method itself says what is thought and what is answer. */
async function* forced(
  bounds: Bounds,
  draw: Draw,
  signal: AbortSignal,
): AsyncGenerator<ChatDelta, ChatEnding, undefined> {
  const spent: Spent = { sampled: 0, cached: null };
  const texts = createTexts(draw.model, draw.prompt, []);
  let [all, thought] = [0, 0];
  let finish: Ending["finish"] = "length";
  for await (const { kind, stop, tokenIds } of runBudget({ ...draw, bounds }, signal, spent)) {
    const part = partOf(kind);
    all += tokenIds.length;
    if (part === "thought") thought += tokenIds.length;
    if (kind === "answer") finish = stop === "length" ? "length" : "stop";
    if (part) yield { part, ids: tokenIds, text: await texts[part].push(tokenIds) };
  }
  for (const part of ["thought", "answer"] as const) yield { part, ids: [], text: await texts[part].end() };
  return {
    finish,
    reason: null,
    promptTokens: draw.prompt.length,
    completionTokens: all,
    cachedTokens: spent.cached,
    reasoningTokens: thought,
  };
}

const start = async (request: ChatRequest, model: ServedModel, signal: AbortSignal) => {
  const bounds = boundsOf(
    request,
    budgetInName(request.model, model),
    request.max_completion_tokens ?? request.max_tokens ?? null,
  );
  const { ids } = await model.format.prompt(questionOf(request));
  const draw = { model, prompt: ids, sampling: samplingOf(request), seed: seedOrRandom(request.seed) };
  return bounds ? forced(bounds, draw, signal) : plain(request, draw, signal);
};

const headOf = (model: ServedModel, request: ChatRequest, object: string) => ({
  id: `chatcmpl-${randomUUID()}`,
  object,
  created: Math.floor(Date.now() / 1000),
  model: request.model ?? model.name,
});

const chatUsage = (ending: ChatEnding): object => ({
  ...usageOf(ending),
  completion_tokens_details: { reasoning_tokens: ending.reasoningTokens },
});

const joined = (deltas: readonly ChatDelta[], part: Part): string =>
  deltas
    .filter((delta) => delta.part === part)
    .map(({ text }) => text)
    .join("");

/** Both names of the field are in use: `reasoning_content` is older. */
const reasoning = (text: string) => ({ reasoning: text, reasoning_content: text });

export const chat = async (request: ChatRequest, model: ServedModel, signal: AbortSignal): Promise<object> => {
  const run = await start(request, model, signal);
  const deltas: ChatDelta[] = [];
  let step = await run.next();
  for (; !step.done; step = await run.next()) deltas.push(step.value);
  const message = { role: "assistant", ...reasoning(joined(deltas, "thought")), content: joined(deltas, "answer") };
  const ids = request.return_token_ids ? { token_ids: deltas.flatMap((delta) => delta.ids) } : {};
  return {
    ...headOf(model, request, "chat.completion"),
    choices: [
      { index: 0, message, finish_reason: step.value.finish, stop_reason: step.value.reason, logprobs: null, ...ids },
    ],
    usage: chatUsage(step.value),
  };
};

export async function* chatInParts(
  request: ChatRequest,
  model: ServedModel,
  signal: AbortSignal,
): AsyncGenerator<object, void, undefined> {
  const run = await start(request, model, signal);
  const head = headOf(model, request, "chat.completion.chunk");
  const event = (delta: object, finish: string | null, more = {}) => ({
    ...head,
    choices: [{ index: 0, delta, finish_reason: finish, logprobs: null, ...more }],
  });
  yield event({ role: "assistant", content: "" }, null);
  let step = await run.next();
  for (; !step.done; step = await run.next()) {
    const { part, text, ids } = step.value;
    if (text !== "" || ids.length > 0)
      yield event(
        part === "thought" ? reasoning(text) : { content: text },
        null,
        request.return_token_ids ? { token_ids: ids } : {},
      );
  }
  yield event({}, step.value.finish, { stop_reason: step.value.reason });
  if (request.stream_options?.include_usage) yield { ...head, choices: [], usage: chatUsage(step.value) };
}
