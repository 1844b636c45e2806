import { describe, expect, it } from "vitest";
import { graders } from "../../src/graders/index.ts";
import { patternFault } from "../../src/graders/pattern.ts";

const make = <K extends keyof typeof graders>(
  name: K,
  options: object = {},
): ReturnType<(typeof graders)[K]["create"]> => {
  const { options: schema, create } = graders[name];
  return create(schema.parse(options) as never) as ReturnType<(typeof graders)[K]["create"]>;
};

describe("every grader by rule", () => {
  it.each(["math", "choice", "exact", "numeric", "regex"] as const)(
    "bears its name and a version, and refuses unknown options: %s",
    (name) => {
      const options = name === "regex" ? { pattern: "(.)" } : {};
      expect(make(name, options).name).toBe(name);
      expect(make(name, options).version).toMatch(/^\d+$/);
      expect(graders[name].options.safeParse({ ...options, tolerence: 1 }).success).toBe(false);
    },
  );
});

describe("the choice grader", () => {
  it("counts a letter that was not chosen where it is told to, as s1 counted A", () => {
    const s1 = make("choice", { unread: "A" });
    expect(s1.grade("I cannot say.", "A")).toMatchObject({ verdict: "correct", source: "no letter is chosen" });
    expect(s1.grade("I cannot say.", "B")).toMatchObject({ verdict: "incorrect", answer: "A" });
    expect(s1.grade("The answer is B.", "B")).toMatchObject({ verdict: "correct", answer: "B" });
    expect(make("choice").grade("I cannot say.", "A")).toMatchObject({ verdict: "no-answer" });
    expect(s1.version).not.toBe(make("choice").version);
  });
});

describe("the exact grader", () => {
  it("compares the text without the white space around it", () => {
    expect(make("exact").grade(" blue\n", "blue")).toEqual({
      verdict: "correct",
      answer: "blue",
      source: "whole response",
      rule: "same text",
    });
    expect(make("exact").grade("Blue", "blue").valueOf()).toMatchObject({
      verdict: "incorrect",
      rule: "different text",
    });
    expect(make("exact").grade(" ", "blue")).toMatchObject({ verdict: "no-answer" });
  });
  it("can leave case out", () => {
    expect(make("exact", { ignore_case: true }).grade("Blue", "bLUE")).toMatchObject({ verdict: "correct" });
    expect(make("exact", { ignore_case: true }).equivalent("A", "a ")).toBe(true);
    expect(make("exact").equivalent("A", "a")).toBe(false);
  });
});

describe("the numeric grader", () => {
  it("takes the wider of the two tolerances", () => {
    const grader = make("numeric", { rel_tol: 0.01, abs_tol: 0.5 });
    expect(grader.grade("The answer is 10.4.", "10")).toMatchObject({ verdict: "correct", answer: "10.4" });
    expect(grader.grade("The answer is 1009.", "1000")).toMatchObject({ verdict: "correct" });
    expect(grader.grade("The answer is 1011.", "1000")).toMatchObject({
      verdict: "incorrect",
      rule: "outside the tolerance",
    });
  });
  it("is exact by default and reads numbers however they are written", () => {
    const grader = make("numeric");
    for (const answer of ["\\boxed{\\frac{1}{2}}", "0.5", "x = 1/2", "$5 \\times 10^{-1}$"])
      expect(grader.grade(answer, "0.5")).toMatchObject({ verdict: "correct" });
    expect(grader.grade("0.51", "0.5")).toMatchObject({ verdict: "incorrect" });
  });
  it("says when there is no number", () => {
    expect(make("numeric").grade("The answer is Evelyn.", "5")).toMatchObject({
      verdict: "incorrect",
      rule: "not a number",
    });
    expect(make("numeric").grade("", "5")).toMatchObject({ verdict: "no-answer" });
    expect(make("numeric").grade("5", "five or so")).toMatchObject({ verdict: "unscored" });
  });
  it("counts votes within the tolerance together", () => {
    const pool = ["100", "95", "104.0", "150", "Evelyn"];
    const names = make("numeric", { rel_tol: 0.1 }).classes?.(pool);
    expect(names).toEqual([names?.[0], names?.[0], names?.[0], "150", "Evelyn"]);
    expect(make("numeric", { rel_tol: 0.1 }).classes?.(pool.toReversed())).toEqual(names?.toReversed());
    expect(make("numeric").equivalent("100", "1e2")).toBe(true);
    expect(make("numeric").equivalent("Evelyn", "Evelyn ")).toBe(true);
    expect(make("numeric").equivalent("5", "Evelyn")).toBe(false);
  });
});

