/** Who wrote a span: the model, or the method around it. */
export type Origin = "sampled" | "forced";

/** What a span is for. */
export type Kind =
  | "thinking" // sampled thought
  | "continuation" // what a method put in place of an ignored end (possibly no tokens at all)
  | "delimiter" // opens or closes thinking, or ends the turn
  | "cue" // text forced after a forced end, such as "Final Answer:"
  | "answer"
  | "probe"; // a question asked on a side branch, never part of the thought

/** Why sampling stopped: the end-of-thinking delimiter, the model's end of turn, or the allowance. */
export type Stop = "delimiter" | "eos" | "length";

/**
 * A span of tokens with one author and one kind. A stop token is never inside the span it ends: a
 * natural end that is kept is a `delimiter` of its own, an ignored one is in no span.
 */
export type Piece = Readonly<{
  kind: Kind;
  origin: Origin;
  /** Null for forced spans. */
  stop: Stop | null;
  tokenIds: readonly number[];
}>;

/** A piece with its text. Methods deal in ids alone; texts are made once an attempt is complete. */
export type Segment = Piece & Readonly<{ text: string }>;
