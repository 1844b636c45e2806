import { isGreedy } from "../../../core/sampling.ts";
import { candidatesFor, type Given, joinedSignals, type TopSignals } from "../../../core/signals.ts";
import type { Sampled, Span, Watch } from "../../../ports/engine.ts";
import { positionSeed } from "../position-seed.ts";
import { endsInStop, masks } from "../stop-sequences.ts";
import type { NativeDraw, SamplerConfig } from "./binding.ts";
import { type Distribution, distributionOf, drawFrom, logOf, probabilityOf } from "./distribution.ts";
import type { Lane, Portion, Reading } from "./lane.ts";

/** Said outright, because the library's defaults are topK 40 and topP 0.95. */
const whole = { temperature: 0, minP: 0, topK: 0, topP: 1, seed: 0 } as const;

const plain: Reading = { config: whole, probabilities: false, confidence: false };
const confident: Reading = { config: whole, probabilities: false, confidence: true };
const distribution: Reading = { config: whole, probabilities: true, confidence: false };

type Settle = Readonly<{ resolve: (sampled: Sampled) => void; reject: (reason: unknown) => void }>;

/** `top`: log-probabilities of the most probable tokens there. */
type Drawn = Readonly<{ id: number; logprob: number | null; top: readonly number[] }>;

/** What is told of each token; `large`: the vocabulary is too large to read its distribution out whole. */
export type Telling = Readonly<{ given: Given; large: boolean }>;

/** A span being decoded: reads its prefix, then draws token after token. */
export class SpanLane implements Lane {
  readonly chain: string;
  readonly signal: AbortSignal;
  readonly #span: Span;
  readonly #watch: Watch;
  readonly #telling: Telling;
  readonly #logprobs: number[] | null;
  readonly #tops: (readonly number[])[] = [];
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

  constructor(span: Span, watch: Watch, { telling, ...settle }: Settle & Readonly<{ telling: Telling }>) {
    this.#span = span;
    this.#watch = watch;
    this.chain = watch.chain;
    this.signal = watch.signal;
    this.#telling = telling;
    this.#logprobs = telling.given.logprobs ? [] : null;
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
    const { id, logprob, top } = this.#drawn(draw);
    this.#tokens.push(id);
    this.#sampled.push(id);
    if (logprob !== null) this.#logprobs?.push(logprob);
    if (candidatesFor(this.#telling.given) > 0) this.#tops.push(top);
    if (endsInStop(this.#sampled, this.#span.stops)) this.#stop = "stop";
    else if (this.#sampled.length === this.#span.maxTokens) this.#stop = "length";
    return this.#stop === null;
  }

  deliver(): void {
    const from = this.#delivered;
    this.#delivered = this.#sampled.length;
    if (from < this.#delivered)
      this.#watch.onTokens?.(
        this.#sampled.slice(from),
        this.#logprobs?.slice(from) ?? null,
        this.#signals(from, this.#delivered),
      );
    if (this.#stop === null) return;
    this.#settle.resolve({
      tokenIds: this.#sampled,
      stop: this.#stop,
      logprobs: this.#logprobs,
      signals: this.#signals(0, this.#delivered),
      promptTokens: this.#span.prefix.length,
      cachedTokens: this.#cached,
    });
  }

  #signals(from: number, to: number): TopSignals {
    return this.#tops.length === 0 ? {} : joinedSignals(this.#tops.slice(from, to), this.#telling.given);
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
    const { given, large } = this.#telling;
    const top = candidatesFor(given);
    const tells = given.logprobs || top > 0;
    if (tells && large) return { config: this.#ownConfig(), probabilities: false, confidence: false, top };
    if (this.#greedy && this.#masked.size > 0) return tells ? distribution : { ...plain, config: this.#ownConfig() };
    if (this.#greedy) return top > 0 ? distribution : given.logprobs ? confident : plain;
    if (this.#masked.size > 0 || tells) return distribution;
    return { ...plain, config: this.#ownConfig() };
  }

  /** How llama.cpp itself draws the token. */
  #ownConfig(): SamplerConfig {
    const config = this.#greedy ? whole : { ...this.#sampling(), seed: this.#seed };
    if (this.#masked.size === 0) return config;
    const tokenBiasKeys = Uint32Array.from(this.#masked);
    return { ...config, tokenBiasKeys, tokenBiasValues: new Float32Array(tokenBiasKeys.length).fill(-Infinity) };
  }

  /** Without a top-k that keeps everything: llama.cpp would sort the vocabulary, 11 ms at 150,000 tokens. */
  #sampling(): Omit<SamplerConfig, "seed"> {
    const { temperature, minP, topK, topP } = this.#span.sampling;
    return { temperature, minP, topP, ...(topK === 0 && this.#telling.large ? {} : { topK }) };
  }

  #drawn(draw: NativeDraw): Drawn {
    const [token, pairs, confidence] = typeof draw === "number" ? [draw] : draw;
    if (token < 0) throw new Error("no token could be sampled");
    if (!pairs) return { id: token, logprob: confidence === undefined ? null : Math.log(confidence), top: [] };
    if (this.#telling.large) return { id: token, logprob: logOf(confidence ?? 0), top: this.#topOf(pairs) };
    return this.#drawnFrom(distributionOf(pairs));
  }

  #drawnFrom(probabilities: Distribution): Drawn {
    const { sampling } = this.#span;
    const id = drawFrom(probabilities, { sampling, masked: this.#masked, random: this.#seed / 2 ** 31 });
    const logprob = this.#telling.given.logprobs ? Math.log(probabilityOf(probabilities, id)) : null;
    const count = candidatesFor(this.#telling.given);
    return { id, logprob, top: probabilities.probabilities.slice(0, count).map(logOf) };
  }

  /** Of ids and probabilities in turn, the most probable first. */
  #topOf(pairs: readonly number[]): readonly number[] {
    const count = Math.min(candidatesFor(this.#telling.given), pairs.length / 2);
    return Array.from({ length: count }, (_, at) => logOf(pairs[2 * at + 1] as number));
  }
}
