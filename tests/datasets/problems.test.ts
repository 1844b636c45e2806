import { describe, expect, it } from "vitest";
import { answerIn } from "../../src/datasets/answer-form.ts";
import { shuffledChoices } from "../../src/datasets/choices.ts";
import type { Layout } from "../../src/datasets/columns.ts";
import { problemsOf } from "../../src/datasets/problems.ts";
import type { Row } from "../../src/datasets/row.ts";
import { refusal } from "./folder.ts";

const plain: Layout = { columns: {}, answer: "text", restoreEscapes: false, choices: null, tagAll: false };

const problems = (rows: readonly Row[], layout: Partial<Layout> = {}) =>
  problemsOf({ file: "f.jsonl", layout: { ...plain, ...layout }, rows: { rows, place: (at) => `line ${at + 1}` } }).map(
    ({ problem }) => problem,
  );

describe("problems", () => {
  it("come from the columns id, problem and answer", () => {
    expect(problems([{ id: 7, problem: " 1+1? ", answer: 2, level: 3 }])).toEqual([
      { id: "7", text: "1+1?", target: "2", tags: {} },
    ]);
  });

  it("keep the white space around questions and choices where they are told to", () => {
    const row = { id: "x", problem: " a\n", answer: " 1 " };
    expect(problems([row], { untrimmed: true })).toMatchObject([{ text: " a\n", target: "1" }]);
    const choices = { correct: "c", incorrect: ["w"], seed: 0 };
    const rows = [{ ...row, c: " C", w: "W " }];
    expect(problems(rows, { untrimmed: true, choices })[0]?.text).toMatch(/^ a\n\n\n(?=[^]*\)  C)(?=[^]*\) W )/);
    expect(problems(rows, { choices })[0]?.text).toMatch(/^a\n\n(?=[^]*\) C)(?=[^]*\) W(?! ))/);
  });

  it("are numbered where there are no ids", () => {
    expect(
      problems([
        { problem: "a", answer: "b" },
        { problem: "a", answer: "b" },
      ]).map(({ id }) => id),
    ).toEqual(["1", "2"]);
  });

  it("have tags from the further columns that are named", () => {
    const columns = { id: "ID", problem: "Q", answer: "A", level: "Level", topic: "Topic" };
    expect(problems([{ ID: "x", Q: "q", A: "a", Level: 2, Topic: null, other: 1 }], { columns })[0]).toEqual({
      id: "x",
      text: "q",
      target: "a",
      tags: { level: 2 },
    });
  });

  it("have every short column as a tag where none is named and all are wanted", () => {
    const rows = [
      { problem: "q", answer: "a", level: 1, easy: true, solution: "x".repeat(81), list: [1] },
      { problem: "r", answer: "b", level: 2, easy: false, solution: "short", list: [2] },
    ];
    expect(problems(rows, { tagAll: true }).map(({ tags }) => tags)).toEqual([
      { level: 1, easy: "true" },
      { level: 2, easy: "false" },
    ]);
  });

  it("have LaTeX commands again where JSON had eaten their beginnings", () => {
    const [problem] = problems([{ problem: "\frac12 \times 3\tA", answer: "\frac12" }], { restoreEscapes: true });
    expect(problem).toMatchObject({ text: "\\frac12 \\times 3\tA", target: "\\frac12" });
  });

  it.each<[string, readonly Row[], Partial<Layout>, string]>([
    ["no rows", [], {}, "f.jsonl the file holds no problems"],
    [
      "a missing column",
      [{ question: "q", answer: "a" }],
      { columns: { problem: "qestion" } },
      'f.jsonl there is no column "qestion", the columns are question, answer, did you mean "question"? (name them, such as columns: { problem: question, answer: solution })',
    ],
    [
      "an id used twice",
      [
        { id: 1, problem: "a", answer: "b" },
        { id: "1", problem: "c", answer: "d" },
      ],
      {},
      'f.jsonl line 2: the id "1" is taken by line 1',
    ],
    [
      "an empty answer",
      [
        { problem: "a", answer: "b" },
        { problem: "a", answer: " " },
      ],
      {},
      'f.jsonl line 2: column "answer" is empty',
    ],
    [
      "an absent answer",
      [{ problem: "a", answer: "b" }, { problem: "a" }],
      {},
      'f.jsonl line 2: column "answer" is empty',
    ],
    ["an empty question", [{ problem: "", answer: "b" }], {}, 'f.jsonl line 1: column "problem" is empty'],
    [
      "an empty id",
      [{ k: "", problem: "a", answer: "b" }],
      { columns: { id: "k" } },
      'f.jsonl line 1: column "k" is empty',
    ],
    [
      "an answer of another form",
      [{ problem: "a", answer: "x" }],
      { answer: "integer" },
      'f.jsonl line 1: column "answer" holds no answer of the form integer',
    ],
    [
      "an empty choice",
      [{ problem: "a", r: "x", w: "" }],
      { choices: { correct: "r", incorrect: ["w"], seed: 0 } },
      'f.jsonl line 1: column "w" is empty',
    ],
  ])("are refused for %s", async (_what, rows, layout, message) => {
    expect(await refusal(() => problems(rows, layout))).toBe(message);
  });
});