describe("the regex grader", () => {
  it("takes the group of the last match", () => {
    const grader = make("regex", { pattern: "result=(\\w+)" });
    expect(grader.grade("result=a result=b", "b")).toEqual({
      verdict: "correct",
      answer: "b",
      source: "last match of the pattern",
      rule: "same text",
    });
    expect(grader.grade("result=a", "b")).toMatchObject({ verdict: "incorrect" });
    expect(grader.grade("nothing", "b")).toMatchObject({ verdict: "no-answer" });
  });
  it("can leave case out", () => {
    expect(make("regex", { pattern: "RESULT: (\\w+)", ignore_case: true }).grade("result: Yes", "yes")).toMatchObject({
      verdict: "correct",
    });
  });
  it.each([
    "[a-z]+[a-z]+(x)",
    "a{0,1000}a{0,1000}a{0,1000}(b)",
    `${"a?".repeat(30)}${"a".repeat(30)}(b)`,
    `${"(?:a|aa)?".repeat(12)}(b)`,
    "((?:a+)+)$b",
    "(?:a|aa)*(b)",
    "(.*)(?:.*)*b",
    ".*.*.*(b)",
    "(?:(?:a*)b)*(c)",
    "(?:.*a)(?:.*b)?(c)?",
  ])("comes back at once, whatever the pattern: %s", (pattern) => {
    const start = process.cpuUsage();
    make("regex", { pattern }).grade("a".repeat(20_000), "x");
    expect(process.cpuUsage(start).user / 1000).toBeLessThan(10_000);
  });
  it("stays linear where every place of a text matches and each match looks to its end", () => {
    const start = process.cpuUsage();
    expect(make("regex", { pattern: "(a|z)(?:[a-y]*b)?" }).grade(`${"a".repeat(19_999)}z`, "z")).toMatchObject({
      verdict: "correct",
    });
    expect(process.cpuUsage(start).user / 1000).toBeLessThan(10_000);
  });
  it.each([
    ["(?<=x)(a)", "look-behind"],
    ["(?<!x)(a)", "look-behind"],
    ["(?=a*a*b)(a)", "look-ahead"],
    ["(a)\\1", "back references"],
    [".{0,9999}.{0,9999}(x)", "invalid repeat count"],
  ])("refuses what the engine cannot take, by name: %s", (pattern, name) => {
    expect(patternFault(pattern)).toContain(name);
    expect(graders.regex.options.safeParse({ pattern }).error?.issues[0]?.message).toContain(name);
  });
  it("takes the last of very many matches", () => {
    const text = `${"n=1, ".repeat(3900)}n=2`;
    expect(make("regex", { pattern: "n=(\\d+)" }).grade(text, "2")).toMatchObject({ verdict: "correct" });
    expect(make("regex", { pattern: "^(\\d+)$" }).grade("1\n".repeat(4000), "1")).toMatchObject({ verdict: "correct" });
  });
  it("needs one capture group and a valid pattern", () => {
    expect(patternFault("abc")).toContain("one capture group is needed, found 0");
    expect(patternFault("(a)(b)")).toContain("found 2");
    expect(patternFault("(a")).toContain("not a regular expression");
    for (const pattern of [
      "(a)",
      "x=(?<value>\\d+)",
      "(?:a|b)(c+)",
      "\\((\\d+)\\)",
      "[(](\\d+)",
      "(?<value>\\p{L}+)",
      "[(?=](a)",
    ])
      expect([pattern, patternFault(pattern)]).toEqual([pattern, null]);
  });
});
