import { mostOf } from "../core/extremes.ts";
import { z } from "zod";
import { continuationString } from "../core/defaults.ts";
import type { Piece } from "../core/segment.ts";
import { closingDelimiter, ignoredEnds, thinkingTokens, traceIds } from "../core/trace.ts";
import { UserError } from "../core/user-error.ts";
import type { Assumptions, Continue, Cost, Fit, Task, ThoughtEnd } from "../ports/method.ts";
import { forkedAt } from "./stretches.ts";
import { delimiter, endIn, endsOf, endsWith, forced, sampleAnswer } from "./pieces.ts";

export const StrictForcing = z.strictObject({
  variant: z
    .literal(["strict", undefined])
    .default("strict")
    .describe("The algorithm. `strict` counts every thinking token once, over the whole thought."),
  max_thinking_tokens: z
    .int()
    .nonnegative()
    .nullable()
    .default(null)
    .describe(
      "Thinking tokens at which the end is forced. Null: no budget, only the model's context limits the thought.",
    ),
  min_thinking_tokens: z.int().nonnegative().default(0).describe("Ignore every end before this many thinking tokens."),
  exact_thinking_tokens: z
    .int()
    .positive()
    .optional()
    .describe("Minimum and maximum in one: every thought is cut at this length, and every end before it is ignored."),
  ignore_ends: z.int().nonnegative().default(0).describe("Number of natural ends to ignore."),
  entropy_above: z
    .number()
    .nonnegative()
    .optional()
    .describe(
      "Ignore an end only where the model is unsure: entropy of the most probable tokens there, in bits, above this " +
        "(0.5 is klarity's). Needs `entropy: 5` of the model.",
    ),
  continuation: z
    .string()
    .nullable()
    .default(continuationString)
    .describe("Text that replaces an ignored end. Null or empty: no text, the model is only kept from ending there."),
  opening: z
    .string()
    .min(1)
    .optional()
    .describe("Words written at the beginning of the thought. They are thinking tokens, and count in the budget."),
  closing: z
    .string()
    .min(1)
    .optional()
    .describe(
      "Text written at a forced end: words before the end mark, or a text with the mark once in it. " +
        "It is no part of the thought, and a natural end gets none.",
    ),
});
export type StrictForcing = z.infer<typeof StrictForcing>;

/** The bounds of one attempt, in tokens. */
export type Bounds = Readonly<{
  /** Budget of the whole thought, continuation strings included, delimiters not. Infinity: none. */
  maxThinking: number;
  minThinking: number;
  ignoreEnds: number;
  continuationTokens: number;
  /** Entropy, in bits, above which an end may be ignored; left out: any. */
  entropyAbove?: number | null;
  /** Most thinking tokens that leave room for the end, the cue and the answer in the context. */
  contextRoom: number;
}>;

export type Step =
  | "think"
  | "ignoreEnd" // drop the natural end, put the continuation string in its place
  | "keepEnd" // the natural end is kept
  | "forceEnd" // the method closes the thought
  | "answer"
  | "done";

/**
 * What budget forcing (arXiv 2501.19393, section 3.1) does next. `trace` holds what came after the
 * opening delimiter; it is the only state. `entropy`: of the model where it wanted to end, in bits.
 */
export function nextStep(trace: readonly Piece[], bounds: Bounds, entropy: number | null = null): Step {
  if (closingDelimiter(trace)) return isAnswered(trace) ? "done" : "answer";
  const used = thinkingTokens(trace);
  if (wantsToEnd(trace)) return stepAtEnd(trace, used, bounds, entropy);
  if (used >= bounds.maxThinking) return "forceEnd";
  return used >= bounds.contextRoom ? "done" : "think";
}

function stepAtEnd(trace: readonly Piece[], used: number, bounds: Bounds, entropy: number | null): Step {
  if (isIgnored(trace, used, bounds) && !isSure(used, bounds, entropy)) return "ignoreEnd";
  return trace.at(-1)?.stop === "delimiter" ? "keepEnd" : "forceEnd";
}

