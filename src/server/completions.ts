import { randomUUID } from "node:crypto";
import type { Sampling } from "../core/sampling.ts";
import { boundsOf, runBudget, type Bounds, type Spent } from "./budget-run.ts";
import { promptIds, type CompletionRequest } from "./completion-request.ts";
import { runSpan, usageOf, type Delta, type Ending, type Order } from "./generation.ts";
import { samplingOf, seedOrRandom } from "./sampling-fields.ts";
import { budgetInName, type ServedModel } from "./served-model.ts";
import { createTextStream } from "./text-stream.ts";

type Draw = Readonly<{ model: ServedModel; prompt: readonly number[]; sampling: Sampling; seed: number }>;

const defaultMaxTokens = 16;

const hiddenIds = (
  request: CompletionRequest,
  { engine }: ServedModel,
  stops: readonly number[],
): ReadonlySet<number> =>
  new Set([
    ...(request.skip_special_tokens === false ? [] : engine.info.eosIds),
    ...(request.include_stop_str_in_output ? [] : stops),
  ]);

/** The engine stops only where it is told to: at the model's own end because vLLM does, unless it is ignored. */
const orderOf = (request: CompletionRequest, { model, prompt, sampling, seed }: Draw): Order => {
  const named = request.stop_token_ids ?? [];
  const stops = [...new Set([...named, ...(request.ignore_eos ? [] : model.engine.info.eosIds)])];
  return {
    engine: model.engine,
    span: {
      prefix: prompt,
      maxTokens: request.max_tokens ?? defaultMaxTokens,
      minTokens: Math.min(request.min_tokens ?? 0, request.max_tokens ?? defaultMaxTokens),
      stops: stops.map((id) => [id]),
      sampling,
      seed,
    },
    stopTexts: [request.stop ?? []].flat(),
    namedStops: new Set(named),
    hidden: hiddenIds(request, model, stops),
  };
};

/** Budget forcing on a prompt written out by the client: all pieces joined, delimiters included. */
async function* forced(
  request: CompletionRequest,
  bounds: Bounds,
  draw: Draw,
  signal: AbortSignal,
): AsyncGenerator<Delta, Ending, undefined> {
  const spent: Spent = { sampled: 0, cached: null };
  const texts = createTextStream(draw.model.engine, draw.prompt, hiddenIds(request, draw.model, []));
  let count = 0;
  let finish: Ending["finish"] = "length";
  for await (const piece of runBudget({ ...draw, bounds }, signal, spent)) {
    count += piece.tokenIds.length;
    if (piece.kind === "answer") finish = piece.stop === "length" ? "length" : "stop";
    yield { ids: piece.tokenIds, text: await texts.push(piece.tokenIds), logprobs: null };
  }
  const rest = await texts.end();
  if (rest !== "") yield { ids: [], text: rest, logprobs: null };
  return {
    finish,
    reason: null,
    promptTokens: draw.prompt.length,
    completionTokens: count,
    cachedTokens: spent.cached,
  };
}

const start = async (request: CompletionRequest, model: ServedModel, signal: AbortSignal) => {
  const bounds = boundsOf(request, budgetInName(request.model, model), request.max_tokens ?? null);
  const prompt = await promptIds(request, model);
  const draw = { model, prompt, sampling: samplingOf(request), seed: seedOrRandom(request.seed) };
  return { prompt, deltas: bounds ? forced(request, bounds, draw, signal) : runSpan(orderOf(request, draw), signal) };
};

const headOf = (model: ServedModel, request: CompletionRequest) => ({
  id: `cmpl-${randomUUID()}`,
  object: "text_completion",
  created: Math.floor(Date.now() / 1000),
  model: request.model ?? model.name,
});

const logprobsOf = (request: CompletionRequest, logprobs: readonly number[] | null) =>
  request.logprobs != null && logprobs !== null
    ? { token_logprobs: logprobs, tokens: [], top_logprobs: null, text_offset: [] }
    : null;

type Shown = Readonly<{ request: CompletionRequest; prompt: readonly number[] }>;

const choiceOf = ({ request, prompt }: Shown, delta: Delta, ending: Ending | null, first: boolean) => ({
  index: 0,
  text: delta.text,
  logprobs: logprobsOf(request, delta.logprobs),
  finish_reason: ending?.finish ?? null,
  stop_reason: ending?.reason ?? null,
  ...(request.return_token_ids ? { token_ids: delta.ids, prompt_token_ids: first ? prompt : null } : {}),
});

const nothing: Delta = { ids: [], text: "", logprobs: null };

/** Answers as one JSON value. */
export const complete = async (
  request: CompletionRequest,
  model: ServedModel,
  signal: AbortSignal,
): Promise<object> => {
  const { prompt, deltas } = await start(request, model, signal);
  const all: Delta[] = [];
  let step = await deltas.next();
  for (; !step.done; step = await deltas.next()) all.push(step.value);
  const whole = {
    ids: all.flatMap(({ ids }) => ids),
    text: all.map(({ text }) => text).join(""),
    logprobs: all.some(({ ids, logprobs }) => ids.length > 0 && logprobs === null)
      ? null
      : all.flatMap(({ logprobs }) => logprobs ?? []),
  };
  return {
    ...headOf(model, request),
    choices: [choiceOf({ request, prompt }, whole, step.value, true)],
    usage: usageOf(step.value),
  };
};

/** Answers as events: one for each batch of tokens, one for the end, one for the usage if asked for. */
export async function* completeInParts(
  request: CompletionRequest,
  model: ServedModel,
  signal: AbortSignal,
): AsyncGenerator<object, void, undefined> {
  const { prompt, deltas } = await start(request, model, signal);
  const head = headOf(model, request);
  const shown = { request, prompt };
  let first = true;
  let step = await deltas.next();
  for (; !step.done; step = await deltas.next()) {
    yield { ...head, choices: [choiceOf(shown, step.value, null, first)] };
    first = false;
  }
  yield { ...head, choices: [choiceOf(shown, nothing, step.value, first)] };
  if (request.stream_options?.include_usage) yield { ...head, choices: [], usage: usageOf(step.value) };
}
