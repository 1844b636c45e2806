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
      ["50\\%", "0.5"],
      ["100 cm", "1\\text{ m}"],
      ["x^2+2x+1", "(x+1)^2"],
      ["\\frac{2}{\\sqrt2}", "\\sqrt{2}"],
      ["x > 3", "(3, \\infty)"],
      ["\\sin\\pi", "0"],
      ["no solution", "\\emptyset"],
    ] as const;
    for (const [a, b] of pairs)
      expect([a, b, grader.equivalent(a, b), grader.equivalent(b, a)]).toEqual([a, b, true, true]);
    for (const [a, b] of [
      ["(1,2)", "(2,1)"],
      ["5", "5%"],
      ["5 cm", "5 m"],
      ["7 if n is even, 8 if n is odd", "8 if n is even, 7 if n is odd"],
    ] as const)
      expect([a, b, grader.equivalent(a, b)]).toEqual([a, b, false]);
  });
  it.each([
    [
      ["5", "5 %", "0.05"],
      [0, 1, 1],
    ],
    [
      ["5", "5 %"],
      [0, 0],
    ],
    [
      ["5 cm", "5", "5 m"],
      [0, 1, 2],
    ],
    [
      ["5 cm", "5", "500 mm", "50 mm"],
      [0, 0, 1, 0],
    ],
    [
      ["12 apples", "12", "12\\text{ apples}"],
      [0, 0, 0],
    ],
  ])("counts votes of a pool whatever its order: %j", (answers, expected) => {
    const orders = [answers, answers.toReversed(), [...answers.slice(1), answers[0] as string]];
    for (const order of orders) {
      const names = grader.classes?.(order) ?? [];
      const nameOf = new Map(order.map((answer, at) => [answer, names[at]]));
      for (const [i, a] of answers.entries())
        for (const [j, b] of answers.entries())
          expect([a, b, nameOf.get(a) === nameOf.get(b)]).toEqual([a, b, expected[i] === expected[j]]);
    }
  });
});
