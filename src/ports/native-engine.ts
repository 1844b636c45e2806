import type { Sampling } from "../core/sampling.ts";

/** What a native model lets one turn. Null: the field is not sent, the server's own default holds. */
export type Knobs = Readonly<{
  effort: string | null;
  thinkingBudget: number | null;
  /** Thought and answer together. */
  maxOutputTokens: number | null;
}>;

/** A question to a native model, with the knobs that are turned. */
export type NativeRequest = Readonly<{
  question: string;
  knobs: Knobs;
  sampling: Sampling;
  /** Of this attempt; sent where the server takes one. */
  seed: number;
}>;

/** Counts as the server reported them; null where it did not. */
export type NativeTokens = Readonly<{
  prompt: number | null;
  /** The part of the prompt that came from a cache. */
  cached: number | null;
  thinking: number | null;
  answer: number | null;
  /** Thought and answer together: what was decoded. */
  output: number | null;
}>;

/** What a native model answered, as its server reports it. */
export type NativeResponse = Readonly<{
  /** Null where the server does not show it. */
  thought: string | null;
  answer: string;
  finish: "stop" | "length";
  /** The server's own word for it. */
  finishReason: string;
  tokens: NativeTokens;
  /** The fields of the reply that the counts came from, or that there were none. */
  source: string;
}>;

/** What the engine of a native model says of itself. */
export type NativeInfo = Readonly<{
  /** Everything about model and server that can change a response, as plain data. Responses are keyed by it. */
  identity: Readonly<Record<string, unknown>>;
  /** For the reproducibility record. */
  facts: Readonly<Record<string, unknown>>;
  /** Null where nobody said. */
  contextLength: number | null;
  /** Requests that can usefully be in flight at once. */
  concurrency: number;
}>;

/** A model that is given a question and gives back a whole response; its thought cannot be continued. */
export interface NativeEngine {
  readonly info: NativeInfo;
  respond(request: NativeRequest, watch: Readonly<{ signal: AbortSignal; chain: string }>): Promise<NativeResponse>;
  close(): Promise<void>;
}
