import { describe, expect, it } from "vitest";
import { adaptiveThreads, fixedThreads } from "../../../../src/adapters/engine/llama/thread-chooser.ts";

/** A machine on which a step takes so many milliseconds with so many threads; counts steps by number of threads. */
const machine = (milliseconds: (threads: number) => number) => {
  let time = 0;
  let threads = 0;
  const steps: number[] = [];
  const binding = {
    setThreads: (number: number) => void (threads = number),
    decodeBatch: async () => {
      steps.push(threads);
      time += milliseconds(threads);
    },
  };
  return { binding, steps, now: () => time, spent: () => time };
};

const run = async (
  { binding, steps }: ReturnType<typeof machine>,
  chooser: ReturnType<typeof adaptiveThreads>,
  count: number,
): Promise<readonly number[]> => {
  const before = steps.length;
  for (let step = 0; step < count; step++) await chooser.timed(16, binding);
  return steps.slice(before);
};

const share = (steps: readonly number[], threads: number): number =>
  steps.filter((one) => one === threads).length / steps.length;

describe("the number of threads", () => {
  it("rises to what is fastest on idle cores", async () => {
    const idle = machine((threads) => 10 / threads + threads * 0.1);
    const chooser = adaptiveThreads(4, idle.now);
    await run(idle, chooser, 400);
    expect(share(await run(idle, chooser, 1000), 4)).toBeGreaterThan(0.95);
  });

  it("stays at one where more are slower, and trying costs next to nothing", async () => {
    const busy = machine((threads) => (threads === 1 ? 10 : 100));
    const steps = await run(busy, adaptiveThreads(2, busy.now), 4000);
    expect(share(steps, 1)).toBeGreaterThan(0.99);
    expect(busy.spent()).toBeLessThan(4000 * 10 * 1.03);
  });

  it("stays at one where more gain too little for the cores they take", async () => {
    const memoryBound = machine((threads) => (threads === 1 ? 10 : 9.5));
    expect(share(await run(memoryBound, adaptiveThreads(2, memoryBound.now), 4000), 1)).toBeGreaterThan(0.95);
  });

  it("falls within a few steps when the cores become busy, and rises again later", async () => {
    let isBusy = false;
    const changing = machine((threads) => (threads === 1 ? 10 : isBusy ? 100 : 6));
    const chooser = adaptiveThreads(2, changing.now);
    await run(changing, chooser, 300);
    expect(share(await run(changing, chooser, 100), 2)).toBeGreaterThan(0.8);
    isBusy = true;
    expect(share(await run(changing, chooser, 1000), 1)).toBeGreaterThan(0.98);
    isBusy = false;
    await run(changing, chooser, 4000);
    expect(share(await run(changing, chooser, 200), 2)).toBeGreaterThan(0.8);
  });

  it("is what the user says", async () => {
    const any = machine(() => 1);
    expect(new Set(await run(any, fixedThreads(3), 50))).toEqual(new Set([3]));
  });
});
