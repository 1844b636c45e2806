import type { Sampling } from "../../../core/sampling.ts";

/** One request: part of a span. */
export type Leg = Readonly<{
  prefix: readonly number[];
  maxTokens: number;
  /** Masked in the first `mask` tokens, ends of the leg afterwards where the server can stop at an id. */
  stopIds: readonly number[];
  mask: number;
  sampling: Sampling;
  seed: number;
  /** Ask for one whole answer instead of a stream. */
  whole: boolean;
  logprobs: boolean;
}>;

export type Usage = Readonly<{
  promptTokens: number | null;
  cachedTokens: number | null;
  /** What the server says it sampled, the stop token included. */
  completionTokens: number | null;
}>;

export const noUsage: Usage = { promptTokens: null, cachedTokens: null, completionTokens: null };

/** What one event of a stream adds. */
export type Piece = Readonly<{
  ids: readonly number[];
  logprobs: readonly number[] | null;
  finish: "stop" | "length" | null;
  usage: Usage | null;
}>;

/** Reads the events of one answer in order. */
export type Reader = (event: unknown) => Piece;

export type ServerRequest = Readonly<{ path: string; body: Readonly<Record<string, unknown>> }>;

/** How one kind of server is asked to continue token ids. */
export type Dialect = Readonly<{
  /** Can mask stops for the first tokens and obey them afterwards in one request. */
  minTokens: boolean;
  /** Obeys stop ids; otherwise the stream is watched and the rest of it cut off. */
  stopsAtIds: boolean;
  /** May run over the allowance by a few tokens. */
  overruns: boolean;
  request: (leg: Leg, model: string) => ServerRequest;
  reader: (leg: Leg) => Reader;
}>;

/** Ids were sampled that the stream did not carry; a whole answer has them. */
export class LostIds extends Error {
  override readonly name = "LostIds";
}
