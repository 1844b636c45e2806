import { describe, expect, it } from "vitest";
import { createRounds, type Rounds } from "../../../../src/adapters/engine/llama/rounds.ts";

const soon = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Takes `steps` turns, then leaves; says which round each was in. */
const member = async (rounds: Rounds, log: string[], [name, steps]: readonly [string, number]): Promise<void> => {
  rounds.join();
  for (let step = 0; step < steps; step++) {
    await rounds.turn();
    log.push(`${name}${step}`);
    await soon();
  }
  rounds.leave();
};

describe("createRounds", () => {
  it("lets a single member go at once", () => {
    const rounds = createRounds();
    rounds.join();
    expect(rounds.turn()).toBeUndefined();
    expect(rounds.turn()).toBeUndefined();
  });

  it("begins a round when every member is there, and goes on when one leaves", async () => {
    const rounds = createRounds();
    const log: string[] = [];
    await Promise.all([member(rounds, log, ["a", 3]), member(rounds, log, ["b", 1]), member(rounds, log, ["c", 2])]);
    expect(log.map((entry) => entry.at(-1)).join("")).toBe("000112");
  });

  it("waits for a member that is late", async () => {
    const rounds = createRounds();
    const log: string[] = [];
    rounds.join();
    const early = member(rounds, log, ["a", 1]);
    await soon();
    expect(log).toEqual([]);
    expect(rounds.turn()).toBeUndefined();
    rounds.leave();
    await early;
    expect(log).toEqual(["a0"]);
  });

  it("takes in whoever joins between rounds", async () => {
    const rounds = createRounds();
    const log: string[] = [];
    const first = member(rounds, log, ["a", 3]);
    await soon();
    await Promise.all([first, member(rounds, log, ["b", 2])]);
    expect(log).toHaveLength(5);
    expect(log[0]).toBe("a0");
  });
});
