import { describe, expect, it } from "vitest";
import { reopenedIn, withoutReopened } from "../../src/core/reopened.ts";

const thoughts = (answer: string, own: Parameters<typeof reopenedIn>[1] = null): readonly string[] =>
  reopenedIn(answer, own).map(({ from, to }) => answer.slice(from, to));

describe("thoughts in an answer", () => {
  it.each([
    ["Let me check.<think>again 3</think>So 7", ["again 3"], "Let me check.So 7"],
    ["So 7[THINK]or 3", ["or 3"], "So 7"],
    ["a<think>b</think>c<thought>d</thought>e", ["b", "d"], "ace"],
    [
      "7<|channel|>analysis<|message|>3<|end|><|start|>assistant<|channel|>final<|message|>8",
      ["3<|end|><|start|>assistant"],
      "78",
    ],
    ["It is 7, and Here are my reasoning steps: none", [], "It is 7, and Here are my reasoning steps: none"],
    ["It is 7, not </b>.", [], "It is 7, not </b>."],
  ])("are found by the marks of all families: %s", (answer, found, rest) => {
    expect(thoughts(answer)).toEqual(found);
    expect(withoutReopened(answer)).toBe(rest);
  });

  it("are found by the model's own marks too", () => {
    const own = { start: "<|im_start|>think\n", end: "<|im_start|>answer" };
    expect(thoughts("7<|im_start|>think\n3<|im_start|>answer8", own)).toEqual(["\n3"]);
    expect(thoughts("7<think>3</think>8", own)).toEqual(["3"]);
    expect(thoughts("7", { start: "", end: "</think>" })).toEqual([]);
  });
});
