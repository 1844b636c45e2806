import { describe, expect, it } from "vitest";
import type { AttemptRow } from "../../src/ports/result-reader.ts";
import { naturalLengths } from "../../src/study/natural-length.ts";
import { forcingPoint } from "../plots/rows.ts";

const natural = forcingPoint(1, { percent: 50, tokens: 10 });

/** Attempts of one problem: thinking tokens, and whether the answer was right. */
const attempts = (problem: string, list: readonly (readonly [tokens: number, right: boolean])[]) =>
  list.map(
    ([thinking_tokens, right], epoch) =>
      ({ point: 1, problem, epoch, thinking_tokens, outcome: right ? "correct" : "incorrect" }) as AttemptRow,
  );

describe("accuracy by natural length within a problem", () => {
  it("has the sign of the slope within problems, whatever lies between them", () => {
    // The problem that is thought about for longer is the easier one; within each, longer thoughts are wrong.
    const rows = [
      ...attempts("hard", [
        [8, true],
        [16, false],
        [8, false],
        [16, false],
      ]),
      ...attempts("easy", [
        [64, true],
        [128, true],
        [64, true],
        [128, false],
      ]),
    ];
    const [found] = naturalLengths([natural], rows);
    expect(found?.perDoubling.estimate).toBeCloseTo(-0.5, 9);
    expect(found).toMatchObject({ problems: 2, label: "natural" });
  });

  it("puts each problem's attempts into parts by length, ties shared out", () => {
    const rows = ["a", "b"].flatMap((name) =>
      attempts(name, [
        [4, true],
        [8, true],
        [8, false],
        [32, false],
      ]),
    );
    expect(naturalLengths([natural], rows)[0]?.parts).toEqual([
      { part: 1, of: 4, attempts: 2, tokens: 4, accuracy: 1 },
      { part: 2, of: 4, attempts: 2, tokens: 8, accuracy: 0.5 },
      { part: 3, of: 4, attempts: 2, tokens: 8, accuracy: 0.5 },
      { part: 4, of: 4, attempts: 2, tokens: 32, accuracy: 0 },
    ]);
  });

  it("has no slope where lengths never differ, and no row without a second attempt", () => {
    const even = ["a", "b"].flatMap((name) =>
      attempts(name, [
        [4, true],
        [4, false],
      ]),
    );
    expect(naturalLengths([natural], even)[0]?.perDoubling.estimate).toBeNull();
    expect(
      naturalLengths(
        [natural],
        ["a", "b"].flatMap((name) => attempts(name, [[4, true]])),
      ),
    ).toEqual([]);
    const cut = forcingPoint(1, { max: 8, percent: 50, tokens: 10 });
    expect(naturalLengths([cut], even)).toEqual([]);
  });
});
