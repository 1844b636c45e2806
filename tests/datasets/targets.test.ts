import { describe, expect, it } from "vitest";
import { alternativesOf } from "../../src/core/target.ts";
import { loadDataset } from "../../src/adapters/dataset/load.ts";
import type { DatasetSpec, GraderSpec } from "../../src/experiment/dataset-spec.ts";
import { graders } from "../../src/graders/index.ts";
import type { Grader } from "../../src/ports/grader.ts";
import { refusal, testFolder } from "./folder.ts";

const { path, write } = testFolder();

const graderOf = ({ name, options }: GraderSpec): Grader => {
  const { options: schema, create } = graders[name as "math"];
  return create(schema.parse(options) as never);
};
const context = { folders: [path], cacheDir: path, readTarget: (spec: GraderSpec) => graderOf(spec).readTarget };

const load = (file: string, grader: string) =>
  loadDataset(
    { name: "mine", path: file, columns: {}, grader: { name: grader, options: {} } } as unknown as DatasetSpec,
    context,
  );

const file = (name: string, answers: readonly unknown[], problem = "How many?"): string => {
  write(name, answers.map((answer, at) => JSON.stringify({ id: `p${at}`, problem, answer })).join("\n"));
  return name;
};

const targets = async (name: string, grader: string): Promise<readonly string[]> =>
  (await load(name, grader)).problems.map(({ target }) => target);

describe("targets when data are loaded", () => {
  it("are the answers of whole solutions", async () => {
    const solutions = [
      "Ann picks 4 * 6 = <<4*6=24>>24 plums.\n#### 24",
      "So $x = 3$ and the sum is $\\boxed{\\frac{3}{4}}$.",
      "#### 1,250",
      "7",
      "\\text{no solution}",
      "all real numbers except 4",
    ];
    expect(await targets(file("solutions.jsonl", solutions), "math")).toEqual([
      "24",
      "\\frac{3}{4}",
      "1,250",
      "7",
      "\\text{no solution}",
      "all real numbers except 4",
    ]);
    expect((await targets("solutions.jsonl", "exact"))[0]).toBe(solutions[0]);
  });
  it("are letters where the grader compares letters, of a box, a sentence or the text of an option", async () => {
    const question = "Which is the capital?\n\nA) Sydney\nB) Perth\nC) Canberra";
    const answers = ["C", "\\boxed{C}", "The answer is (C) Canberra.", "Canberra"];
    expect(await targets(file("letters.jsonl", answers, question), "choice")).toEqual(["C", "C", "C", "C"]);
  });
  it("may be several answers, any of which will do", async () => {
    write(
      "any.jsonl",
      `${JSON.stringify({ id: "a", problem: "Half of one?", answer: ["\\boxed{\\frac{1}{2}}", "half a litre"] })}\n`,
    );
    write(
      "datasets/any.yaml",
      "title: Any\nlicence: CC0\nfile: ../any.jsonl\ncolumns: {}\nanswer: any\ngrader: math\n",
    );
    const { problems } = await loadDataset({ name: "any", columns: {} } as unknown as DatasetSpec, context);
    const target = problems[0]?.target ?? "";
    expect(alternativesOf(target)).toEqual(["\\frac{1}{2}", "half a litre"]);
    const grade = (reply: string) => graderOf({ name: "math", options: {} }).grade(reply, target);
    for (const reply of ["The answer is 0.5.", "\\boxed{\\text{half a litre}}"])
      expect(grade(reply)).toMatchObject({ verdict: "correct" });
    expect(grade("The answer is 0.6.")).toMatchObject({ verdict: "incorrect" });
  });
  it("grade what a model answers as a reader would", async () => {
    const grader = graderOf({ name: "math", options: {} });
    const { problems } = await load(file("own.jsonl", ["5 + 6 = 11 pens.\n#### 11"]), "math");
    expect(grader.grade("He has 11 pens.", problems[0]?.target ?? "")).toMatchObject({ verdict: "correct" });
    expect(grader.grade("He has 12 pens.", problems[0]?.target ?? "")).toMatchObject({ verdict: "incorrect" });
  });
  it.each([
    ["math", "The box is \\boxed{}", "line 2"],
    ["math", "First we see what is given.\nThen nothing follows from it at all.", "line 2"],
    ["numeric", "about a dozen", "line 2"],
    ["choice", "none of them", "line 2"],
  ])("are refused with their row and the reason where nothing can be read: %s", async (grader, answer, line) => {
    const good = grader === "choice" ? "A" : "12";
    const message = await refusal(() => load(file("bad.jsonl", [good, answer]), grader));
    expect(message).toContain(line);
    expect(message).toContain("cannot be graded against");
  });
});
