/** What a model makes of one fixed text under greedy decoding. */
export type Answered = Readonly<{
  text: string;
  prompt: readonly number[];
  tokens: readonly number[];
  logprobs: readonly number[] | null;
}>;

/** What tells a model from others that say the same of themselves. */
export type Fingerprint = readonly Answered[];

export type KnownModel = Readonly<{
  /** Tells it from the other models that say the same of themselves; null where they hold the weights' own hash. */
  greedy: string | null;
  /** `EngineInfo.identity`: what it says of itself. */
  told: Readonly<Record<string, unknown>>;
  fingerprint: Fingerprint | null;
  /** `EngineInfo.facts` when it was last seen. */
  facts: Readonly<Record<string, unknown>>;
}>;

/** The models that ever decoded a chain. */
export interface ModelStore {
  /** Those that said the same of themselves. */
  telling(told: KnownModel["told"]): readonly KnownModel[];
  /** The one that was last seen under a name. */
  lastNamed(name: string): KnownModel | null;
  /** Stores a model as it is now, new or known. */
  see(name: string, model: KnownModel): void;
}
