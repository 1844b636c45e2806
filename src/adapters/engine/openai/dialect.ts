import type { Sampling } from "../../../core/sampling.ts";
import type { HttpClient } from "../http/client.ts";
import type { Fields } from "./fields.ts";
import type { Post, ServerTokenizer } from "./server-codec.ts";

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
  /** Most probable tokens to be told of with each token; 0: none. */
  top?: number;
  /** Looked through for stops that the server does not know: each token is wanted as soon as it is there. */
  watched: boolean;
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
  /** Of each token the highest log-probabilities there, in order; left out where none were asked for. */
  candidates?: readonly (readonly number[] | null)[];
  finish: "stop" | "length" | null;
  usage: Usage | null;
}>;

/** Reads the events of one answer in order. */
export type Reader = (event: unknown) => Piece;

export type ServerRequest = Readonly<{ path: string; body: Readonly<Record<string, unknown>> }>;

/** How one kind of server is asked to continue token ids. */
export type TokenProtocol = Readonly<{
  /** Can mask stops for the first tokens and obey them afterwards in one request. */
  minTokens: boolean;
  /** Obeys stop ids; otherwise the stream is watched and the rest of it cut off. */
  stopsAtIds: boolean;
  /** May run over the allowance by a few tokens. */
  overruns: boolean;
  request: (leg: Leg, model: string) => ServerRequest;
  reader: (leg: Leg) => Reader;
}>;

/** What a server says about itself and its model. */
export type ServerFacts = Readonly<{
  /** Our own `serve`, whose random numbers go by position. */
  isServe: boolean;
  contextLength: number | null;
  vocabulary: number | null;
  eosIds: readonly number[] | null;
  chatTemplate: string | null;
  bosText: string | null;
  eosText?: string | null;
  /** What it says of the model that can change a token. */
  told: Readonly<Record<string, unknown>>;
  facts: Readonly<Record<string, unknown>>;
}>;

export type ServerChat = (
  messages: readonly Readonly<{ role: string; content: string }>[],
  variables: Readonly<Record<string, unknown>>,
) => Promise<readonly number[] | null>;

/** All that is known of one kind of server: a new one is a file of this shape, and a line in `dialects.ts`. */
export type Dialect = Readonly<{
  /** Null: it knows text alone. */
  tokens: TokenProtocol | null;
  /** Whether a server is of this kind, as far as it shows. */
  recognises: (client: HttpClient) => Promise<boolean>;
  /** `entry`: what its list of models says of the one wanted. */
  facts: (client: HttpClient, entry: Fields) => Promise<ServerFacts>;
  /** Null: it has none. */
  tokenizer: ((post: Post, of: Readonly<{ model: string; facts: ServerFacts }>) => ServerTokenizer) | null;
  /**
   * Ids that it makes of a conversation by its own chat template; left out where it has no such route, null where it
   * gives none.
   */
  chat?: (post: Post, model: string) => ServerChat;
  /** What to do about a server that gives no token ids. */
  noIds: string;
  /** What we ask of such servers that can change a token. */
  identity: Readonly<Record<string, unknown>>;
}>;

/** Ids were sampled that the stream did not carry; a whole answer has them. */
export class LostIds extends Error {
  override readonly name = "LostIds";
}
