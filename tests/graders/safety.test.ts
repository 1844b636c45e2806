import { describe, expect, it } from "vitest";
import { choiceGrader } from "../../src/graders/choice/choice.ts";
import { mathGrader } from "../../src/graders/math.ts";
import { gradeAnswer } from "../../src/graders/math/grade-answer.ts";
import { fuzzText, random } from "./fuzz-text.ts";

/** Generous, for a slow machine: what is caught here would take minutes, or never end. */
const patience = 10_000;

/** Milliseconds of this process, whatever else the machine is doing. */
const quick = (work: () => unknown): number => {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
};

const towers = [
  "9^{9^{9^{9}}}",
  "2^{2^{2^{2^{2^2}}}}",
  "10^{10^{10}}",
  "99999!",
  "5!!!!!!!!!!",
  "((((9!)!)!)!)!",
  "1e9999",
  "9^{-9^{9^9}}",
  "(1+10^{-9})^{10^{18}}",
  "\\binom{10^9}{5\\cdot 10^8}",
  "\\sum_{k=1}^{10^9} k",
  "\\sum_{i=1}^{400}\\sum_{j=1}^{400}\\sum_{k=1}^{400} ijk",
  "\\sqrt[10^9]{2}",
  "(x+1)^{10^6}",
  "9".repeat(4000),
  `0.\\overline{${"3".repeat(39)}}`,
];

const nests = [
  "(",
  "{",
  "[",
  "\\frac{",
  "\\sqrt{",
  "^{",
  "-",
  "\\left(",
  "|",
  "\\lfloor ",
  "\\{",
  "\\begin{pmatrix}",
  "\\text{",
  "\\boxed{",
  "2\\pm ",
  "1,",
  "!",
  "\\sin ",
];

describe("answers made to hang a grader", () => {
  it.each(towers)("comes back at once from %.40s", (tower) => {
    for (const gold of ["1", "x^2", tower.replace("9", "8")])
      expect(quick(() => gradeAnswer(gold, tower))).toBeLessThan(patience);
    expect(gradeAnswer("1", tower).equal).toBe(false);
  });
  it.each(nests)("comes back at once from %s thousands of times over", (piece) => {
    for (const length of [100, 1000, 20_000]) {
      const text = piece.repeat(length);
      expect(quick(() => gradeAnswer(text, `${text}1`))).toBeLessThan(patience);
      expect(quick(() => mathGrader().grade(`Answer: ${text}`, "1"))).toBeLessThan(patience);
      expect(quick(() => choiceGrader().grade(`Answer: ${text}`, "A"))).toBeLessThan(patience);
    }
  });
  it("never takes an overflow for a value", () => {
    expect(gradeAnswer("10^{400}\\pi", "10^{401}\\pi").equal).toBe(false);
    expect(gradeAnswer("\\infty", "10^{400}\\pi").equal).toBe(false);
    expect(gradeAnswer("10^{5000}", "10^{5001}").equal).toBe(false);
  });
  it("tells apart exact numbers that no double can", () => {
    expect(gradeAnswer("2^{200}", "2^{200}+1").equal).toBe(false);
    expect(gradeAnswer("10^{30}", "10^{30}+1").equal).toBe(false);
    expect(gradeAnswer("\\frac{10^{20}}{10^{20}+1}", "1").equal).toBe(false);
  });
  it("runs nothing that an answer says", () => {
    for (const payload of [
      "process.exit(1)",
      "__import__('os').system('ls')",
      "constructor",
      "__proto__",
      "toString",
      "exec(1)",
      "\\text{constructor}",
      "hasOwnProperty(x)",
    ])
      expect(gradeAnswer("1", payload).equal).toBe(false);
  });
});

describe("strings at random", () => {
  it("crash no grader and hang none", () => {
    const next = random(7);
    const [math, choice] = [mathGrader(), choiceGrader()];
    let gold = "1";
    let slowest = 0;
    for (let n = 0; n < 8000; n++) {
      const text = fuzzText(next);
      slowest = Math.max(
        slowest,
        quick(() =>
          n % 3 === 0 ? math.grade(text, gold) : n % 3 === 1 ? choice.grade(text, "B") : gradeAnswer(gold, text),
        ),
      );
      if (n % 5 === 0) gold = text;
    }
    expect(slowest).toBeLessThan(patience);
  });
  it("are equal to themselves", () => {
    const next = random(11);
    for (let n = 0; n < 3000; n++) {
      const text = fuzzText(next);
      if (text.trim() !== "") expect([text, gradeAnswer(text, text).equal]).toEqual([text, true]);
    }
  });
});
