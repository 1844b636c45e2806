import { describe, expect, it } from "vitest";
import type { AttemptRow } from "../../src/ports/result-reader.ts";
import { adherence, adherenceOf, stepsIn } from "../../src/study/adherence.ts";

const row = { id: 7, outcome: "correct", thinking_tokens: 30 } as AttemptRow;

const countdown = "2 steps left\nfirst\n<|im_start|>1 steps left\nsecond\n";

describe("adherence", () => {
  it("reads tokens off the attempt and steps off its thought", () => {
    expect(adherenceOf(row, { tokens: 20 }, () => "")).toEqual({ asked: 20, used: 30 });
    expect(adherenceOf(row, { steps: 4, mark: " steps left\n" }, (id) => (id === 7 ? countdown : ""))).toEqual({
      asked: 4,
      used: 2,
    });
  });

  it("knows no length where none was asked for", () => {
    expect(adherenceOf(row, { length: "shorter" }, () => "")).toBeNull();
    expect(adherenceOf(row, null, () => "")).toBeNull();
  });

  it("marks a thought that never had the format asked for", () => {
    expect(adherenceOf(row, { steps: 4, mark: " steps left\n" }, () => "no countdown here")).toEqual({
      asked: 4,
      used: null,
    });
  });

  it("compares asked and used, and shows what could not be read", () => {
    const rows = adherence([
      { asked: 8, used: 4 },
      { asked: 8, used: 12 },
      { asked: 8, used: null },
      { asked: 2, used: null },
    ]);
    expect(rows).toEqual([
      { asked: 2, attempts: 1, unread: 1, meanUsed: null, meanRatio: null, within: null },
      { asked: 8, attempts: 3, unread: 1, meanUsed: 8, meanRatio: 1, within: 0.5 },
    ]);
  });

  it("counts heads of steps", () => {
    expect([stepsIn(countdown, " steps left\n"), stepsIn("", " steps left\n")]).toEqual([2, 0]);
  });
});
