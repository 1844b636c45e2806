import { describe, expect, it } from "vitest";
import { scriptedRewards } from "../../../src/adapters/scorer/scripted.ts";
import { assertRewards } from "../../../src/methods/rebase/rewards.ts";

const reward = (name: string, response: string) => scriptedRewards[name]?.({ problem: "q", response });

describe("scripted rewards", () => {
  it.each([
    ["", 0.2],
    ["3d-7c=6", 0.2],
    ["3d-7c=6.", 0.5],
    ["3d-7c=6.Wait3d-7c=6.", 1],
    ["3d-7c=6.Wait3d-7c=5.", 0.2],
    ["3d-7c=6.Wait3d-7c=5.Wait3d-7c=5.", 1],
    ["3d-7c=6.Wait3d-7", 0.5],
    ["no value. none.", 0.2],
  ])("pico-agreement of %j is %d", (thought, score) => {
    expect(reward("pico-agreement", thought)).toBe(score);
  });

  it.each([
    ["7a+5b*3=", "", 0.5],
    ["7a+5b*3=", "7a+5b*3=6.", 1],
    ["7a+5b*3=", "7a+5b*3=5.", 0],
    ["7a+5b*3=", "7a+5=2b*3=6.", 1],
    ["7a+5b*3=", "7a+5=2b*3=9.", 0.5],
    ["7a+5b*3=", "7a+5=3b*3=9.", 0],
    ["7a+5b*3=", "7a+5=2;2b*3=6.", 1],
    ["7a+5b*3=", "7a+5b*3=5.Wait7a+5b*3=6.", 1],
    ["7a+5b*3=", "7a+5b*3=6.Wait7a+5b*3=5.", 0],
    ["2a-9=", "2a-9=3.", 1],
    ["7a+5b*3=", "7a+4b*3=3.", 0.2],
  ])("pico-verifier of %j, thought %j, is %d", (problem, response, score) => {
    expect(scriptedRewards["pico-verifier"]?.({ problem, response })).toBe(score);
  });

  it("uniform tells nothing apart", () => {
    expect([reward("uniform", ""), reward("uniform", "=1.=1.")]).toEqual([0.5, 0.5]);
  });

  it.each([-0.1, 1.5, NaN])("%d is no reward", (score) => {
    expect(() => assertRewards([0.5, score])).toThrow(/between 0 and 1/);
  });
});
