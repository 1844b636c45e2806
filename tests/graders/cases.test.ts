import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { UserError } from "../../src/core/user-error.ts";
import { gradeCases } from "../../src/graders/cases.ts";

const one = { id: "a", category: "c", gold: "5", pred: "5", kind: "answer" };

const fixture = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`fixtures/${name}`, import.meta.url), "utf8"));

describe("the files of graded examples", () => {
  it.each([
    ["cases.sample.json", 45],
    ["cases.hard.json", 111],
    ["cases.thoughts.json", 18],
  ])("are graded as expected, every one: %s", (name, count) => {
    const { cases, agreement } = gradeCases(fixture(name));
    expect(cases.filter(({ agrees }) => agrees !== true)).toEqual([]);
    expect(agreement.all).toEqual({ cases: count, agreed: count, accepted: 0, refused: 0 });
  });
});

describe("grading a file of cases", () => {
  it("gives one verdict a case and the agreement by category", () => {
    const result = gradeCases({
      about: "examples",
      cases: [
        { ...one, expected: true, note: "left alone" },
        { ...one, id: "b", pred: "6", expected: true, policy: true },
        { ...one, id: "c", category: "d", kind: "response", pred: "So \\boxed{5}.", expected: false },
        { ...one, id: "d", category: "d", kind: "choice", gold: "B", pred: "Answer: B" },
      ],
    });
    expect(result.cases.map(({ id, verdict, agrees }) => [id, verdict, agrees])).toEqual([
      ["a", true, true],
      ["b", false, false],
      ["c", true, false],
      ["d", true, undefined],
    ]);
    expect(result.cases[2]).toEqual({
      id: "c",
      category: "d",
      verdict: true,
      expected: false,
      agrees: false,
      extracted: "5",
      rule: "same text",
    });
    expect(result.agreement).toEqual({
      all: { cases: 3, agreed: 1, accepted: 1, refused: 1 },
      withoutPolicy: { cases: 2, agreed: 1, accepted: 1, refused: 0 },
      byCategory: {
        c: { cases: 2, agreed: 1, accepted: 0, refused: 1 },
        d: { cases: 1, agreed: 0, accepted: 1, refused: 0 },
      },
    });
  });
  it("says where an answer goes on with a thought", () => {
    const { cases } = gradeCases(fixture("cases.thoughts.json"));
    expect(cases.flatMap(({ id, goes_on }) => (goes_on === undefined ? [] : [[id, goes_on]]))).toEqual([
      ["thought-12", 1],
    ]);
  });

  it("takes a sentence given as a bare answer for a response", () => {
    expect(
      gradeCases({ cases: [{ ...one, pred: "The answer is $\\boxed{5}$ since it fits." }] }).cases[0]?.verdict,
    ).toBe(true);
  });
  it.each(["We find that $x = 5$.", "First add 2 and 3.\n5", "5 since the sides add up"])(
    "reads prose given as a bare answer: %s",
    (pred) => {
      expect(gradeCases({ cases: [{ ...one, pred }] }).cases[0]?.verdict).toBe(true);
      expect(gradeCases({ cases: [{ ...one, gold: "2", pred }] }).cases[0]?.verdict).toBe(false);
    },
  );
  it("takes null for left out, and ids that stand twice as they are", () => {
    const { cases, agreement } = gradeCases({ cases: [{ ...one, expected: null, policy: null, category: null }, one] });
    expect(cases.map(({ id, category, verdict, agrees }) => [id, category, verdict, agrees])).toEqual([
      ["a", "none", true, undefined],
      ["a", "c", true, undefined],
    ]);
    expect(agreement.all.cases).toBe(0);
  });
  it("takes any of several gold answers", () => {
    const gold = ["\\frac{1}{2}", "half a metre"];
    const preds = ["0.5", "half a metre", "0.6"].map((pred, at) => ({ ...one, id: String(at), gold, pred }));
    expect(gradeCases({ cases: preds }).cases.map(({ verdict }) => verdict)).toEqual([true, true, false]);
    expect(
      gradeCases({ cases: [{ ...one, gold: ["B", "C"], kind: "choice", pred: "Answer: C" }] }).cases[0]?.verdict,
    ).toBe(true);
  });
  it("shows a missing answer as null", () => {
    expect(gradeCases({ cases: [{ ...one, kind: "response", pred: "" }] }).cases[0]).toMatchObject({
      verdict: false,
      extracted: null,
    });
  });
  it.each([
    ["top level", [], "top level"],
    ["no cases", {}, "cases"],
    ["an unknown kind", { cases: [one, { ...one, kind: "essay" }] }, "cases[1].kind"],
    ["no gold", { cases: [{ id: "a", pred: "5", kind: "answer" }] }, "cases[0].gold"],
    ["a number for a text", { cases: [{ ...one, pred: 5 }] }, "cases[0].pred"],
  ])("names the place of a fault: %s", (_, file, place) => {
    expect(() => gradeCases(file)).toThrow(UserError);
    expect(() => gradeCases(file)).toThrow(`not a file of graded cases: ${place}:`);
  });
});
