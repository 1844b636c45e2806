import type { Ending } from "../core/ending.ts";
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
  /** The part of it that was written into a cache, where that has a price of its own. */
  written?: number | null;
  thinking: number | null;
  answer: number | null;
  /** Thought and answer together: what was decoded. */
  output: number | null;
}>;

/** What served a request, as the reply says; it can differ from what was asked. */
export type Served = Readonly<{ model: string | null; provider: string | null; tier: string | null }>;

/** Money that the reply itself names, in US dollars, and its field. */
export type ReportedCost = Readonly<{ money: number; source: string }>;

/** What a native model answered, as its server reports it. */
export type NativeResponse = Readonly<{
  /** Null where the server does not show it. */
  thought: string | null;
  /** What the server tells of a thought that it does not show; never counted. */
  summary?: string | null;
  answer: string;
  finish: Ending;
  /** The server's own word for it. */
  finishReason: string;
  tokens: NativeTokens;
  /** The fields of the reply that the counts came from, or that there were none. */
  source: string;
  served?: Served;
  /** Null where the reply names none. */
  cost?: ReportedCost | null;
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
  /** What a reader of the results should know, a line each. */
  notes?: readonly string[];
}>;

/** One question of a batch; `id` is ours, in letters, digits, hyphens and underscores. */
export type BatchLine = Readonly<{ id: string; request: NativeRequest }>;

/**
 * How far a batch has come. `ended`: nothing more will come of it, and what came can be fetched. `refused`: why the
 * service took none of it; null where it did.
 */
export type BatchState = Readonly<{ ended: boolean; done: number; refused: string | null }>;

/** A batch that may or may not have been handed in before a process died. */
export type Lookup = Readonly<{
  token: string;
  /** When it was written down, ISO 8601. */
  since: string;
  /** The service's names of batches that are known already. */
  known: readonly string[];
}>;

/** What became of a line. `again`: it failed in a way that another try may not, or was not reached in time. */
export type BatchResult = Readonly<{ id: string }> &
  (Readonly<{ response: NativeResponse }> | Readonly<{ error: string; again: boolean }>);

/** Questions that are handed in together and fetched later, at a lower price. */
export interface Batches {
  /** Most bytes of the questions of one batch. */
  readonly mostBytes: number;
  /** `token`: a name of ours by which the batch can be found. Returns the service's own name for it. */
  submit(lines: readonly BatchLine[], token: string, signal: AbortSignal): Promise<string>;
  /** The service's name of a batch that was handed in; null where it has none. */
  find(lookup: Lookup, signal: AbortSignal): Promise<string | null>;
  state(batch: string, signal: AbortSignal): Promise<BatchState>;
  /** In any order; a line that is missing did not come back. */
  results(batch: string, signal: AbortSignal): AsyncIterable<BatchResult>;
}

/** A model that is given a question and gives back a whole response; its thought cannot be continued. */
export interface NativeEngine {
  readonly info: NativeInfo;
  respond(request: NativeRequest, watch: Readonly<{ signal: AbortSignal; chain: string }>): Promise<NativeResponse>;
  /** Left out where questions are asked one by one. */
  readonly batches?: Readonly<{ service: Batches; pollSeconds: number; maxLines: number }>;
  close(): Promise<void>;
}
