import { describe, expect, it } from "vitest";
import { sweep } from "../../src/experiment/sweep.ts";
import { NativeEffort, nativeEffortMethod } from "../../src/methods/native-effort.ts";

const of = (options: object = {}): NativeEffort => NativeEffort.parse(options);

describe("native-effort", () => {
  it.each([
    [{}, "as served"],
    [{ effort: "low" }, "effort low"],
    [{ thinking_budget: 0 }, "thinking ≤0"],
    [{ effort: "high", max_output_tokens: 9 }, "effort high, output ≤9"],
  ])("names %j", (options, label) => {
    expect(nativeEffortMethod.label(of(options))).toBe(label);
  });

  it("turns what is given and sends nothing else", () => {
    expect(nativeEffortMethod.knobs(of({ effort: "low" }))).toEqual({
      effort: "low",
      thinkingBudget: null,
      maxOutputTokens: null,
    });
    expect(nativeEffortMethod.knobs(of({ thinking_budget: 5, max_output_tokens: 9 }))).toEqual({
      effort: null,
      thinkingBudget: 5,
      maxOutputTokens: 9,
    });
  });

  it("is swept like any other, with null for a field that is not sent", () => {
    const { settings, faults } = sweep(NativeEffort, { effort: [null, "low"], thinking_budget: [10, 20] });
    expect(faults).toEqual([]);
    expect(settings.map((params) => nativeEffortMethod.label(of(params)))).toEqual([
      "thinking ≤10",
      "thinking ≤20",
      "effort low, thinking ≤10",
      "effort low, thinking ≤20",
    ]);
  });

  it("expects no more thinking than is allowed, and no bound where none is given", () => {
    const assume = { natural: 100, perIgnoredEnd: 0, answer: 10 };
    expect(nativeEffortMethod.cost(of({ thinking_budget: 30 }), assume)).toMatchObject({
      thinking: 30,
      worstThinking: 30,
      chains: 1,
      requests: 1,
    });
    expect(nativeEffortMethod.cost(of({ effort: "high" }), assume)).toMatchObject({
      thinking: 100,
      worstThinking: Infinity,
    });
  });

  it.each([{ effort: "" }, { thinking_budget: -1 }, { max_output_tokens: 0 }, { budget: 3 }])(
    "refuses %j",
    (options) => {
      expect(NativeEffort.safeParse(options).success).toBe(false);
    },
  );
});