/** An end is ignored only where the continuation string fits and something of the budget is left. */
function isIgnored(trace: readonly Piece[], used: number, bounds: Bounds): boolean {
  const limit = Math.min(bounds.maxThinking, bounds.contextRoom);
  if (used >= limit || used + bounds.continuationTokens > limit) return false;
  return used < bounds.minThinking || ignoredEnds(trace) < bounds.ignoreEnds;
}

/** An end before the minimum is ignored however sure the model is. */
const isSure = (used: number, { entropyAbove = null, minThinking }: Bounds, entropy: number | null): boolean =>
  entropyAbove !== null && used >= minThinking && (entropy ?? 0) <= entropyAbove;

const wantsToEnd = (trace: readonly Piece[]): boolean => {
  const last = trace.at(-1);
  return last?.kind === "thinking" && last.origin === "sampled" && last.stop !== "length";
};

const isAnswered = (trace: readonly Piece[]): boolean => trace.some((piece) => piece.kind === "answer");

/** One attempt under way: what the steps of a method share. */
export type Thinker = Readonly<{
  task: Task;
  /** Continues the chain of this attempt's prompt. */
  go: Continue;
  bounds: Bounds;
  continuation: readonly number[];
  /** Written at the beginning of the thought. */
  opening: readonly number[];
  /** Written at a forced end, the mark in it. */
  closing: readonly number[];
  /** How the last end was written, where it merged with the thought. */
  lastEnd: { value: ThoughtEnd | null; entropy: number | null };
}>;

/** A minimum that is the maximum too. */
export const bounded = ({ exact_thinking_tokens: exact, ...options }: StrictForcing): StrictForcing =>
  exact === undefined ? options : { ...options, max_thinking_tokens: exact, min_thinking_tokens: exact };

async function openThinker(task: Task, options: StrictForcing): Promise<Thinker> {
  const prompt = await task.prompt(task.problem.text);
  const continuation = options.continuation ? await task.encode(options.continuation) : [];
  const { thinkingStart, answerCue } = task.delimiters;
  const closing = await closingIds(task, options.closing);
  const opening =
    options.opening === undefined || options.max_thinking_tokens === 0 ? [] : await task.encode(options.opening);
  const reserved = prompt.length + thinkingStart.length + closing.length + answerCue.length + task.maxAnswerTokens;
  const bounds = {
    maxThinking: options.max_thinking_tokens ?? Infinity,
    minThinking: options.min_thinking_tokens,
    ignoreEnds: options.ignore_ends,
    continuationTokens: continuation.length,
    entropyAbove: options.entropy_above ?? null,
    contextRoom: task.contextLength - reserved,
  };
  return {
    task,
    go: task.chain(prompt),
    bounds,
    continuation,
    opening,
    closing,
    lastEnd: { value: null, entropy: null },
  };
}

type Words = Pick<Task, "delimiters" | "encode" | "decode">;

/** What is written at a forced end: words before the mark, or a text that holds it. */
export async function closingIds({ delimiters, encode, decode }: Words, closing: string | undefined) {
  const { thinkingEnd } = delimiters;
  if (closing === undefined) return thinkingEnd;
  const parts = closing.split((await decode(thinkingEnd)).trim());
  if (parts.length > 2)
    throw new UserError(`closing holds the end mark ${parts.length - 1} times`, {
      hint: "write it once, or not at all",
    });
  const [before = "", behind = ""] = parts;
  return [...(await encode(before)), ...thinkingEnd, ...(behind === "" ? [] : await encode(behind))];
}

export async function* strictForcing(task: Task, options: StrictForcing): AsyncGenerator<Piece, void, undefined> {
  const thinker = await openThinker(task, bounded(options));
  const opening = forced("delimiter", task.delimiters.thinkingStart);
  if (opening.tokenIds.length > 0) yield opening;
  const trace: Piece[] = [];
  if (thinker.opening.length > 0) {
    trace.push(forced("thinking", thinker.opening));
    yield* trace;
  }
  const next = (): Step => nextStep(trace, thinker.bounds, thinker.lastEnd.entropy);
  for (let step = next(); step !== "done"; step = next()) {
    noteGate(thinker, trace, step);
    for (const piece of await actions[step](thinker, trace)) {
      trace.push(piece);
      yield piece;
    }
  }
}

