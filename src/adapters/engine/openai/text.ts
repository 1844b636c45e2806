import type { Sampled, Span, Watch } from "../../../ports/engine.ts";
import { Fault } from "../http/fault.ts";
import { persist, type Backoff } from "../http/retry.ts";
import type { Codec } from "./codec.ts";
import { noUsage, type Piece, type Usage } from "./dialect.ts";
import { fieldsOf, listOf, textOf, type Fields } from "./fields.ts";
import { request, type Requests, type Tally } from "./request.ts";
import { stopBeginnings } from "./stops.ts";
import { finishOf, usageOf } from "./dialects/vllm.ts";

export type TextGenerator = Readonly<{
  requests: Requests;
  model: string;
  codec: Codec;
  eosIds: readonly number[];
  /** Whether the server takes sampling fields beyond OpenAI's own. */
  extras: boolean;
  /** The beginning of a text that the server puts in front of every prompt by itself; null: it puts none. */
  bos: string | null;
  /** Other counts of prompt tokens than ours are no fault. */
  anyPromptCount: boolean;
  seed: (chainSeed: number, position: number) => number;
  backoff: Backoff;
  patienceMs: number;
}>;

type TextStop = Readonly<{ ids: readonly number[]; text: string }>;

type TextRun = {
  readonly span: Span;
  readonly watch: Watch;
  readonly prefix: string;
  readonly drift: number;
  readonly stops: readonly TextStop[];
  /** Whole legs only: text of a broken one has no count and is dropped. */
  text: string;
  ids: readonly number[];
  stopped: boolean;
  usage: Usage | null;
};

/** How many ids, from the first difference on, are not what the server makes of their text. */
export const driftOf = (ids: readonly number[], again: readonly number[]): number => {
  const at = ids.findIndex((id, index) => id !== again[index]);
  return Math.max(ids.length, again.length) - (at < 0 ? Math.min(ids.length, again.length) : at);
};

const startText = async (how: TextGenerator, span: Span, watch: Watch): Promise<TextRun> => {
  const prefix = await how.codec.decode(span.prefix);
  const drift = driftOf(span.prefix, await how.codec.encode(prefix, true));
  const stops = await Promise.all(span.stops.map(async (ids) => ({ ids, text: await how.codec.decode(ids) })));
  return { span, watch, prefix, drift, stops, text: "", ids: [], stopped: false, usage: null };
};

/** Fields by which some servers write control tokens out, and add none of their own. */
export const writtenOut = {
  skip_special_tokens: false,
  spaces_between_special_tokens: false,
  add_special_tokens: false,
} as const;

const extraFields = ({ sampling }: Span): Fields => ({
  // Under greedy decoding any value does; 0 is no value everywhere.
  top_k: sampling.temperature === 0 ? 1 : sampling.topK,
  min_p: sampling.minP,
  repeat_penalty: 1,
  repetition_penalty: 1,
  ...writtenOut,
});

const bias = (ids: readonly number[]): Fields => Object.fromEntries(ids.map((id) => [String(id), -100]));

/** What the server puts in front by itself is left out, or the prompt would have it twice. */
const promptOf = ({ bos }: TextGenerator, { prefix, text }: TextRun): string => {
  const whole = prefix + text;
  return bos !== null && bos !== "" && whole.startsWith(bos) ? whole.slice(bos.length) : whole;
};

/** The server counts what it read: another number than ours is another prompt. */
const checkPromptCount = async (
  how: TextGenerator,
  { prefix, text }: TextRun,
  { promptTokens }: Usage,
): Promise<void> => {
  if (promptTokens === null || how.anyPromptCount) return;
  const ours = (await how.codec.encode(prefix + text, true)).length;
  if (promptTokens === ours) return;
  const why =
    promptTokens === ours + 1 ? "it may put a second beginning of a text in front" : "it changes what it is sent";
  throw new Fault(
    "fatal",
    `the server read ${promptTokens} prompt tokens where ${ours} were written: ${why}, or the tokenizer is not its ` +
      "own (any_prompt_count: true goes on all the same)",
  );
};

const body = (how: TextGenerator, run: TextRun, maxTokens: number): Fields => ({
  model: how.model,
  prompt: promptOf(how, run),
  max_tokens: maxTokens,
  temperature: run.span.sampling.temperature,
  top_p: run.span.sampling.topP,
  presence_penalty: 0,
  frequency_penalty: 0,
  n: 1,
  seed: how.seed(run.span.seed, run.span.prefix.length + run.ids.length),
  logit_bias: run.ids.length < run.span.minTokens ? bias(stopBeginnings(run.span)) : {},
  stream: true,
  stream_options: { include_usage: true },
  ...(how.extras ? extraFields(run.span) : {}),
});

/** The stop whose text ends first. */
const firstStop = (text: string, from: number, stops: readonly TextStop[]): (TextStop & { at: number }) | null => {
  const found = stops.flatMap((stop) => {
    const at = stop.text === "" ? -1 : text.indexOf(stop.text, Math.max(0, from - stop.text.length + 1));
    return at < 0 ? [] : [{ ...stop, at }];
  });
  return found.reduce<(TextStop & { at: number }) | null>(
    (best, stop) => (best === null || stop.at + stop.text.length < best.at + best.text.length ? stop : best),
    null,
  );
};

type Heard = {
  text: string;
  /** What a stop may have begun in. */ tail: string;
  finish: Piece["finish"];
  usage: Usage;
  stop: (TextStop & { at: number }) | null;
};

