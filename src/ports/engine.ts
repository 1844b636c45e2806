import type { Sampling } from "../core/sampling.ts";
import type { Given, TopSignals } from "../core/signals.ts";

/** One uninterrupted stretch of sampling. */
export type Span = Readonly<{
  /** Everything the model is given, prompt included. Never empty. */
  prefix: readonly number[];
  /** At most this many tokens, a stop sequence included. At least 1. */
  maxTokens: number;
  /** No stop sequence begins within the first `minTokens` tokens: the first id of each is masked there. */
  minTokens: number;
  /** Sampling stops as soon as the sampled tokens end in one of these; it stops at nothing else. */
  stops: readonly (readonly number[])[];
  sampling: Sampling;
  /**
   * Seed of the whole chain. The random number of a token is a hash of it and of the token's position in
   * the sequence, so a chain continued is the chain in one piece.
   */
  seed: number;
}>;

/** What an engine gets besides what to sample; nothing here can change a token. */
export type Watch = Readonly<{
  signal: AbortSignal;
  /** Spans of one chain share their beginning: an engine with several caches or hosts keeps them together. */
  chain: string;
  /** The same for all draws of a problem in an epoch: what a router in front of several servers keeps together. */
  session?: string;
  /** Called with newly sampled tokens as they come, in order; joined they are `Sampled.tokenIds`. */
  onTokens?: (ids: readonly number[], logprobs: readonly number[] | null, signals?: TopSignals) => void;
}>;

/** What a span brought. */
export type Sampled = Readonly<{
  /** The stop sequence that was met is at the end. */
  tokenIds: readonly number[];
  stop: "stop" | "length";
  /** Natural logarithm of each token's probability before temperature; null where the engine gives none. */
  logprobs: readonly number[] | null;
  /** What `EngineInfo.signals` promises besides; left out where the engine gives none. */
  signals?: TopSignals;
  /** Tokens of the prefix, and how many of them came from a cache; null where the engine does not say. */
  promptTokens: number | null;
  cachedTokens: number | null;
}>;

/** What a model in this process takes of the machine. */
export type Footprint = Readonly<{
  weight_bytes: number;
  /** Chains decoded at once. */
  sequences: number;
  /** Of their caches at first, and once they have grown as long as they may. */
  cache_bytes: number;
  most_cache_bytes: number;
  /** Of a decoding step, at most. */
  threads: number;
}>;

/** What an engine says of itself and its model. Lengths are tokens. */
export type EngineInfo = Readonly<{
  /** Everything about model and engine that can change a token, as plain data. Chains are keyed by it. */
  identity: Readonly<Record<string, unknown>>;
  /** For the reproducibility record: versions, hardware, files, hashes. */
  facts: Readonly<Record<string, unknown>>;
  /** What it says of each sampled token; left out: log-probabilities at most, and no method may rely on them. */
  signals?: Given;
  /** Prefix and sampled tokens together never exceed this. */
  contextLength: number;
  /** The model's own ends of generation. */
  eosIds: readonly number[];
  /** Ids from this one on do not exist; null: not known. */
  vocabularySize: number | null;
  /** Left out where another machine does the work. */
  footprint?: Footprint;
  /** Spans that can usefully be in flight at once. */
  concurrency: number;
  /** The model's own chat template (Jinja), if the engine knows it. */
  chatTemplate: string | null;
  /** Texts of the model's first token and of its end, for such a template. */
  bosText: string | null;
  eosText: string | null;
  /** Null where the engine cannot list it, such as a server without a tokenizer file. */
  vocabulary: Vocabulary | null;
}>;

/** What a vocabulary says of its tokens. */
export type Vocabulary = Readonly<{
  /** Texts of the tokens that are control or user-defined ones, but for words and white space. */
  marks: readonly string[];
  /** Whether the text is a token that is only found by merging: a control token whose type got lost. */
  isOrdinary(text: string): boolean;
}>;

/** What the model thinks of one given token after those before it. */
export type Scored = Readonly<{
  /** Natural logarithm of its probability, before temperature. */
  logprob: number;
  /** The most probable tokens there, best first. */
  top: readonly (readonly [id: number, logprob: number])[];
}>;

/** Score `ids[from]` and all after it, with `top` alternatives each. `from` is at least 1. */
export type Scoring = Readonly<{ ids: readonly number[]; from: number; top: number }>;

/** One of the machines of an engine, asked directly. */
export type Host = Readonly<{
  name: string;
  /** With log-probabilities where the machine can give them. */
  sample(span: Span, signal: AbortSignal): Promise<Sampled>;
}>;

/** Turns a prefix into more tokens. Knows nothing of thinking, budgets, problems or storage. */
export interface Engine {
  readonly info: EngineInfo;
  /** Its machines, where they alone know which weights they serve; left out where `identity` holds them. */
  readonly hosts?: readonly Host[];
  /** `special`: the vocabulary's marks, such as `<think>`, become their tokens; otherwise text stays text. */
  tokenize(text: string, options: Readonly<{ special: boolean }>): Promise<readonly number[]>;
  /** Those of the vocabulary's control and user-defined tokens that are in the text; see `Vocabulary.marks`. */
  marksIn(text: string): Promise<readonly string[]>;
  /** Text of the ids, control tokens written out. */
  detokenize(ids: readonly number[]): Promise<string>;
  /**
   * Text of each of the ids as it stands in a longer text; empty for a part of a character, null where a server would
   * have to be asked for each.
   */
  pieces?(ids: readonly number[]): Promise<readonly (string | null)[]>;
  generate(span: Span, watch: Watch): Promise<Sampled>;
  /**
   * Whether a control token comes back where it is sampled; null where that does not show. Left out by engines that are
   * given ids.
   */
  shows?(id: number, signal: AbortSignal): Promise<boolean | null>;
  /** Left out by engines that cannot. */
  score?(scoring: Scoring, watch: Pick<Watch, "signal" | "chain">): Promise<readonly Scored[]>;
  /**
   * Ids that the engine itself makes of a conversation by its own chat template, to compare ours with; null or no such
   * function where it renders none.
   */
  chatIds?(
    messages: readonly Readonly<{ role: string; content: string }>[],
    variables: Readonly<Record<string, unknown>>,
  ): Promise<readonly number[] | null>;
  close(): Promise<void>;
}
