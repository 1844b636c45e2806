import { z } from "zod";
import { continuationString } from "../core/defaults.ts";
import type { Piece } from "../core/segment.ts";
import { closingDelimiter, ignoredEnds, thinkingTokens, traceIds } from "../core/trace.ts";
import type { Assumptions, Continue, Cost, Task } from "../ports/method.ts";
import { forkedAt } from "./stretches.ts";
import { delimiter, endsWith, forced, sampleAnswer } from "./pieces.ts";

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
  ignore_ends: z.int().nonnegative().default(0).describe("Number of natural ends to ignore."),
  continuation: z
    .string()
    .nullable()
    .default(continuationString)
    .describe("Text that replaces an ignored end. Null or empty: no text, the model is only kept from ending there."),
});
export type StrictForcing = z.infer<typeof StrictForcing>;

/** The bounds of one attempt, in tokens. */
export type Bounds = Readonly<{
  /** Budget of the whole thought, continuation strings included, delimiters not. Infinity: none. */
  maxThinking: number;
  minThinking: number;
  ignoreEnds: number;
  continuationTokens: number;
  /** Most thinking tokens that leave room for the end, the cue and the answer in the context. */
  contextRoom: number;
}>;

export type Step =
  | "think"
  | "ignoreEnd" // drop the natural end, put the continuation string in its place
  | "keepEnd" // the natural end stands
  | "forceEnd" // the method closes the thought
  | "answer"
  | "done";

/**
 * What budget forcing (arXiv 2501.19393, section 3.1) does next. `trace` holds what came after the
 * opening delimiter; it is the only state.
 */
export function nextStep(trace: readonly Piece[], bounds: Bounds): Step {
  if (closingDelimiter(trace)) return isAnswered(trace) ? "done" : "answer";
  const used = thinkingTokens(trace);
  if (wantsToEnd(trace)) return stepAtEnd(trace, used, bounds);
  if (used >= bounds.maxThinking) return "forceEnd";
  return used >= bounds.contextRoom ? "done" : "think";
}

function stepAtEnd(trace: readonly Piece[], used: number, bounds: Bounds): Step {
  if (isIgnored(trace, used, bounds)) return "ignoreEnd";
  return trace.at(-1)?.stop === "delimiter" ? "keepEnd" : "forceEnd";
}

/** An end is ignored only where the continuation string fits and something of the budget is left. */
function isIgnored(trace: readonly Piece[], used: number, bounds: Bounds): boolean {
  const limit = Math.min(bounds.maxThinking, bounds.contextRoom);
  if (used >= limit || used + bounds.continuationTokens > limit) return false;
  return used < bounds.minThinking || ignoredEnds(trace) < bounds.ignoreEnds;
}

const wantsToEnd = (trace: readonly Piece[]): boolean => {
  const last = trace.at(-1);
  return last?.kind === "thinking" && last.stop !== "length";
};

const isAnswered = (trace: readonly Piece[]): boolean => trace.some((piece) => piece.kind === "answer");

/** One attempt under way: what the steps of a method share. */
export type Thinker = Readonly<{
  task: Task;
  /** Continues the chain of this attempt's prompt. */
  go: Continue;
  bounds: Bounds;
  continuation: readonly number[];
}>;

async function openThinker(task: Task, options: StrictForcing): Promise<Thinker> {
  const prompt = await task.prompt(task.problem.text);
  const continuation = options.continuation ? await task.encode(options.continuation) : [];
  const { thinkingStart, thinkingEnd, answerCue } = task.delimiters;
  const reserved = prompt.length + thinkingStart.length + thinkingEnd.length + answerCue.length + task.maxAnswerTokens;
  const bounds = {
    maxThinking: options.max_thinking_tokens ?? Infinity,
    minThinking: options.min_thinking_tokens,
    ignoreEnds: options.ignore_ends,
    continuationTokens: continuation.length,
    contextRoom: task.contextLength - reserved,
  };
  return { task, go: task.chain(prompt), bounds, continuation };
}

export async function* strictForcing(task: Task, options: StrictForcing): AsyncGenerator<Piece, void, undefined> {
  const thinker = await openThinker(task, options);
  const opening = forced("delimiter", task.delimiters.thinkingStart);
  if (opening.tokenIds.length > 0) yield opening;
  const trace: Piece[] = [];
  for (let step = nextStep(trace, thinker.bounds); step !== "done"; step = nextStep(trace, thinker.bounds))
    for (const piece of await actions[step](thinker, trace)) {
      trace.push(piece);
      yield piece;
    }
}

type Action = (thinker: Thinker, trace: readonly Piece[]) => Promise<readonly Piece[]>;

const actions: Record<Exclude<Step, "done">, Action> = {
  think: async (thinker, trace) => [await think(thinker, trace)],
  ignoreEnd: async ({ continuation }) => [forced("continuation", continuation)],
  keepEnd: async ({ task }) => [delimiter(task.delimiters.thinkingEnd)],
  forceEnd: async ({ task }) => forcedEnd(task),
  answer: (thinker, trace) => answer(thinker, trace),
};

function forcedEnd({ delimiters }: Task): readonly Piece[] {
  const end = forced("delimiter", delimiters.thinkingEnd);
  return delimiters.answerCue.length > 0 ? [end, forced("cue", delimiters.answerCue)] : [end];
}

/**
 * Samples up to the budget, and the length of an end beyond it: a thought that ends by itself exactly
 * at the budget is natural. What came beyond and is no end is not kept.
 */
async function think({ task, go, bounds }: Thinker, trace: readonly Piece[]): Promise<Piece> {
  const { thinkingStart, thinkingEnd, endOfTurn } = task.delimiters;
  const allowance = Math.min(bounds.maxThinking, bounds.contextRoom) - thinkingTokens(trace);
  const sampled = await go({
    after: [...thinkingStart, ...traceIds(trace)],
    maxTokens: allowance + thinkingEnd.length,
    stops: [thinkingEnd, ...endOfTurn],
    minTokens: withheldEnds(trace),
  });
  const ending = stopOf(sampled.tokenIds, thinkingEnd, endOfTurn);
  if (ending && sampled.tokenIds.length - ending.length <= allowance)
    return {
      kind: "thinking",
      origin: "sampled",
      stop: ending.stop,
      tokenIds: sampled.tokenIds.slice(0, -ending.length),
    };
  return { kind: "thinking", origin: "sampled", stop: "length", tokenIds: sampled.tokenIds.slice(0, allowance) };
}

/** Behind an empty continuation string the prefix is the one that just wanted to end: it may not at once. */
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

function stopOf(
  ids: readonly number[],
  thinkingEnd: readonly number[],
  endOfTurn: readonly (readonly number[])[],
): { stop: "delimiter" | "eos"; length: number } | null {
  if (endsWith(ids, thinkingEnd)) return { stop: "delimiter", length: thinkingEnd.length };
  const eos = endOfTurn.find((tail) => endsWith(ids, tail));
  return eos ? { stop: "eos", length: eos.length } : null;
}

export function strictLabel(options: StrictForcing): string {
  const parts = [
    options.max_thinking_tokens === null ? null : `≤${options.max_thinking_tokens}`,
    options.min_thinking_tokens > 0 ? `≥${options.min_thinking_tokens}` : null,
    options.ignore_ends > 0 ? `${options.continuation || "nothing"} ×${options.ignore_ends}` : null,
  ].filter((part) => part !== null);
  return parts.length > 0 ? parts.join(" ") : "natural";
}

export function strictCost(options: StrictForcing, assume: Assumptions): Cost {
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
