import { writeFileSync } from "node:fs";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { scalar } from "../fixtures/lab.ts";
import { overthink, scratch, writeExperiment } from "./overthink.ts";

const folder = scratch();
const db = join(folder, "grade.db");

/** Thinks "hm" and answers 4 in words that `exact` does not take for 4. */
const script = `rules:
      - { after: "<think>", emit: "hm</think>" }
      - { after: "hm</think>", emit: "The answer is 4.0</s>" }`;

const file = () =>
  writeExperiment(folder, "grade.yaml", {
    name: "graded",
    script,
    methods: "- budget-forcing: {}",
    sampling: "{ temperature: 0, max_answer_tokens: 64 }",
    datasets:
      "- { name: mine, path: fours.jsonl, columns: { id: id, problem: problem, answer: answer }, grader: exact }",
  });

const problems = ["4", "4", "5"].map((answer, at) =>
  JSON.stringify({ id: `p${at}`, problem: `question ${at}`, answer }),
);

describe("overthink grade EXPERIMENT", () => {
  it("grades again from stored texts, keeps both verdicts and lists what differs", async () => {
    writeFileSync(join(folder, "fours.jsonl"), problems.join("\n"));
    expect((await overthink(["run", file(), "--db", db], folder)).code).toBe(0);
    const { code, stdout } = await overthink(["grade", "graded", "--grader", "math", "--db", db], folder);
    expect(code).toBe(0);
    expect(stdout).toMatch(/incorrect\s+correct\s+2/);
    expect(stdout).toContain("2 of 3 differ:");
    expect(stdout).toMatch(/p0 at natural: incorrect -> correct, "4\.0" against "4"/);
    const open = new Sqlite(db, { readonly: true });
    expect(scalar(open, "SELECT count(*) FROM v_attempts WHERE outcome = 'correct'")).toBe(0);
    expect(
      scalar(
        open,
        "SELECT count(*) FROM v_scores WHERE outcome = 'correct' AND first_outcome = 'incorrect' AND grader LIKE 'math %'",
      ),
    ).toBe(2);
  });

  it("asks a model where the grader is a judge, and keeps what was asked and said", async () => {
    const judge = {
      model: {
        engine: "scripted",
        rules: [{ after: "<think>", emit: "None of them is.</think>1</s>" }],
        format: { prompt: "{problem}<think>", thinking_end: "</think>", end_of_turn: "</s>" },
      },
    };
    const { code, stderr } = await overthink(
      ["grade", "graded", "--grader", JSON.stringify({ judge }), "--db", db, "--json"],
      folder,
    );
    expect([code, stderr]).toEqual([0, ""]);
    const open = new Sqlite(db, { readonly: true });
    const scores = open
      .prepare<[], { outcome: string; evidence: string; rule: string }>(
        "SELECT outcome, evidence, rule FROM v_scores WHERE grader LIKE 'judge %' ORDER BY problem",
      )
      .all();
    expect(scores).toHaveLength(3);
    for (const { rule } of scores) expect(rule).toMatch(/^the judge chose answer 1 of [2-4]$/);
    expect(JSON.parse(scores[0]?.evidence ?? "{}")).toMatchObject({
      reply: "1",
      prompt: expect.stringContaining("question 0") as string,
    });
  });

  it.each([
    [["grade"], /nothing to grade/],
    [["grade", "graded", "--grader", "maths", "--db", db], /unknown grader "maths".*did you mean "math"/],
    [["grade", "--cases", "none.json"], /cannot read "none\.json"/],
    [["grade", "grated", "--db", db], /no experiment "grated".*did you mean graded/],
  ])("refuses %j", async (args, message) => {
    const { code, stderr } = await overthink(args, folder);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });
});

describe("overthink grade --cases", () => {
  const cases = [
    { id: "a", category: "fraction", gold: "\\frac{1}{2}", pred: "0.5", kind: "answer", expected: true },
    { id: "b", category: "fraction", gold: "\\frac{1}{2}", pred: "0.6", kind: "answer", expected: true },
    { id: "c", category: "letter", gold: "B", pred: "The answer is (B).", kind: "choice" },
  ];

  it("prints agreement by category and every verdict", async () => {
    const path = join(folder, "cases.json");
    writeFileSync(path, JSON.stringify({ cases }));
    const { code, stdout } = await overthink(["grade", "--cases", path], folder);
    expect(code).toBe(0);
    expect(stdout).toMatch(/fraction\s+2\s+1\s+50\.0/);
    const document = JSON.parse((await overthink(["grade", "--cases", path, "--json"], folder)).stdout) as {
      cases: { id: string; verdict: boolean }[];
    };
    expect(document.cases.map(({ id, verdict }) => [id, verdict])).toEqual([
      ["a", true],
      ["b", false],
      ["c", true],
    ]);
  });

  it("refuses a file of another form with the place", async () => {
    const path = join(folder, "other.json");
    writeFileSync(path, JSON.stringify({ cases: [{ id: "a", gold: "1", pred: "1", kind: "essay" }] }));
    const { code, stderr } = await overthink(["grade", "--cases", path], folder);
    expect(code).toBe(2);
    expect(stderr).toMatch(/cases\[0\]\.kind/);
  });
});
