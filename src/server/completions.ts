import { randomUUID } from "node:crypto";
import type { Sampling } from "../core/sampling.ts";
import { ApiError } from "./api-error.ts";
import { checkCeiling, roomFor, wishOf, type Wish } from "./bounds.ts";
import { delimitersFor, runBudget, spanFieldsInUse, type Spent } from "./budget-run.ts";
import { gathered, together, type Whole } from "./choices.ts";
import { promptsOf, type CompletionRequest } from "./completion-request.ts";
import { namedStop, runSpan, totalsOf, usageOf, type Batch, type Ending } from "./generation.ts";
import { completionLogprobs, scoresOf } from "./logprobs.ts";
import { samplingOf, seedsOf, stopTextsOf } from "./sampling-fields.ts";
import { budgetInName, type ServedModel } from "./served-model.ts";
import { createStopper } from "./text-stop.ts";
import { createTextStream } from "./text-stream.ts";

type Delta = Batch & Readonly<{ text: string }>;

/** One choice: a prompt and a seed. */
type Draw = Readonly<{
  request: CompletionRequest;
  model: ServedModel;
  prompt: readonly number[];
  sampling: Sampling;
  seed: number;
  signal: AbortSignal;
}>;

const defaultMaxTokens = 16;

const hiddenIds = ({ request, model }: Draw, stops: readonly number[]): ReadonlySet<number> =>
  new Set([
    ...(request.skip_special_tokens === false ? [] : model.engine.info.eosIds),
    ...(request.include_stop_str_in_output ? [] : stops),
  ]);

/** The engine stops only where the request says so: at the model's own end because vLLM does, unless it is ignored. */
async function* plain(draw: Draw): AsyncGenerator<Delta, Ending, undefined> {
  const { request, model, prompt, sampling, seed, signal } = draw;
  const { engine } = model;
  const named = request.stop_token_ids ?? [];
  const stops = [...new Set([...named, ...(request.ignore_eos ? [] : engine.info.eosIds)])];
  const maxTokens = roomFor(prompt.length, request.max_tokens ?? defaultMaxTokens, engine.info.contextLength);
  const minTokens = Math.min(request.min_tokens ?? 0, maxTokens);
  const span = { prefix: prompt, maxTokens, minTokens, stops: stops.map((id) => [id]), sampling, seed };
  const texts = createTextStream(engine, prompt, hiddenIds(draw, stops));
  const stopper = createStopper(stopTextsOf(request));
  const run = runSpan(engine, span, signal);
  const ending = { promptTokens: prompt.length, reasoningTokens: null };
  let count = 0;
  try {
    let step = await run.next();
    for (; !step.done; step = await run.next()) {
      const { ids, logprobs } = step.value;
      count += ids.length;
      yield { ids, logprobs, text: stopper.push(await texts.push(ids)) };
      const reason = stopper.found();
      if (reason !== null) return { ...ending, finish: "stop", reason, completionTokens: count, cachedTokens: null };
    }
    const rest = stopper.push(await texts.end()) + stopper.end();
    if (rest !== "") yield { ids: [], logprobs: null, text: rest };
    const { stop, cachedTokens } = step.value;
    return { ...ending, finish: stop, reason: namedStop(step.value, named), completionTokens: count, cachedTokens };
  } finally {
    await run.return(undefined as never);
  }
}

/**
 * Budget forcing on a prompt written out by the client: all pieces joined, delimiters included. Stops end the answer.
 */
async function* forced(draw: Draw, wish: Wish): AsyncGenerator<Delta, Ending, undefined> {
  const { request, model, prompt, signal } = draw;
  const spent: Spent = { sampled: 0, cached: null };
  const texts = createTextStream(model.engine, prompt, hiddenIds(draw, []));
  const stopper = createStopper(stopTextsOf(request));
  const delimiters = delimitersFor(prompt, model.format);
  let count = 0;
  let thought = 0;
  let finish: Ending["finish"] = "length";
  for await (const piece of runBudget({ ...draw, delimiters, wish }, signal, spent)) {
    count += piece.tokenIds.length;
    if (piece.kind === "thinking" || piece.kind === "continuation") thought += piece.tokenIds.length;
    if (piece.kind === "answer") finish = piece.stop === "length" ? "length" : "stop";
    const text = await texts.push(piece.tokenIds);
    yield { ids: piece.tokenIds, text: piece.kind === "answer" ? stopper.push(text) : text, logprobs: null };
  }
  const rest = stopper.push(await texts.end()) + stopper.end();
  if (rest !== "") yield { ids: [], text: rest, logprobs: null };
  return {
    finish: stopper.found() === null ? finish : "stop",
    reason: stopper.found(),
    promptTokens: prompt.length,
    completionTokens: count,
    reasoningTokens: thought,
    cachedTokens: spent.cached,
  };
}

/** Nothing is sampled: the prompt alone is wanted back, with what the model thinks of it. */
async function* nothing({ prompt, model }: Draw): AsyncGenerator<Delta, Ending, undefined> {
  roomFor(prompt.length - 1, null, model.engine.info.contextLength);
  yield { ids: [], text: "", logprobs: null };
  return {
    finish: "length",
    reason: null,
    promptTokens: prompt.length,
    completionTokens: 0,
    reasoningTokens: null,
    cachedTokens: null,
  };
}

