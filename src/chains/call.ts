import type { ChainStore, RequestRecord } from "../ports/chain-store.ts";
import type { Sampled } from "../ports/engine.ts";

/** Prices in money per million tokens, where the user gave them. */
export type Price = Readonly<{ input: number; output: number }>;

type Options = Readonly<{
  store: Pick<ChainStore, "addRequest" | "updateRequest" | "endRequest">;
  price: Price | undefined;
  chain: number;
  prefix: number;
}>;

/**
 * The account of one call of an engine. It is stored with the first of its tokens and brought up to date with
 * each further piece, so that a killed process leaves what its tokens took.
 */
export class Call {
  /** Tokens sampled so far. */
  received = 0;
  readonly #options: Options;
  readonly #startedAt = new Date();
  readonly #start = performance.now();
  #id: number | null = null;

  constructor(options: Options) {
    this.#options = options;
  }

  /** The stored request. */
  get id(): number {
    if (this.#id === null) throw new Error("a request was relied on that was never stored");
    return this.#id;
  }

  /** Stores how far it has come; returns its id. */
  soFar(): number {
    const { store, chain } = this.#options;
    const record = this.#record(null, "not finished");
    if (this.#id === null) this.#id = store.addRequest(chain, record);
    else store.updateRequest(this.#id, record);
    return this.#id;
  }

  end(sampled: Sampled | null, error: unknown): void {
    const { store, chain } = this.#options;
    const record = this.#record(
      sampled,
      error === null ? null : error instanceof Error ? error.message : String(error),
    );
    if (this.#id === null) this.#id = store.addRequest(chain, record);
    else store.endRequest(this.#id, record);
  }

  #record(sampled: Sampled | null, error: string | null): RequestRecord {
    const { price, prefix } = this.#options;
    return {
      startedAt: this.#startedAt.toISOString(),
      milliseconds: Math.round(performance.now() - this.#start),
      sampledTokens: this.received,
      promptTokens: sampled?.promptTokens ?? null,
      cachedTokens: sampled?.cachedTokens ?? null,
      cost: price ? (price.input * prefix + price.output * this.received) / 1e6 : null,
      promptCost: price ? (price.input * prefix) / 1e6 : null,
      error,
    };
  }
}
