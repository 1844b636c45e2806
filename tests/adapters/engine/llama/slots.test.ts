import { describe, expect, it } from "vitest";
import { FreeSlots, type Slot } from "../../../../src/adapters/engine/llama/slots.ts";

const slotsOf = (count: number): Slot[] =>
  Array.from({ length: count }, (_, sequence) => ({
    sequence,
    sampler: { applyConfig: () => undefined, dispose: () => undefined },
    config: null,
    ids: [],
    chain: null,
  }));

const poolOf = (count: number): FreeSlots => new FreeSlots(slotsOf(count));

const take = (pool: FreeSlots, chain: string, prefix: readonly number[]): Slot => {
  const slot = pool.take({ chain, prefix });
  if (!slot) throw new Error("all slots are in use");
  return slot;
};

/** Gives a slot back with these tokens in its cache. */
const fill = (pool: FreeSlots, slot: Slot, chain: string, ids: number[]): void => {
  slot.ids = ids;
  pool.release(slot, chain);
};

describe("FreeSlots", () => {
  it("gives a chain its own slot back", () => {
    const pool = poolOf(2);
    const [a, b] = [take(pool, "a", [1]), take(pool, "b", [1])];
    fill(pool, a, "a", [1, 2, 3]);
    fill(pool, b, "b", [1, 2, 3, 4]);
    expect(take(pool, "a", [1, 2, 3, 4])).toBe(a);
    expect(take(pool, "b", [1])).toBe(b);
  });

  it("gives a new chain the slot that holds most of its prefix", () => {
    const pool = poolOf(3);
    const slots = [take(pool, "a", [1]), take(pool, "b", [1]), take(pool, "c", [1])] as const;
    fill(pool, slots[0], "a", [1, 9]);
    fill(pool, slots[1], "b", [1, 2, 3, 8]);
    fill(pool, slots[2], "c", [1, 2]);
    expect(take(pool, "d", [1, 2, 3, 4])).toBe(slots[1]);
  });

  it("gives a new chain with little in common the slot unused for longest", () => {
    const pool = poolOf(3);
    const [a, b] = [take(pool, "a", [1]), take(pool, "b", [1])];
    fill(pool, b, "b", [1, 5, 5, 5]);
    fill(pool, a, "a", [1, 2, 7, 7]);
    const unused = take(pool, "c", [1, 2, 3, 4, 5, 6]);
    expect([a, b]).not.toContain(unused);
    expect(take(pool, "d", [1, 2, 3, 4, 5, 6])).toBe(b);
  });

  it("gives none where all are in use", () => {
    const pool = poolOf(1);
    take(pool, "a", [1]);
    expect(pool.take({ chain: "b", prefix: [1] })).toBeUndefined();
  });
});
