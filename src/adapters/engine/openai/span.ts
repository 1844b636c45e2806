import { append } from "../../../core/extremes.ts";
import type { Sampled, Span, Watch } from "../../../ports/engine.ts";
import { candidatesFor, type Given, joinedSignals, type TopSignals } from "../../../core/signals.ts";
import { Fault } from "../http/fault.ts";
import { noUsage, type TokenProtocol, type Leg, type Piece, type Usage } from "./dialect.ts";
import { hasLongStops, singleStops, stopBeginnings, stopEnd } from "./stops.ts";

/** What is known of a span while it is sampled, in one request or several. */
export type Run = {
  readonly span: Span;
  readonly watch: Watch;
  readonly ids: number[];
  /** Null once a token came without one. */
  logprobs: number[] | null;
  readonly given: Given;
  /** Of each token, where they are asked for. */
  readonly candidates: (readonly number[] | null)[];
  stopped: boolean;
  /** As the first request that worked reported it. */
  usage: Usage | null;
  /** The next request asks for one whole answer. */
  whole: boolean;
};

export const startRun = (span: Span, watch: Watch, given: Given): Run => ({
  span,
  watch,
  ids: [],
  logprobs: given.logprobs ? [] : null,
  given,
  candidates: [],
  stopped: false,
  usage: null,
  whole: false,
});

export const isDone = ({ stopped, ids, span }: Run): boolean => stopped || ids.length >= span.maxTokens;

/** Ids of a whole answer that is asked for only because a stream loses some. */
const wholeTokens = 16;

/** What to ask for next. `seed`: from the chain's seed and the position at which the leg begins. */
export const nextLeg = (
  run: Run,
  dialect: TokenProtocol,
  seed: (chainSeed: number, position: number) => number,
): Leg => {
  const { span, ids } = run;
  const remaining = Math.min(span.maxTokens - ids.length, run.whole ? wholeTokens : Infinity);
  const mask = Math.min(remaining, Math.max(0, span.minTokens - ids.length));
  const apart = mask > 0 && (!dialect.minTokens || hasLongStops(span));
  return {
    prefix: ids.length === 0 ? span.prefix : [...span.prefix, ...ids],
    maxTokens: apart ? mask : remaining,
    stopIds: apart ? stopBeginnings(span) : singleStops(span),
    mask,
    sampling: span.sampling,
    seed: seed(span.seed, span.prefix.length + ids.length),
    whole: run.whole,
    logprobs: run.logprobs !== null,
    top: candidatesFor(run.given),
    watched: hasLongStops(span),
  };
};

const addLogprobs = (run: Run, piece: Piece, kept: number): void => {
  if (run.logprobs === null || piece.ids.length === 0) return;
  if (piece.logprobs?.length === piece.ids.length) append(run.logprobs, piece.logprobs.slice(0, kept));
  else run.logprobs = null;
};

/** Adds the new tokens up to the first stop or the allowance, and passes them on. */
export const addPiece = (run: Run, piece: Piece): void => {
  const before = run.ids.length;
  append(run.ids, piece.ids.slice(0, run.span.maxTokens - before));
  const end = stopEnd(run.ids, before, run.span);
  run.stopped = end !== null;
  run.ids.length = end ?? run.ids.length;
  addLogprobs(run, piece, run.ids.length - before);
  const count = run.ids.length - before;
  for (let at = 0; at < count; at++) run.candidates.push(piece.candidates?.[at] ?? null);
  if (count > 0)
    run.watch.onTokens?.(run.ids.slice(before), run.logprobs?.slice(before) ?? null, signalsOf(run, before));
};

const signalsOf = ({ candidates, given }: Run, from: number): TopSignals =>
  candidatesFor(given) === 0 ? {} : joinedSignals(candidates.slice(from), given);

/** One leg's bookkeeping: did the server do what was asked? */
export type LegCheck = { given: number; finish: Piece["finish"]; usage: Usage };

export const startCheck = (): LegCheck => ({ given: 0, finish: null, usage: noUsage });

export const checkLeg = (check: LegCheck, leg: Leg, dialect: TokenProtocol): void => {
  const { given, usage } = check;
  if (given > leg.maxTokens && !dialect.overruns)
    throw new Fault("fatal", `the server does not honour max_tokens: ${given} tokens for ${leg.maxTokens}`);
  if (check.finish === null) throw new Fault("down", "the answer broke off before its end");
  if (given === 0) throw new Fault("down", "the answer holds no token ids");
  if (usage.completionTokens !== null && usage.completionTokens !== given)
    throw new Fault("down", `the answer holds ${given} token ids and reports ${usage.completionTokens}`);
};

/** The server read another prompt than it was given. */
export const checkPrompt = (usage: Usage, leg: Leg): void => {
  if (usage.promptTokens === null || usage.promptTokens === leg.prefix.length) return;
  throw new Fault("fatal", `the server read ${usage.promptTokens} prompt tokens where ${leg.prefix.length} were sent`);
};

export const resultOf = (run: Run): Sampled => ({
  tokenIds: run.ids,
  stop: run.stopped ? "stop" : "length",
  logprobs: run.logprobs,
  signals: signalsOf(run, 0),
  promptTokens: run.usage?.promptTokens ?? null,
  cachedTokens: run.usage?.cachedTokens ?? null,
});
