import { hashOf } from "../core/hash.ts";
import { Chain, type ChainOptions } from "./chain.ts";

/** Hands out one chain object for one key, so that all who continue a chain see the same tree. */
export class ChainPool {
  readonly #chains = new Map<string, { chain: Chain; holders: number }>();

  /** To be given back with `release`. */
  acquire(options: ChainOptions): Chain {
    const name = hashOf(options.key);
    const held = this.#chains.get(name) ?? { chain: new Chain(options), holders: 0 };
    held.holders++;
    this.#chains.set(name, held);
    return held.chain;
  }

  /** A chain that nobody holds is dropped from memory; it stays in the store. */
  release(chain: Chain): void {
    for (const [name, held] of this.#chains)
      if (held.chain === chain && --held.holders === 0) this.#chains.delete(name);
  }
}