const refuse = (request: CompletionRequest, wish: Wish | null): void => {
  const { logprobs, echo, stream } = request;
  if (wish !== null) {
    for (const name of [...spanFieldsInUse(request), ...(logprobs != null ? ["logprobs"] : [])])
      throw new ApiError(400, `${name} does not go with a budget of thinking`, name);
    if (request.max_tokens === 0) throw new ApiError(400, "max_tokens 0 does not go with a budget", "max_tokens");
  }
  if (stream && logprobs != null && (echo || logprobs > 0))
    throw new ApiError(400, "a stream has log-probabilities of sampled tokens only, without alternatives", "logprobs");
};

type Started = Readonly<{ draws: readonly Draw[]; generations: readonly AsyncGenerator<Delta, Ending, undefined>[] }>;

const start = async (request: CompletionRequest, model: ServedModel, signal: AbortSignal): Promise<Started> => {
  const wish = wishOf(request, budgetInName(request.model, model), request.max_tokens ?? null);
  refuse(request, wish);
  checkCeiling(request.max_tokens ?? null, model.engine.info.contextLength);
  const prompts = await promptsOf(request, model);
  const seeds = seedsOf(request.seed, request.n ?? 1);
  const sampling = samplingOf(request);
  const draws = prompts.flatMap((prompt) => seeds.map((seed) => ({ request, model, prompt, sampling, seed, signal })));
  const generate = (draw: Draw) => {
    if (request.max_tokens === 0) return nothing(draw);
    return wish === null ? plain(draw) : forced(draw, wish);
  };
  return { draws, generations: draws.map(generate) };
};

const headOf = (model: ServedModel, request: CompletionRequest) => ({
  id: `cmpl-${randomUUID()}`,
  object: "text_completion",
  created: Math.floor(Date.now() / 1000),
  model: request.model ?? model.name,
});

type Shown = Readonly<{ text: string; ids: readonly number[]; logprobs: object | null }>;

const choiceOf = (draw: Draw, index: number, shown: Shown, ending: Ending | null, first: boolean) => ({
  index,
  text: shown.text,
  logprobs: shown.logprobs,
  finish_reason: ending?.finish ?? null,
  stop_reason: ending?.reason ?? null,
  ...(draw.request.return_token_ids ? { token_ids: shown.ids, prompt_token_ids: first ? draw.prompt : null } : {}),
});

/** What the client gets to see of a prompt: what it sent, where it was text. */
const echoOf = async ({ request, model, prompt }: Draw): Promise<string> =>
  request.echo ? model.engine.detokenize(prompt) : "";

const wholeChoice = async (draw: Draw, index: number, { deltas, ending }: Whole<Delta, Ending>): Promise<object> => {
  const { request, model, prompt, signal } = draw;
  const ids = deltas.flatMap((delta) => delta.ids);
  const before = await echoOf(draw);
  const text = before + deltas.map((delta) => delta.text).join("");
  if (request.logprobs == null) return choiceOf(draw, index, { text, ids, logprobs: null }, ending, true);
  const from = request.echo ? 0 : prompt.length;
  const all = [...prompt, ...ids];
  const scores = await scoresOf({ ids: all, from, top: request.logprobs }, model, signal);
  const logprobs = await completionLogprobs(scores, { ids: all.slice(from), start: 0 }, model);
  return choiceOf(draw, index, { text, ids, logprobs }, ending, true);
};

/** Answers as one JSON value. */
export const complete = async (
  request: CompletionRequest,
  model: ServedModel,
  stop: AbortController,
): Promise<object> => {
  const { draws, generations } = await start(request, model, stop.signal);
  const all = await gathered(generations, stop);
  const choices = await Promise.all(
    draws.map((draw, index) => wholeChoice(draw, index, all[index] as Whole<Delta, Ending>)),
  );
  const endings = all.map(({ ending }) => ending);
  return { ...headOf(model, request), choices, usage: usageOf(totalsOf(endings, request.n ?? 1)) };
};

const streamedLogprobs = ({ request }: Draw, { ids, logprobs }: Delta): object | null => {
  if (request.logprobs == null) return null;
  if (logprobs === null && ids.length > 0)
    throw new ApiError(400, "this engine gives no log-probabilities while it samples", "logprobs");
  return { token_logprobs: logprobs ?? [], tokens: [], top_logprobs: null, text_offset: [] };
};

/** Answers as events: one for each batch of tokens, one for each end, one for the usage if asked for. */
export async function* completeInParts(
  request: CompletionRequest,
  model: ServedModel,
  stop: AbortController,
): AsyncGenerator<object, void, undefined> {
  const { draws, generations } = await start(request, model, stop.signal);
  const head = headOf(model, request);
  const endings: Ending[] = [];
  const begun = new Set<number>();
  for await (const event of together(generations, stop)) {
    const { index } = event;
    const draw = draws[index] as Draw;
    const first = !begun.has(index);
    begun.add(index);
    const echo = first ? await echoOf(draw) : "";
    if ("ending" in event) endings[index] = event.ending;
    const delta = "delta" in event ? event.delta : { ids: [], text: "", logprobs: null };
    const shown = { text: echo + delta.text, ids: delta.ids, logprobs: streamedLogprobs(draw, delta) };
    yield { ...head, choices: [choiceOf(draw, index, shown, "ending" in event ? event.ending : null, first)] };
  }
  if (request.stream_options?.include_usage)
    yield { ...head, choices: [], usage: usageOf(totalsOf(endings, request.n ?? 1)) };
}
