/** What a model card says about the sizes that decide cost. `kvHeads` below `heads` is grouped-query attention. */
export type ModelShape = Readonly<{
  parameters: number;
  layers: number;
  heads: number;
  kvHeads: number;
  headDim: number;
}>;

/** Token positions `from` (inclusive, from 0) to `to` (exclusive) of a context. */
export type Span = Readonly<{ from: number; to: number }>;

/**
 * Floating-point operations of a forward pass over the tokens of a span: 2 for each parameter and token, and
 * for attention 4 x layers x heads x headDim for each token and each position it sees, its own included (Kaplan et
 * al., 2020, arXiv 2001.08361, section 2.1, whose context length is here summed over positions).
 */
export function flops({ parameters, layers, heads, headDim }: ModelShape, { from, to }: Span): number {
  const tokens = Math.max(0, to - from);
  const positions = (tokens * (from + 1 + to)) / 2;
  return 2 * parameters * tokens + 4 * layers * heads * headDim * positions;
}

/**
 * Bytes of the key-value cache of a context of N tokens: keys and values, by default 2 bytes per number (16 bits).
 */
export function kvCacheBytes({ layers, kvHeads, headDim }: ModelShape, tokens: number, bytes = 2): number {
  return 2 * layers * kvHeads * headDim * bytes * tokens;
}