/** Keeps what the entropy at an end decided. */
function noteGate({ task, bounds, lastEnd }: Thinker, trace: readonly Piece[], step: Step): void {
  const { entropyAbove: threshold = null, ignoreEnds } = bounds;
  if (threshold === null || !wantsToEnd(trace) || ignoredEnds(trace) >= ignoreEnds) return;
  const outcome = step === "ignoreEnd" ? "ignored" : "kept";
  task.decide?.({ position: thinkingTokens(trace), rule: "entropy", value: lastEnd.entropy, threshold, outcome });
}

type Action = (thinker: Thinker, trace: readonly Piece[]) => Promise<readonly Piece[]>;

const actions: Record<Exclude<Step, "done">, Action> = {
  think: async (thinker, trace) => [await think(thinker, trace)],
  ignoreEnd: async (thinker) => [forced("continuation", await replacement(thinker))],
  keepEnd: async (thinker) => keptEnd(thinker),
  forceEnd: async (thinker) => forcedEnd(thinker),
  answer: (thinker, trace) => answer(thinker, trace),
};

function forcedEnd({ task: { delimiters }, closing }: Thinker): readonly Piece[] {
  const end = forced("delimiter", closing);
  return delimiters.answerCue.length > 0 ? [end, forced("cue", delimiters.answerCue)] : [end];
}

/** A token that holds text of the thought and of its end counts as thought. */
function keptEnd({ task, lastEnd: { value } }: Thinker): readonly Piece[] {
  const { ids, shared } = value ?? { ids: task.delimiters.thinkingEnd, shared: 0 };
  const merged: Piece = { kind: "thinking", origin: "sampled", stop: "delimiter", tokenIds: ids.slice(0, shared) };
  return [...(shared > 0 ? [merged] : []), delimiter(ids.slice(shared))];
}

/** Text of the thought that went with the ignored end is written again, then the continuation string. */
async function replacement({ task, continuation, lastEnd: { value } }: Thinker): Promise<readonly number[]> {
  return value && value.shared > 0 ? [...(await task.encode(value.text)), ...continuation] : continuation;
}

/**
 * Samples up to the budget, and the length of an end beyond it: a thought that ends by itself exactly
 * at the budget is natural. What came beyond and is no end is not kept.
 */
async function think({ task, go, bounds, lastEnd }: Thinker, trace: readonly Piece[]): Promise<Piece> {
  const { thinkingStart, endOfTurn } = task.delimiters;
  const ends = endsOf(task.delimiters);
  const allowance = Math.min(bounds.maxThinking, bounds.contextRoom) - thinkingTokens(trace);
  const sampled = await go({
    after: [...thinkingStart, ...traceIds(trace)],
    maxTokens: allowance + mostOf(ends.map(({ ids, shared }) => ids.length - shared)),
    stops: [...ends.map(({ ids }) => ids), ...endOfTurn],
    minTokens: withheldEnds(trace),
  });
  const ending = stopOf(sampled.tokenIds, ends, endOfTurn);
  lastEnd.value = ending?.end ?? null;
  lastEnd.entropy = (ending && sampled.signals?.entropies?.at(-ending.length)) ?? null;
  if (ending && sampled.tokenIds.length - ending.length + (ending.end?.shared ?? 0) <= allowance)
    return {
      kind: "thinking",
      origin: "sampled",
      stop: ending.stop,
      tokenIds: sampled.tokenIds.slice(0, -ending.length),
    };
  return { kind: "thinking", origin: "sampled", stop: "length", tokenIds: sampled.tokenIds.slice(0, allowance) };
}

/** After an empty continuation string the prefix is the one that just wanted to end; it may not end at once. */
const withheldEnds = (trace: readonly Piece[]): number => {
  const last = trace.at(-1);
  return last?.kind === "continuation" && last.tokenIds.length === 0 ? 1 : 0;
};