describe("an answer", () => {
  it.each([
    ["text", " x ", "x"],
    ["text", 1.5, "1.5"],
    ["text", ["x"], undefined],
    ["integer", "073", "73"],
    ["integer", "000", "0"],
    ["integer", 27, "27"],
    ["integer", "27.0", "27"],
    ["integer", "-05", "-5"],
    ["integer", "2.5", undefined],
    ["boxed", "so \\boxed{1} then \\boxed{\\frac{1}{2}}.", "\\frac{1}{2}"],
    ["boxed", "\\boxed{\\{1\\}}", "\\{1\\}"],
    ["boxed", "\\boxed{1", undefined],
    ["boxed", "none", undefined],
    ["after-hashes", "1+1=2\n#### 1,234", "1234"],
    ["after-hashes", "1234", undefined],
    ["list", ["$1$", "2"], "$1$, 2"],
    ["list", [], undefined],
    ["list", "x", "x"],
    ["list", null, undefined],
  ] as const)("of the form %s in %j is %j", (form, cell, answer) => {
    expect(answerIn(cell, form)).toBe(answer);
  });
});

describe("choices", () => {
  const texts = ["right", "wrong", "worse", "worst"];

  it("are in an order that depends on problem and seed only", () => {
    expect(shuffledChoices("q1", texts, 0)).toEqual(shuffledChoices("q1", texts, 0));
    const orders = Array.from({ length: 20 }, (_, at) => shuffledChoices(`q${at}`, texts, 0).order);
    expect(new Set(orders).size).toBeGreaterThan(5);
    expect(orders).not.toEqual(Array.from({ length: 20 }, (_, at) => shuffledChoices(`q${at}`, texts, 1).order));
  });

  it("put the right one at every letter about equally often", () => {
    const letters = Array.from({ length: 400 }, (_, at) => shuffledChoices(`q${at}`, texts, 0).target);
    for (const letter of "ABCD") {
      const count = letters.filter((target) => target === letter).length;
      expect(count).toBeGreaterThan(70);
      expect(count).toBeLessThan(130);
    }
  });

  it("are lettered, and the target is the letter of the right one", () => {
    const { text, target, order } = shuffledChoices("q1", texts, 3);
    expect(text.split("\n")["ABCD".indexOf(target)]).toBe(`${target}) right`);
    expect(order.split("").sort().join("")).toBe("ABCD");
    expect(order["ABCD".indexOf(target)]).toBe("A");
  });

  it("are part of the problem, their order among its tags", () => {
    const row = { id: "q1", problem: "Why?", r: " right\n", w: "wrong" };
    const [problem] = problems([row], { choices: { correct: "r", incorrect: ["w"], seed: 5 } });
    const { text, target, order } = shuffledChoices("q1", ["right", "wrong"], 5);
    expect(problem).toEqual({
      id: "q1",
      text: `Why?\n\n${text}`,
      target,
      tags: { choices_seed: 5, choices_order: order },
    });
  });
});
