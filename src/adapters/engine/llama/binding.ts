import type { LlamaContext } from "node-llama-cpp";

/** How a token is drawn, in llama.cpp's words. */
export type SamplerConfig = Readonly<{
  temperature: number;
  minP: number;
  /** The most probable ones are found by sorting; 0 sorts all. Left out, nothing is sorted. */
  topK?: number;
  topP: number;
  seed: number;
  /** Added to the logits of `tokenBiasKeys`. */
  tokenBiasKeys?: Uint32Array;
  tokenBiasValues?: Float32Array;
}>;

export type NativeSampler = Readonly<{ applyConfig(config: SamplerConfig): void; dispose(): void }>;

/**
 * A drawn token; asked for more, with ids and probabilities in turn, most probable first, and the probability of the
 * token.
 */
export type NativeDraw = number | readonly [token: number, probabilities?: readonly number[], confidence?: number];

/**
 * llama.cpp as node-llama-cpp's own classes use it, beneath their queues, locks and promises: for small models these
 * took longer than the decoding. It is the library's own business, so it is looked for and not taken for granted.
 */
export type Binding = Readonly<{
  initBatch(tokens: number): void;
  /** Returns where in the batch the logits of the tokens at `logits` can be read. */
  addToBatch(sequence: number, position: number, tokens: Uint32Array, logits: Uint32Array): Uint32Array;
  decodeBatch(): Promise<void>;
  sampleToken(
    index: number,
    sampler: NativeSampler,
    probabilities?: boolean,
    confidence?: boolean,
  ): Promise<NativeDraw>;
  /** False where the model's memory cannot be cut there. */
  removeTokenCellsFromSequence(sequence: number, start: number, end: number): boolean;
  disposeSequence(sequence: number): void;
  setThreads(threads: number): void;
  createSampler(): NativeSampler;
}>;

type Inner = Omit<Binding, "createSampler">;
type Internals = Readonly<{
  _ctx?: Partial<Inner>;
  _model?: Readonly<{ _model?: unknown; _llama?: Readonly<{ _bindings?: Readonly<{ AddonSampler?: unknown }> }> }>;
}>;

const methods = [
  "initBatch",
  "addToBatch",
  "decodeBatch",
  "sampleToken",
  "removeTokenCellsFromSequence",
  "disposeSequence",
  "setThreads",
] as const;

export const bindingOf = (context: LlamaContext): Binding => {
  const { _ctx: inner, _model: model } = context as unknown as Internals;
  const Sampler = model?._llama?._bindings?.AddonSampler as (new (model: unknown) => NativeSampler) | undefined;
  if (!inner || !methods.every((name) => typeof inner[name] === "function") || typeof Sampler !== "function")
    throw new Error("this version of node-llama-cpp calls llama.cpp in another way than the one it is pinned to");
  const { initBatch, addToBatch, decodeBatch, sampleToken, removeTokenCellsFromSequence, disposeSequence, setThreads } =
    bound(inner as Inner);
  return {
    initBatch,
    addToBatch,
    decodeBatch,
    sampleToken,
    removeTokenCellsFromSequence,
    disposeSequence,
    setThreads,
    createSampler: () => new Sampler(model?._model),
  };
};

const bound = (inner: Inner): Inner =>
  Object.fromEntries(methods.map((name) => [name, (inner[name] as () => unknown).bind(inner)])) as unknown as Inner;
