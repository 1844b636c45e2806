import type { NativeSampler, SamplerConfig } from "./binding.ts";

/** One cache of a context, with the tokens that are in it and the chain that used it last. */
export type Slot = {
  readonly sequence: number;
  sampler: NativeSampler;
  /** What the sampler was set to last. */
  config: SamplerConfig | null;
  ids: number[];
  chain: string | null;
};

type Want = Readonly<{ prefix: readonly number[]; chain: string }>;

/** The slots that are not in use, least recently used first. */
export class FreeSlots {
  readonly #free: Slot[];

  constructor(slots: readonly Slot[]) {
    this.#free = [...slots];
  }

  /** The best one for a chain; undefined where all are in use. */
  take(want: Want): Slot | undefined {
    const best = bestSlot(this.#free, want);
    if (best) this.#free.splice(this.#free.indexOf(best), 1);
    return best;
  }

  /** Gives a slot back with whatever its cache holds now. */
  release(slot: Slot, chain: string): void {
    slot.chain = chain;
    this.#free.push(slot);
  }
}

/**
 * The chain's own slot, else one that holds at least half of the prefix already (the same problem or long
 * examples before it), else the one unused for longest: taking a slot for a few shared tokens would cost
 * another chain its cache.
 */
const bestSlot = (free: readonly Slot[], { prefix, chain }: Want): Slot | undefined => {
  const longest = (slots: readonly Slot[]): Slot | undefined =>
    slots.reduce<Slot | undefined>(
      (best, slot) => (!best || sharedLength(slot.ids, prefix) > sharedLength(best.ids, prefix) ? slot : best),
      undefined,
    );
  const own = longest(free.filter((slot) => slot.chain === chain));
  if (own) return own;
  const other = longest(free);
  return other && sharedLength(other.ids, prefix) * 2 >= prefix.length ? other : free[0];
};

export const sharedLength = (a: readonly number[], b: readonly number[]): number => {
  const length = Math.min(a.length, b.length);
  let at = 0;
  while (at < length && a[at] === b[at]) at++;
  return at;
};
