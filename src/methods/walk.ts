import { isDeepStrictEqual } from "node:util";
import { mostOf } from "../core/extremes.ts";
import type { Piece } from "../core/segment.ts";
import { traceIds } from "../core/trace.ts";
import type { Continue, Continued, Delimiters, Task, ThoughtEnd } from "../ports/method.ts";
import { delimiter, endIn, endsOf, endsWith, forced, type Ids, sampleAnswer } from "./pieces.ts";

/** One thought that a rule watches while it grows. */
export type Walk = Readonly<{
  task: Task;
  /** Ids of the prompt. */
  prompt: Ids;
  /** Continues its chain. */
  go: Continue;
  /** Most thinking tokens that leave room for end, cue and answer in the context. */
  room: number;
}>;

export async function openWalk(task: Task, draw = 0): Promise<Walk> {
  const prompt = await task.prompt(task.problem.text);
  const { thinkingStart, thinkingEnd, answerCue } = task.delimiters;
  const reserved = prompt.length + thinkingStart.length + thinkingEnd.length + answerCue.length + task.maxAnswerTokens;
  return { task, prompt, go: task.chain(prompt, draw), room: Math.max(0, task.contextLength - reserved) };
}

/** What a thought ended in: its mark, the end of the turn, or a text that a rule looks at. */
export type Ending = Readonly<{ by: "mark" | "turn" | "text"; ids: Ids; end: ThoughtEnd | null }>;

/** New tokens of a thought, without what ended it; `ending` null: the allowance did. */
export type Grown = Readonly<{ tokenIds: Ids; ending: Ending | null; sampled: Continued }>;

type Growing = Readonly<{
  /** Thinking tokens at most. */
  most: number;
  /** Texts at which a rule looks, as ids. */
  texts?: readonly Ids[];
}>;

/**
 * Lets a thought grow. An end that begins at the last token that is allowed is natural: room for it is asked for, and
 * what comes beyond and is no end is not kept.
 */
export async function grow({ task, go }: Walk, thought: Ids, { most, texts = [] }: Growing): Promise<Grown> {
  const { delimiters } = task;
  const ends = endsOf(delimiters);
  const sampled = await go({
    after: [...delimiters.thinkingStart, ...thought],
    maxTokens: most + mostOf(ends.map(({ ids, shared }) => ids.length - shared)),
    stops: [...ends.map(({ ids }) => ids), ...delimiters.endOfTurn, ...texts],
  });
  const ending = endingOf(sampled.tokenIds, delimiters, texts);
  const kept = sampled.tokenIds.slice(0, sampled.tokenIds.length - (ending?.ids.length ?? 0));
  const isIn = ending && kept.length + (ending.by === "text" ? ending.ids.length : (ending.end?.shared ?? 0)) <= most;
  return isIn
    ? { tokenIds: kept, ending, sampled }
    : { tokenIds: sampled.tokenIds.slice(0, most), ending: null, sampled };
}

function endingOf(ids: Ids, delimiters: Delimiters, texts: readonly Ids[]): Ending | null {
  const end = endIn(ids, endsOf(delimiters));
  if (end) return { by: "mark", ids: end.ids, end };
  const turn = delimiters.endOfTurn.find((tail) => endsWith(ids, tail));
  if (turn) return { by: "turn", ids: turn, end: null };
  const text = texts.filter((tail) => endsWith(ids, tail)).toSorted((a, b) => b.length - a.length)[0];
  return text ? { by: "text", ids: text, end: null } : null;
}

const stops = { mark: "delimiter", turn: "eos", text: "length" } as const;

/** A stretch of sampled thought. */
export const thinking = (tokenIds: Ids, ending: Ending | null = null): Piece => ({
  kind: "thinking",
  origin: "sampled",
  stop: ending ? stops[ending.by] : "length",
  tokenIds,
});

/** The model's own end, where it wrote one; else the end that the method writes, with the cue. */
export function closing({ delimiters }: Pick<Task, "delimiters">, ending: Ending | null): readonly Piece[] {
  if (ending?.by !== "mark") return forcedEnd(delimiters);
  const shared = ending.end?.shared ?? 0;
  const merged = shared > 0 ? [{ ...thinking(ending.ids.slice(0, shared)), stop: "delimiter" as const }] : [];
  return [...merged, delimiter(ending.ids.slice(shared))];
}

export const forcedEnd = ({ thinkingEnd, answerCue }: Delimiters): readonly Piece[] => [
  forced("delimiter", thinkingEnd),
  ...(answerCue.length > 0 ? [forced("cue", answerCue)] : []),
];

/** The piece that opens the thought, where the prompt does not. */
export const opened = ({ delimiters: { thinkingStart } }: Task): readonly Piece[] =>
  thinkingStart.length > 0 ? [forced("delimiter", thinkingStart)] : [];

/**
 * Is a question on a side branch asked in the words that close the thought, on the same chain? Where the thought ends
 * there, its reply is the beginning of the answer, and no probe besides: the same tokens are told once.
 */
export const asksForAnswer = ({ task, go }: Walk, asked: Continue, words: Ids): boolean =>
  asked === go && isDeepStrictEqual(words, traceIds(forcedEnd(task.delimiters)));

/** Closes a thought and samples the answer. */
export async function conclude({ task, go }: Walk, thought: Ids, closed: readonly Piece[]): Promise<readonly Piece[]> {
  const { delimiters, maxAnswerTokens } = task;
  const after = [...delimiters.thinkingStart, ...thought, ...traceIds(closed)];
  const { endOfTurn } = delimiters;
  return [...closed, ...(await sampleAnswer({ go, after, maxTokens: maxAnswerTokens, endOfTurn }))];
}
