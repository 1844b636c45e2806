import type { Kind, Piece, Segment } from "./segment.ts";

/** The segments of one attempt in order. Prompt and trace joined are what the model was given. */
export type Trace = readonly Segment[];

type Pieces = readonly Piece[];

export const traceIds = (trace: Pieces): readonly number[] =>
  ([] as readonly number[]).concat(...trace.map(({ tokenIds }) => tokenIds));

const countTokens = (trace: Pieces, keep: (piece: Piece) => boolean): number =>
  trace.reduce((sum, segment) => (keep(segment) ? sum + segment.tokenIds.length : sum), 0);

export const isThought = (kind: Kind): boolean => kind === "thinking" || kind === "continuation";

/** Tokens before the end of thinking: continuation strings included, delimiters not. */
export const thinkingTokens = (trace: Pieces): number => countTokens(trace, (s) => isThought(s.kind));

/** The part of the thinking tokens that a method wrote. */
export const forcedTokens = (trace: Pieces): number =>
  countTokens(trace, (s) => isThought(s.kind) && s.origin === "forced");

/** Tokens sampled after the end of thinking, the end of the turn not included. */
export const answerTokens = (trace: Pieces): number =>
  countTokens(trace, (s) => s.kind === "answer" && s.origin === "sampled");

/** Sampled on side branches. */
export const probeTokens = (trace: Pieces): number =>
  countTokens(trace, (s) => s.kind === "probe" && s.origin === "sampled");

export const sampledTokens = (trace: Pieces): number => countTokens(trace, (s) => s.origin === "sampled");

/** An ignored end leaves exactly one continuation segment, even where its string is empty. */
export const ignoredEnds = (trace: Pieces): number => trace.filter((s) => s.kind === "continuation").length;

const lastThought = (trace: Pieces): number => trace.findLastIndex((s) => isThought(s.kind));

/** The delimiter after the last thought, if thinking was closed. */
export const closingDelimiter = (trace: Pieces): Piece | undefined => {
  const answerAt = trace.findIndex((s) => s.kind === "answer" || s.kind === "cue");
  const thoughtAt = lastThought(trace);
  return trace.find((s, at) => s.kind === "delimiter" && at > thoughtAt && (answerAt < 0 || at < answerAt));
};

const textOf = (trace: Trace, kind: Kind): string =>
  trace
    .filter((s) => s.kind === kind)
    .map((s) => s.text)
    .join("");

/** What was answered, behind the last cue. A cue that a method wrote before it is no part of it. */
export const answerText = (trace: Trace): string =>
  textOf(trace.slice(trace.findLastIndex(({ kind }) => kind === "cue") + 1), "answer");

/** What a method wrote to lead into the answer, such as "Final Answer:". */
export const cueText = (trace: Trace): string => textOf(trace, "cue");
