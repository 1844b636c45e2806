import type { Scored, Scoring } from "../../../ports/engine.ts";
import type { NativeDraw } from "./binding.ts";
import { distributionOf, logOf, probabilityOf } from "./distribution.ts";
import type { Lane, Portion, Reading } from "./lane.ts";

/** Distributions of whole vocabularies are large: this number of them is in memory at once. */
const atOnce = 16;

const reading: Reading = {
  config: { temperature: 0, minP: 0, topK: 0, topP: 1, seed: 0 },
  probabilities: true,
  confidence: false,
};

type Settle = Readonly<{ resolve: (scored: readonly Scored[]) => void; reject: (reason: unknown) => void }>;

/** Reads given tokens and says how probable each was. Every position is evaluated: nothing of a cache is used. */
export class ScoreLane implements Lane {
  readonly chain: string;
  readonly signal: AbortSignal;
  readonly prefix: readonly number[] = [];
  readonly #scoring: Scoring;
  readonly #settle: Settle;
  readonly #scored: Scored[] = [];
  #fed = 0;
  #done = false;

  constructor(scoring: Scoring, { signal, chain }: Pick<Lane, "signal" | "chain">, settle: Settle) {
    this.#scoring = scoring;
    this.signal = signal;
    // A cache of its own kind: the chain's would be overwritten.
    this.chain = `${chain} scored`;
    this.#settle = settle;
  }

  get length(): number {
    return this.#scoring.ids.length - 1;
  }

  /** Started again, it keeps what it has scored and reads the rest of the cache anew. */
  enter(): void {
    this.#fed = 0;
  }

  portion(room: number): Portion {
    const { ids, from } = this.#scoring;
    const start = this.#fed;
    this.#fed = Math.min(this.length, start + Math.min(room, atOnce));
    const tokens = ids.slice(start, this.#fed);
    const first = from + this.#scored.length - 1 - start;
    return {
      tokens,
      readings: tokens.flatMap((_, offset) => (offset >= first ? [[offset, reading] as const] : [])),
    };
  }

  see(draws: readonly NativeDraw[]): boolean {
    const { ids, from, top } = this.#scoring;
    for (const draw of draws) this.#scored.push(scoredOf(draw, ids[from + this.#scored.length] as number, top));
    this.#done = this.#fed === this.length;
    return !this.#done;
  }

  deliver(): void {
    if (this.#done) this.#settle.resolve(this.#scored);
  }

  fail(reason: unknown): void {
    this.#settle.reject(reason);
  }
}

const scoredOf = (draw: NativeDraw, id: number, top: number): Scored => {
  const pairs = typeof draw === "number" ? undefined : draw[1];
  if (!pairs) throw new Error("no distribution could be read");
  const distribution = distributionOf(pairs);
  const { ids, probabilities } = distribution;
  const likeliest = ids.slice(0, top).map((each, at) => [each, logOf(probabilities[at] as number)] as const);
  return { logprob: logOf(probabilityOf(distribution, id)), top: likeliest };
};
