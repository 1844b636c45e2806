import { hashOf } from "../core/hash.ts";
import { Chain, type ChainOptions } from "./chain.ts";

type Held = { readonly name: string; readonly chain: Chain; holders: number };

/** Hands out one chain object for one key, so that all who continue a chain see the same tree. */
export class ChainPool {
  readonly #byName = new Map<string, Held>();
  readonly #byChain = new Map<Chain, Held>();

  /** To be given back with `release`. */
  acquire(options: ChainOptions): Chain {
    const name = hashOf(options.key);
    const held = this.#byName.get(name) ?? this.#hold({ name, chain: new Chain(options), holders: 0 });
    held.holders++;
    return held.chain;
  }

  /** A chain that nobody holds is dropped from memory once nothing comes for it any more; it stays in the store. */
  release(chain: Chain): void {
    const held = this.#byChain.get(chain);
    if (held && --held.holders === 0) void chain.idle().then(() => this.#drop(held));
  }

  /** Resolves when no engine is at work for any chain: everything it will ever say is stored. */
  async idle(): Promise<void> {
    await Promise.all([...this.#byChain.keys()].map((chain) => chain.idle()));
  }

  #hold(held: Held): Held {
    this.#byName.set(held.name, held);
    this.#byChain.set(held.chain, held);
    return held;
  }

  #drop({ name, chain, holders }: Held): void {
    if (holders > 0) return;
    this.#byName.delete(name);
    this.#byChain.delete(chain);
  }
}
