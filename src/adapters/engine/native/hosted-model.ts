/** Per million tokens, in US dollars. */
export type ListedPrice = Readonly<{
  input: number;
  output: number;
  cached_input?: number | undefined;
  cache_write?: number | undefined;
}>;

/** What is known of a hosted model; what is left out nobody knows. */
export type HostedModel = Readonly<{
  /** Words that it takes; empty: it takes none. */
  efforts?: readonly string[] | undefined;
  /** Fewest and most thinking tokens; null: it takes no budget. */
  budget?: readonly [number, number | null] | null | undefined;
  /** Sampling fields that do harm to it, or that it refuses. */
  unsampled?: readonly string[] | undefined;
  /** Greedy decoding does harm to it. */
  neverGreedy?: boolean | undefined;
  contextLength?: number | undefined;
  /** Most tokens of a reply. */
  outputLimit?: number | undefined;
  price?: ListedPrice | undefined;
}>;
