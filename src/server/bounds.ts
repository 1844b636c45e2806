import { continuationString, servedAnswerTokens } from "../core/defaults.ts";
import type { Delimiters } from "../ports/method.ts";
import { ApiError } from "./api-error.ts";
import type { Budget } from "./served-model.ts";

export type BudgetFields = Readonly<{
  max_thinking_tokens?: number | null | undefined;
  /** vLLM's name; -1: none. */
  thinking_token_budget?: number | null | undefined;
  ignore_ends?: number | null | undefined;
  continuation?: string | null | undefined;
  max_answer_tokens?: number | null | undefined;
}>;

/** What a request asks of budget forcing. Thought and answer have rooms of their own. */
export type Wish = Readonly<{
  /** Null: as long as the context allows. */
  maxThinking: number | null;
  ignoreEnds: number;
  continuation: string;
  /** Null: nothing was said. */
  maxAnswer: number | null;
  /** The answer room was named, and is not only a ceiling of the whole request. */
  exactAnswer: boolean;
}>;

/** A wish that fits. */
export type Bounds = Pick<Wish, "maxThinking" | "ignoreEnds" | "continuation"> & Readonly<{ maxAnswer: number }>;

const budgetOf = ({ max_thinking_tokens: ours, thinking_token_budget: theirs }: BudgetFields): number | null => {
  if (ours != null && theirs != null && ours !== theirs)
    throw new ApiError(
      400,
      "max_thinking_tokens and thinking_token_budget say different things",
      "max_thinking_tokens",
    );
  return ours ?? (theirs == null || theirs < 0 ? null : theirs);
};

/** Fields count before the name. `maxTokens` is the client's ceiling: of an answer, where there is a budget. */
export const wishOf = (fields: BudgetFields, named: Budget | null, maxTokens: number | null): Wish | null => {
  const thinking = budgetOf(fields);
  if (named === null && thinking === null && fields.ignore_ends == null) {
    for (const name of ["continuation", "max_answer_tokens"] as const)
      if (fields[name] != null)
        throw new ApiError(400, `${name} needs a budget: max_thinking_tokens, ignore_ends, or NAME@bf-N-wM`, name);
    return null;
  }
  const ignoreEnds = fields.ignore_ends ?? named?.ignore_ends ?? 0;
  if (fields.continuation != null && ignoreEnds === 0)
    throw new ApiError(400, "continuation needs ignore_ends: without it no end is ignored", "continuation");
  return {
    maxThinking: thinking ?? named?.max_thinking_tokens ?? null,
    ignoreEnds,
    continuation: fields.continuation ?? continuationString,
    maxAnswer: fields.max_answer_tokens ?? maxTokens,
    exactAnswer: fields.max_answer_tokens != null,
  };
};

/** The least that is left to an answer whose ceiling the context lowers. */
const leastAnswer = 64;

type Place = Readonly<{ prompt: readonly number[]; delimiters: Delimiters; contextLength: number }>;

const lengthOf = ({ prompt, delimiters: { thinkingStart, thinkingEnd, answerCue } }: Place): number =>
  prompt.length + thinkingStart.length + thinkingEnd.length + answerCue.length;

/**
 * Gives thought and answer their rooms, or refuses. A budget is never lowered. A ceiling of the answer that the context
 * does not reach is the context; an answer room that was named must fit as it is. After a thought without a budget an
 * answer that was not named has an eighth of what the prompt leaves, so that thought and answer both have room.
 */
export const fitBounds = (wish: Wish, place: Place): Bounds => {
  const { maxThinking, exactAnswer } = wish;
  const wanted = wish.maxAnswer ?? servedAnswerTokens;
  const left = place.contextLength - lengthOf(place) - (maxThinking ?? 1);
  const least = exactAnswer ? wanted : Math.min(wanted, leastAnswer);
  if (left < least) throw noRoom(wish, place, least);
  const ceiling = maxThinking === null && !exactAnswer ? Math.max(least, left >> 3) : left;
  return { ...wish, maxAnswer: Math.min(wanted, ceiling) };
};

const noRoom = ({ maxThinking }: Wish, place: Place, least: number): ApiError => {
  const thought = maxThinking === null ? "a thought" : `${maxThinking} thinking tokens`;
  return new ApiError(
    400,
    `${thought} and ${least} tokens of answer do not fit: the context holds ${place.contextLength} tokens, of ` +
      `which prompt and delimiters take ${lengthOf(place)}`,
    maxThinking === null ? "max_tokens" : "max_thinking_tokens",
  );
};

/** What one answer may take without a budget: `maxTokens` is a ceiling, and so is the context. */
export const roomFor = (prefix: number, maxTokens: number | null, contextLength: number): number => {
  const room = contextLength - prefix;
  if (room < 1)
    throw new ApiError(400, `the prompt has ${prefix} tokens, the context holds ${contextLength}`, "prompt");
  return Math.min(room, maxTokens ?? room);
};

/** No thought and answer can be longer than everything together: whoever asks for that means another model. */
export const checkCeiling = (maxTokens: number | null, contextLength: number): void => {
  if (maxTokens !== null && maxTokens > contextLength)
    throw new ApiError(400, `max_tokens ${maxTokens} exceed the context length ${contextLength}`, "max_tokens");
};