const answer = ({ task, go }: Thinker, trace: readonly Piece[]): Promise<readonly Piece[]> => {
  const { thinkingStart, endOfTurn } = task.delimiters;
  return sampleAnswer({
    go,
    after: [...thinkingStart, ...traceIds(trace)],
    maxTokens: task.maxAnswerTokens,
    endOfTurn,
  });
};

type Ending = Readonly<{ stop: "delimiter" | "eos"; length: number; end: ThoughtEnd | null }>;

function stopOf(
  ids: readonly number[],
  ends: readonly ThoughtEnd[],
  endOfTurn: readonly (readonly number[])[],
): Ending | null {
  const end = endIn(ids, ends);
  if (end) return { stop: "delimiter", length: end.ids.length, end };
  const eos = endOfTurn.find((tail) => endsWith(ids, tail));
  return eos ? { stop: "eos", length: eos.length, end: null } : null;
}

export function strictLabel(options: StrictForcing): string {
  const parts = [
    options.exact_thinking_tokens === undefined ? null : `=${options.exact_thinking_tokens}`,
    options.max_thinking_tokens === null ? null : `≤${options.max_thinking_tokens}`,
    options.min_thinking_tokens > 0 ? `≥${options.min_thinking_tokens}` : null,
    options.ignore_ends > 0 ? `${options.continuation || "nothing"} ×${options.ignore_ends}` : null,
    options.entropy_above === undefined ? null : `if entropy >${options.entropy_above}`,
    options.opening === undefined ? null : `opening ${brief(options.opening)}`,
    options.closing === undefined ? null : `closing ${brief(options.closing)}`,
  ].filter((part) => part !== null);
  return parts.length > 0 ? parts.join(" ") : "natural";
}

/** Enough of a text to tell settings apart. */
const brief = (text: string): string => {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return JSON.stringify(line.length > 24 ? `${line.slice(0, 21)}...` : line);
};

/** Refuses words that do not fit: an opening longer than the budget, a closing with two marks. */
export async function checkWords({ model }: Fit, options: StrictForcing): Promise<void> {
  const { exact_thinking_tokens: exact, max_thinking_tokens: max, min_thinking_tokens: min, ignore_ends } = options;
  if (exact !== undefined && (max !== null || min > 0 || ignore_ends > 0))
    throw new UserError("exact_thinking_tokens is a minimum and a maximum: it leaves no other bound to set", {
      hint: "leave out max_thinking_tokens, min_thinking_tokens and ignore_ends",
    });
  if (!model) return;
  await closingIds(model, options.closing);
  const opening = options.opening === undefined ? [] : await model.encode(options.opening);
  const most = options.max_thinking_tokens;
  if (most !== null && most > 0 && opening.length > most)
    throw new UserError(`opening takes ${opening.length} tokens, more than the budget of ${most}`, {
      hint: "shorten it, or raise max_thinking_tokens",
    });
}

/** What an opening and a closing take: an opening within a budget is part of it. */
export async function writtenWords(model: NonNullable<Fit["model"]>, options: StrictForcing): Promise<number> {
  const closing = await closingIds(model, options.closing);
  const isBounded = bounded(options).max_thinking_tokens !== null;
  const opening = isBounded || options.opening === undefined ? [] : await model.encode(options.opening);
  return opening.length + closing.length - model.delimiters.thinkingEnd.length;
}

export function strictCost(written: StrictForcing, assume: Assumptions): Cost {
  const options = bounded(written);
  const max = options.max_thinking_tokens ?? Infinity;
  const extended = Math.max(assume.natural + assume.perIgnoredEnd * options.ignore_ends, options.min_thinking_tokens);
  const thinking = Math.min(max, extended);
  const stretches = forkedAt(assume.natural, {
    thinking,
    ignores: options.ignore_ends,
    continuation: options.continuation,
  });
  return { thinking, worstThinking: max, chains: 1, requests: max === 0 ? 1 : 2 + options.ignore_ends, stretches };
}
