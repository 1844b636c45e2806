import { describe, expect, it } from "vitest";
import { mathGrader } from "../../src/graders/math.ts";
import { gradeAnswer } from "../../src/graders/math/grade-answer.ts";
import { byCategory, examplesOf } from "./fixtures.ts";

const grader = mathGrader();

describe("a bare answer against the gold one", () => {
  it.each(byCategory(examplesOf("answers.txt")))("is graded as expected: %s", (_, examples) => {
    const wrong = examples.filter(({ gold, text, right }) => gradeAnswer(gold, text).equal !== right);
    expect(wrong).toEqual([]);
  });
});

describe("a response against the gold answer", () => {
  it.each(byCategory(examplesOf("responses.txt")))("is graded as expected: %s", (_, examples) => {
    const scores = examples.map(({ gold, text }) => grader.grade(text, gold));
    expect(examples.filter(({ right }, at) => (scores[at]?.verdict === "correct") !== right)).toEqual([]);
  });
});

describe("the math grader", () => {
  it("says what was extracted, from where, and the rule that decided", () => {
    expect(grader.grade("So $x=\\boxed{\\frac{2}{4}}$.", "0.5")).toEqual({
      verdict: "correct",
      answer: "\\frac{2}{4}",
      source: "last box",
      rule: "equal exact numbers",
    });
  });
  it("gives no answer, not a wrong one, when nothing can be extracted", () => {
    for (const response of ["", "   ", "<think>12</think>", "Let me see what we can do here."])
      expect(grader.grade(response, "5")).toMatchObject({ verdict: "no-answer" });
  });
  it("extracts the same whatever the target is", () => {
    const response = "We get \\boxed{3} and then $\\boxed{4}$.";
    const answers = ["3", "4", "3, 4", "x"].map(
      (target) => (grader.grade(response, target) as { answer: string }).answer,
    );
    expect(new Set(answers).size).toBe(1);
  });
  it("finds two attempts equal in either order", () => {
    const pairs = [
      ["\\frac12", "0.5"],
      ["x=3", "3"],
      ["3", "x=3"],
      ["1,2", "2, 1"],
      ["2,5", "2.5"],
      ["50\\%", "0.5"],
    ] as const;
    for (const [a, b] of pairs)
      expect([a, b, grader.equivalent(a, b), grader.equivalent(b, a)]).toEqual([a, b, true, true]);
    expect(grader.equivalent("(1,2)", "(2,1)")).toBe(false);
  });
});
