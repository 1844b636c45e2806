import { isGreedy } from "../../../core/sampling.ts";
import type { Sampled, Span, Watch } from "../../../ports/engine.ts";
import { positionSeed } from "../position-seed.ts";
import { endsInStop, masks } from "../stop-sequences.ts";
import type { NativeDraw } from "./binding.ts";
import { drawFrom } from "./distribution.ts";
import type { Lane, Portion, Reading } from "./lane.ts";

/** Said outright, because the library's defaults are topK 40 and topP 0.95. */
const whole = { temperature: 0, minP: 0, topK: 0, topP: 1, seed: 0 } as const;

const plain: Reading = { config: whole, probabilities: false, confidence: false };
const confident: Reading = { config: whole, probabilities: false, confidence: true };
const distribution: Reading = { config: whole, probabilities: true, confidence: false };

type Settle = Readonly<{ resolve: (sampled: Sampled) => void; reject: (reason: unknown) => void }>;

type Drawn = Readonly<{ id: number; logprob: number | null }>;

/** A span being decoded: reads its prefix, then draws token after token. */
export class SpanLane implements Lane {
  readonly chain: string;
  readonly signal: AbortSignal;
  readonly #span: Span;
  readonly #watch: Watch;
  readonly #logprobs: number[] | null;
  readonly #maskedAt: ReturnType<typeof masks>;
  readonly #tokens: number[];
  readonly #settle: Settle;
  /** How much of the tokens so far is in the cache. */
  #fed = 0;
  #cached: number | null = null;
  #delivered = 0;
  #stop: Sampled["stop"] | null = null;
  readonly #sampled: number[] = [];
  readonly #greedy: boolean;

  constructor(span: Span, watch: Watch, { logprobs, ...settle }: Settle & Readonly<{ logprobs: boolean }>) {
    this.#span = span;
    this.#watch = watch;
    this.chain = watch.chain;
    this.signal = watch.signal;
    this.#logprobs = logprobs ? [] : null;
    this.#settle = settle;
    this.#maskedAt = masks(span);
    this.#tokens = [...span.prefix];
    this.#greedy = isGreedy(span.sampling);
  }

  get prefix(): readonly number[] {
    return this.#tokens;
  }

  get length(): number {
    return this.#tokens.length;
  }

  enter(cached: number): void {
    this.#fed = cached;
    this.#cached ??= cached;
  }

  portion(room: number): Portion {
    const end = Math.min(this.#tokens.length, this.#fed + room);
    const tokens = this.#tokens.slice(this.#fed, end);
    this.#fed = end;
    return { tokens, readings: end === this.#tokens.length ? [[tokens.length - 1, this.#reading()]] : [] };
  }

  see([draw]: readonly NativeDraw[]): boolean {
    if (draw === undefined) return true; // the prefix is not read yet
    const { id, logprob } = this.#drawn(draw);
    this.#tokens.push(id);
    this.#sampled.push(id);
    if (logprob !== null) this.#logprobs?.push(logprob);
    if (endsInStop(this.#sampled, this.#span.stops)) this.#stop = "stop";
    else if (this.#sampled.length === this.#span.maxTokens) this.#stop = "length";
    return this.#stop === null;
  }

  deliver(): void {
    const from = this.#delivered;
    this.#delivered = this.#sampled.length;
    if (from < this.#delivered) this.#watch.onTokens?.(this.#sampled.slice(from), this.#logprobs?.slice(from) ?? null);
    if (this.#stop === null) return;
    this.#settle.resolve({
      tokenIds: this.#sampled,
      stop: this.#stop,
      logprobs: this.#logprobs,
      promptTokens: this.#span.prefix.length,
      cachedTokens: this.#cached,
    });
  }

  fail(reason: unknown): void {
    this.#settle.reject(reason);
  }

  get #masked(): ReadonlySet<number> {
    return this.#maskedAt(this.#sampled.length);
  }

  get #seed(): number {
    return positionSeed(this.#span.seed, this.#tokens.length);
  }

  /** Drawn natively where that can be: a distribution that is read out costs more than the decoding. */
  #reading(): Reading {
    if (this.#greedy) return this.#masked.size > 0 ? this.#maskedGreedy() : this.#logprobs ? confident : plain;
    if (this.#masked.size > 0 || this.#logprobs) return distribution;
    return { config: { ...this.#span.sampling, seed: this.#seed }, probabilities: false, confidence: false };
  }

  /** A bias would change the probabilities too, so these are read before it. */
  #maskedGreedy(): Reading {
    if (this.#logprobs) return distribution;
    const tokenBiasKeys = Uint32Array.from(this.#masked);
    const tokenBiasValues = new Float32Array(tokenBiasKeys.length).fill(-Infinity);
    return { ...plain, config: { ...whole, tokenBiasKeys, tokenBiasValues } };
  }

  #drawn(draw: NativeDraw): Drawn {
    const [token, pairs, confidence] = typeof draw === "number" ? [draw] : draw;
    if (!pairs) {
      if (token < 0) throw new Error("no token could be sampled");
      return { id: token, logprob: confidence === undefined ? null : Math.log(confidence) };
    }
    const probabilities = pairsOf(pairs);
    const { sampling } = this.#span;
    const id = drawFrom(probabilities, { sampling, masked: this.#masked, random: this.#seed / 2 ** 31 });
    return { id, logprob: this.#logprobs ? Math.log(probabilities.get(id) ?? 0) : null };
  }
}

/** Ids and probabilities in turn, as a map. */
export const pairsOf = (pairs: readonly number[]): Map<number, number> => {
  const map = new Map<number, number>();
  for (let at = 0; at < pairs.length; at += 2) map.set(pairs[at] as number, pairs[at + 1] as number);
  return map;
};
