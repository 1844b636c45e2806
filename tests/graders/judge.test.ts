import { describe, expect, it } from "vitest";
import { judgeGrader, type JudgeOptions } from "../../src/graders/judge.ts";

const options: JudgeOptions = { model: { engine: "scripted" }, seed: 1, max_tokens: 16 };

/** Finds the line of the list with this text, as an honest judge would; -1 if there is none. */
const honest = (text: string) => async (prompt: string) =>
  [...prompt.matchAll(/^(\d+)\. (.*)$/gm)].find(([, , line]) => line === text)?.[1] ?? "-1";

const places = async (seed: number, target: string) => {
  const seen: number[] = [];
  const grader = judgeGrader({ ...options, seed }, async (prompt) => {
    const list = [...prompt.matchAll(/^(\d+)\. (.*)$/gm)];
    seen.push(list.findIndex(([, , line]) => line === target) + 1);
    return "-1";
  });
  for (const answer of ["1", "2", "3", "4", "5", "6"])
    await grader.grade(`The answer is \\boxed{${answer}}`, target, "Q?");
  return seen;
};

describe("judge", () => {
  it("is right where the judge names the reference, and keeps what was asked and said", async () => {
    const score = await judgeGrader(options, honest("7")).grade("So \\boxed{7.0}", "7", "What is 3+4?");
    expect(score).toMatchObject({ verdict: "correct", answer: "7.0", rule: "the judge chose answer 1 of 1" });
    const evidence = JSON.parse((score as { evidence: string }).evidence) as { prompt: string; reply: string };
    expect(evidence.reply).toBe("1");
    expect(evidence.prompt).toContain("What is 3+4?");
  });

  it("lists what earlier attempts at the question answered, and is wrong where one of those is named", async () => {
    const grader = judgeGrader(options, honest("8"));
    expect(await grader.grade("\\boxed{8}", "7", "Q?")).toMatchObject({
      verdict: "incorrect",
      rule: "the judge found none of the answers",
    });
    expect(await grader.grade("it is \\boxed{8}", "7", "Q?")).toMatchObject({
      verdict: "incorrect",
      rule: expect.stringMatching(/chose answer \d of 2/) as string,
    });
    expect(await grader.grade("\\boxed{8}", "7", "Another?")).toMatchObject({
      rule: "the judge found none of the answers",
    });
  });

  it("puts the reference at different places, the same ones for the same seed", async () => {
    const seen = await places(1, "9");
    expect(new Set(seen).size).toBeGreaterThan(2);
    expect(await places(1, "9")).toEqual(seen);
    expect(await places(2, "9")).not.toEqual(seen);
  });

  it.each(["", "none of them", "5", "0", "-2"])("leaves the attempt unscored when the judge says %j", async (reply) => {
    const score = await judgeGrader(options, async () => reply).grade("\\boxed{8}", "7", "Q?");
    expect(score).toMatchObject({ verdict: "unscored", reason: expect.stringContaining("named no answer") as string });
  });

  it("asks nothing where there is no answer", async () => {
    expect(await judgeGrader(options).grade("", "7", "Q?")).toMatchObject({ verdict: "no-answer" });
  });
});
