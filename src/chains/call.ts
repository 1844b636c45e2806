import { messageOf } from "../core/message-of.ts";
import type { CallSoFar, RequestRecord } from "../ports/chain-store.ts";
import type { Sampled } from "../ports/engine.ts";

/** Prices in money per million tokens, where the user gave them. */
export type Price = Readonly<{
  input: number;
  output: number;
  /** Of prompt tokens that a cache held, and of those that were written into one. */
  cached_input?: number | undefined;
  cache_write?: number | undefined;
}>;

export type Paying = Readonly<{
  price?: Price | undefined;
  /** Called with what a call has cost since it was last stored. */
  onPaid?: ((money: number) => void) | undefined;
}>;

/**
 * The account of one call of an engine. It is stored with the first of its tokens and brought up to date with
 * each further piece, so that a killed process leaves what its tokens took.
 */
export class Call {
  /** The stored request. */
  id: number | null = null;
  /** Tokens sampled so far. */
  received = 0;
  readonly #prefix: number;
  readonly #price: Price | undefined;
  readonly #onPaid: ((money: number) => void) | undefined;
  #paid = 0;
  readonly #startedAt = new Date();
  readonly #start = performance.now();
  #end: Readonly<{ sampled: Sampled | null; error: string | null; at: number }> | null = null;

  constructor(prefix: number, { price, onPaid }: Paying) {
    this.#prefix = prefix;
    this.#price = price;
    this.#onPaid = onPaid;
  }

  end(sampled: Sampled | null, error: unknown): void {
    const message = error === null ? null : messageOf(error);
    this.#end = { sampled, error: message, at: performance.now() };
  }

  /** To be stored. */
  soFar(): CallSoFar {
    const record = this.#record();
    this.#pay(record.cost ?? 0);
    return { id: this.id, record, ended: this.#end !== null };
  }

  #pay(cost: number): void {
    if (cost > this.#paid) this.#onPaid?.(cost - this.#paid);
    this.#paid = cost;
  }

  #record(): RequestRecord {
    const [end, price, prefix] = [this.#end, this.#price, this.#prefix];
    return {
      startedAt: this.#startedAt.toISOString(),
      milliseconds: Math.round((end?.at ?? performance.now()) - this.#start),
      sampledTokens: this.received,
      promptTokens: end?.sampled?.promptTokens ?? null,
      cachedTokens: end?.sampled?.cachedTokens ?? null,
      cost: price ? (price.input * prefix + price.output * this.received) / 1e6 : null,
      promptCost: price ? (price.input * prefix) / 1e6 : null,
      error: end ? end.error : "not finished",
    };
  }
}
