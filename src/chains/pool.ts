import { hashOf } from "../core/hash.ts";
import { Chain, type ChainOptions } from "./chain.ts";

type Held = { readonly name: string; readonly chain: Chain; holders: number };

/** Chains kept in memory that nobody holds: the next attempt at a problem follows the last one. */
const spares = 64;

/** Hands out one chain object for one key, so that all who continue a chain see the same tree. */
export class ChainPool {
  readonly #byName = new Map<string, Held>();
  readonly #byChain = new Map<Chain, Held>();
  /** Those that nobody holds, the one left first at the beginning. */
  readonly #spare = new Set<Held>();

  /** To be given back with `release`. */
  acquire(options: ChainOptions): Chain {
    const name = hashOf(options.key);
    const held = this.#byName.get(name) ?? this.#hold({ name, chain: new Chain(options), holders: 0 });
    held.holders++;
    this.#spare.delete(held);
    return held.chain;
  }

  /** A chain that nobody holds is dropped from memory sooner or later; it stays in the store. */
  release(chain: Chain): void {
    const held = this.#byChain.get(chain);
    if (held && --held.holders === 0) void chain.idle().then(() => this.#keep(held));
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

  #keep(held: Held): void {
    if (held.holders > 0) return;
    this.#spare.add(held);
    const [oldest] = this.#spare;
    if (oldest && this.#spare.size > spares) this.#drop(oldest);
  }

  #drop(held: Held): void {
    this.#spare.delete(held);
    this.#byName.delete(held.name);
    this.#byChain.delete(held.chain);
  }
}
