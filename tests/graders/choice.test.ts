import { describe, expect, it } from "vitest";
import { choiceGrader } from "../../src/graders/choice/choice.ts";
import { byCategory, examplesOf } from "./fixtures.ts";

const grader = choiceGrader();

describe("the choice grader", () => {
  it.each(byCategory(examplesOf("choices.txt")))("reads letters as expected: %s", (_, examples) => {
    const scores = examples.map(({ gold, text }) => grader.grade(text, gold));
    expect(examples.filter(({ right }, at) => (scores[at]?.verdict === "correct") !== right)).toEqual([]);
  });
  it("gives no answer, never A, when no letter is chosen", () => {
    for (const response of ["", "A long walk.", "It cannot be known.", "\\boxed{42}", "Answer: unclear"])
      expect(grader.grade(response, "A")).toMatchObject({ verdict: "no-answer" });
  });
  it("takes targets in brackets and in LaTeX", () => {
    for (const target of ["C", "(C)", "\\text{(C)}", " c ", "C Carmen", "(C) Carmen"])
      expect(grader.grade("Answer: C", target)).toMatchObject({ verdict: "correct" });
  });
  it("leaves an answer unscored when the target is no letter", () => {
    expect(grader.grade("Answer: C", "42")).toEqual({
      verdict: "unscored",
      reason: 'the target: it names no letter from A to Z: "42"',
    });
  });
  it("counts votes for one letter together", () => {
    expect(grader.equivalent("(C)", "C")).toBe(true);
    expect(grader.equivalent("C", "D")).toBe(false);
  });
});