/** As much of the end of a text as a stop can begin in. */
const endOf = (text: string, stops: readonly TextStop[]): string => {
  const longest = Math.max(0, ...stops.map((stop) => stop.text.length));
  return longest === 0 ? "" : text.slice(-longest);
};

const startHearing = ({ text, stops }: TextRun): Heard => ({
  text: "",
  tail: endOf(text, stops),
  finish: null,
  usage: noUsage,
  stop: null,
});

/** Looks for stops in what is new: looking through all of it with each event would take the square of a long text. */
const lookForStop = (heard: Heard, run: TextRun, piece: string): void => {
  const window = heard.tail + piece;
  const stop = firstStop(window, heard.tail.length, run.stops);
  const start = run.text.length + heard.text.length - window.length;
  if (stop) heard.stop ??= { ...stop, at: start + stop.at };
  heard.tail = endOf(window, run.stops);
};

/** Characters of a token: vocabularies hold runs of a hundred spaces. */
const mostPerToken = 1024;

const hear = (heard: Heard, run: TextRun, maxTokens: number, event: unknown, tally: Tally): "more" | "enough" => {
  const fields = fieldsOf(event);
  const first = listOf(fields, "choices")?.[0];
  const choice = first === undefined ? {} : fieldsOf(first);
  const piece = textOf(choice, "text") ?? "";
  heard.text += piece;
  if (heard.text.length > mostPerToken * (maxTokens + 1))
    throw new Fault(
      "fatal",
      `the server does not honour max_tokens: ${heard.text.length} characters for ${maxTokens} tokens`,
    );
  heard.finish = finishOf(choice) ?? heard.finish;
  tally.usage = heard.usage = usageOf(fields) ?? heard.usage;
  tally.tokens = heard.usage.completionTokens ?? tally.tokens;
  lookForStop(heard, run, piece);
  return heard.stop !== null && heard.finish === null ? "enough" : "more";
};

/** The end of generation has no text: it shows by the server's stopping where nothing else could stop it. */
const endOfGeneration = (how: TextGenerator, run: TextRun): readonly number[] => {
  const end = run.span.stops.find((stop) => stop.length === 1 && how.eosIds.includes(stop[0] ?? -1));
  if (end) return end;
  throw new Fault(
    "fatal",
    "the model ended its turn where the method wanted it to go on, and a text-only server cannot be made to",
  );
};

const take = (run: TextRun, ids: readonly number[], stopped: boolean): void => {
  run.ids = ids.slice(0, run.span.maxTokens);
  run.stopped = stopped && ids.length <= run.span.maxTokens;
};

/** What was heard becomes ids: the sampled text encoded by itself. */
const settle = async (how: TextGenerator, run: TextRun, heard: Heard): Promise<void> => {
  const before = run.ids.length;
  const whole = run.text + heard.text;
  const text = heard.stop ? whole.slice(0, heard.stop.at) : whole;
  const ended = heard.stop === null && heard.finish === "stop";
  const ids = await how.codec.encode(text, true);
  const end = heard.stop?.ids ?? (ended ? endOfGeneration(how, run) : []);
  if (end.length > 0 && ids.length < run.span.minTokens)
    throw new Fault("fatal", `the server does not honour logit_bias: a stop after ${ids.length} tokens`);
  run.text = text;
  take(run, [...ids, ...end], end.length > 0);
  if (run.ids.length > before) return;
  const sampled = heard.usage.completionTokens ?? 0;
  if (sampled > 0)
    throw new Fault(
      "fatal",
      `the server sampled ${sampled} tokens that it gives no text for: it hides control tokens, such as an ` +
        "end of thinking",
    );
  throw new Fault("down", "the answer holds no text");
};

const oneLeg = async (how: TextGenerator, run: TextRun): Promise<void> => {
  const { span, watch, ids, drift } = run;
  const maxTokens =
    (ids.length < span.minTokens ? Math.min(span.minTokens, span.maxTokens) : span.maxTokens) - ids.length;
  const heard = startHearing(run);
  const onEnd = () => {
    if (heard.stop === null && heard.finish === null) throw new Fault("down", "the answer broke off before its end");
    if ((heard.usage.completionTokens ?? 0) > maxTokens)
      throw new Fault(
        "fatal",
        `the server does not honour max_tokens: ${heard.usage.completionTokens} tokens for ${maxTokens}`,
      );
    run.usage ??= heard.usage;
  };
  const asked = { ...run };
  await request(how.requests, {
    chain: watch.chain,
    session: watch.session,
    signal: watch.signal,
    path: "/v1/completions",
    body: body(how, run, maxTokens),
    onEvent: (event, tally) => hear(heard, run, maxTokens, event, tally),
    onEnd,
    drift,
  });
  await checkPromptCount(how, asked, heard.usage);
  await settle(how, run, heard);
};

/**
 * A span from a server that knows text alone. Inexact: the prefix is written out and read again by the server, and
 * what it says is encoded here. How far a prefix drifts is measured and reported with each request.
 */
export const generateText = async (how: TextGenerator, span: Span, watch: Watch): Promise<Sampled> => {
  const run = await startText(how, span, watch);
  const persistence = {
    backoff: how.backoff,
    patienceMs: how.patienceMs,
    signal: watch.signal,
    now: how.requests.now,
    progress: () => run.ids.length,
  };
  while (!run.stopped && run.ids.length < span.maxTokens) await persist(() => oneLeg(how, run), persistence);
  watch.onTokens?.(run.ids, null);
  const { promptTokens = null, cachedTokens = null } = run.usage ?? {};
  return { tokenIds: run.ids, stop: run.stopped ? "stop" : "length", logprobs: null, promptTokens, cachedTokens };
};
