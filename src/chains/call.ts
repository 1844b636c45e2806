import { messageOf } from "../core/message-of.ts";
import type { CallSoFar, RequestRecord } from "../ports/chain-store.ts";
import type { Sampled } from "../ports/engine.ts";

/** Prices in money per million tokens, where the user gave them. */
export type Price = Readonly<{ input: number; output: number }>;

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
  readonly #startedAt = new Date();
  readonly #start = performance.now();
  #end: Readonly<{ sampled: Sampled | null; error: string | null; at: number }> | null = null;

  constructor(prefix: number, price: Price | undefined) {
    this.#prefix = prefix;
    this.#price = price;
  }

  end(sampled: Sampled | null, error: unknown): void {
    const message = error === null ? null : messageOf(error);
    this.#end = { sampled, error: message, at: performance.now() };
  }

  soFar(): CallSoFar {
    return { id: this.id, record: this.#record(), ended: this.#end !== null };
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
