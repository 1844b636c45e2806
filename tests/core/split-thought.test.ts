import { describe, expect, it } from "vitest";
import { splitThought } from "../../src/core/split-thought.ts";

describe("splitThought", () => {
  it.each([
    ["[THINK]so 3 no[/THINK]The result is 7", "so 3 no", "The result is 7"],
    [
      "<|channel|>analysis<|message|>maybe 3<|end|><|start|>assistant<|channel|>final<|message|>It is 7",
      "maybe 3",
      "It is 7",
    ],
    ["<|channel>thought\nmaybe 3<channel|>It is 7", "\nmaybe 3", "It is 7"],
    ["maybe 3</seed:think>It is 7", "maybe 3", "It is 7"],
    ["<|START_THINKING|>a<|END_THINKING|><|START_TEXT|>7<|END_TEXT|>", "a", "7"],
    ["Let me check.<think>again 3</think>So 7", "again 3", "Let me check.So 7"],
  ])("parts %s", (reply, thought, answer) => {
    expect(splitThought(reply)).toEqual({ thought, answer, state: "closed", thoughts: 1 });
  });

  it("tells a thought that nothing closed", () => {
    expect(splitThought("<thought>maybe 7")).toEqual({ thought: "maybe 7", answer: "", state: "open", thoughts: 1 });
    expect(splitThought("So 7. <think>or 8")).toMatchObject({ answer: "So 7. ", state: "open" });
  });

  it("counts thoughts that are opened behind an answer", () => {
    expect(splitThought("so</think>Let me check.<think>again 3</think>So 7")).toEqual({
      thought: "soagain 3",
      answer: "Let me check.So 7",
      state: "closed",
      thoughts: 2,
    });
  });

  it("leaves a reply without marks alone", () => {
    expect(splitThought("It is 7, not </b>.")).toEqual({
      thought: null,
      answer: "It is 7, not </b>.",
      state: "none",
      thoughts: 0,
    });
  });
});
