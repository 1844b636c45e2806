import { describe, expect, it } from "vitest";
import { budgetForcingMethod } from "../../src/methods/budget-forcing.ts";

const note = (written: Record<string, unknown>) => budgetForcingMethod.note?.(written);

describe("a note on crossed bounds", () => {
  it.each([
    [
      { max_thinking_tokens: [16, 4, null], min_thinking_tokens: [0, 8] },
      "where min_thinking_tokens (8) is above max_thinking_tokens (4), the maximum wins: the thought is cut there",
    ],
    [
      { max_thinking_tokens: 4, thinking_n_ignore: 1, min_thinking_tokens: 5 },
      "read thinking_n_ignore as ignore_ends; where min_thinking_tokens (5) is above max_thinking_tokens (4), the maximum wins: the thought is cut there",
    ],
  ])("%j", (written, said) => expect(note(written)).toBe(said));

  it.each([
    [{ max_thinking_tokens: [8, 16], min_thinking_tokens: 8 }],
    [{ max_thinking_tokens: null, min_thinking_tokens: 8 }],
    [{ min_thinking_tokens: 8 }],
    [{ max_thinking_tokens: 0 }],
    [{}],
  ])("none for %j", (written) => expect(note(written)).toBeNull());
});
