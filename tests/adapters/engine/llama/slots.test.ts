import type { LlamaContext } from "node-llama-cpp";
import { describe, expect, it } from "vitest";
import { createSlotPool, type Slot, type SlotPool } from "../../../../src/adapters/engine/llama/slots.ts";

const contextOf = (sequences: number): LlamaContext =>
  ({ totalSequences: sequences, getSequence: () => ({ contextTokens: [] }) }) as unknown as LlamaContext;

const quiet = new AbortController().signal;
const take = (pool: SlotPool, chain: string, prefix: readonly number[], signal = quiet): Promise<Slot> =>
  pool.take({ chain, prefix, signal });

/** Gives a slot back with these tokens in its cache. */
const fill = (pool: SlotPool, slot: Slot, chain: string, ids: readonly number[]): void => {
  Object.assign(slot.sequence, { contextTokens: ids });
  pool.release(slot, chain);
};

describe("createSlotPool", () => {
  it("gives a chain its own slot back", async () => {
    const pool = createSlotPool(contextOf(2));
    const [a, b] = [await take(pool, "a", [1]), await take(pool, "b", [1])];
    fill(pool, a, "a", [1, 2, 3]);
    fill(pool, b, "b", [1, 2, 3, 4]);
    expect(await take(pool, "a", [1, 2, 3, 4])).toBe(a);
    expect(await take(pool, "b", [1])).toBe(b);
  });

  it("gives a new chain the slot that holds most of its prefix", async () => {
    const pool = createSlotPool(contextOf(3));
    const slots = [await take(pool, "a", [1]), await take(pool, "b", [1]), await take(pool, "c", [1])] as const;
    fill(pool, slots[0], "a", [1, 9]);
    fill(pool, slots[1], "b", [1, 2, 3, 8]);
    fill(pool, slots[2], "c", [1, 2]);
    expect(await take(pool, "d", [1, 2, 3, 4])).toBe(slots[1]);
  });

  it("gives a new chain with little in common the slot unused for longest", async () => {
    const pool = createSlotPool(contextOf(3));
    const [a, b] = [await take(pool, "a", [1]), await take(pool, "b", [1])];
    fill(pool, b, "b", [1, 5, 5, 5]);
    fill(pool, a, "a", [1, 2, 7, 7]);
    const unused = await take(pool, "c", [1, 2, 3, 4, 5, 6]);
    expect([a, b]).not.toContain(unused);
    expect(await take(pool, "d", [1, 2, 3, 4, 5, 6])).toBe(b);
  });

  it("serves those who wait in the order they came", async () => {
    const pool = createSlotPool(contextOf(1));
    const slot = await take(pool, "a", [1]);
    const order: string[] = [];
    const waiting = ["b", "c"].map((chain) =>
      take(pool, chain, [1]).then((mine) => {
        order.push(chain);
        pool.release(mine, chain);
      }),
    );
    expect(order).toEqual([]);
    pool.release(slot, "a");
    await Promise.all(waiting);
    expect(order).toEqual(["b", "c"]);
    expect(await take(pool, "d", [1])).toBe(slot);
  });

  it("forgets whoever aborts while waiting", async () => {
    const pool = createSlotPool(contextOf(1));
    const slot = await take(pool, "a", [1]);
    const abort = new AbortController();
    const gone = take(pool, "b", [1], abort.signal);
    const next = take(pool, "c", [1]);
    abort.abort(new Error("gone"));
    await expect(gone).rejects.toThrow("gone");
    pool.release(slot, "a");
    expect(await next).toBe(slot);
  });

  it("rejects whoever waits and whoever comes after it is closed", async () => {
    const pool = createSlotPool(contextOf(1));
    await take(pool, "a", [1]);
    const waiting = take(pool, "b", [1]);
    pool.close(new Error("closed"));
    await expect(waiting).rejects.toThrow("closed");
    await expect(take(pool, "c", [1])).rejects.toThrow("closed");
  });
});
