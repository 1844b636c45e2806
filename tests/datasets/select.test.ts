import { describe, expect, it } from "vitest";
import { withPrompt } from "../../src/datasets/question.ts";
import { select } from "../../src/datasets/select.ts";
import type { DatasetSpec } from "../../src/experiment/dataset-spec.ts";
import { refusal } from "./folder.ts";

const items = Array.from({ length: 20 }, (_, at) => ({
  problem: { id: `p${at}`, text: `question ${at}`, target: "x", tags: { level: at % 4 } },
  row: { level: at % 4, subject: at % 2 ? "odd" : "even" },
}));

const ids = (spec: Omit<DatasetSpec, "name">, of = items): readonly string[] =>
  select(of, { name: "d", ...spec }).map(({ problem }) => problem.id);

describe("select", () => {
  it("takes all problems in their order by default", () => {
    expect(ids({})).toEqual(items.map(({ problem }) => problem.id));
  });

  it("takes the first N", () => {
    expect(ids({ limit: 2 })).toEqual(["p0", "p1"]);
    expect(ids({ limit: 99 })).toHaveLength(20);
  });

  it("keeps problems by tag or column, by one value or several", () => {
    expect(ids({ where: { level: 3 } })).toEqual(["p3", "p7", "p11", "p15", "p19"]);
    expect(ids({ where: { level: ["0", 2], subject: "even" }, limit: 3 })).toEqual(["p0", "p2", "p4"]);
  });

  it("shuffles by a seed, so that a data set that grows keeps its order", () => {
    expect(ids({ shuffle: 1 })).toEqual(ids({ shuffle: 1 }));
    expect(ids({ shuffle: 1 })).not.toEqual(ids({ shuffle: 2 }));
    expect(ids({ shuffle: true })).toEqual(ids({ shuffle: 0 }));
    expect(ids({ shuffle: false })).toEqual(ids({}));
    expect([...ids({ shuffle: 1 })].sort()).toEqual([...ids({})].sort());
    const some = ids({ shuffle: 1 }, items.slice(0, 10));
    expect(ids({ shuffle: 1 }).filter((id) => some.includes(id))).toEqual(some);
  });

  it("refuses a column that is not there, and a filter that leaves nothing", async () => {
    expect(await refusal(() => ids({ where: { levle: 1 } }))).toBe(
      'data set "d": where: there is no column "levle", the columns are level, subject, did you mean "level"?',
    );
    expect(await refusal(() => ids({ where: { level: [7, 8] } }))).toBe(
      'data set "d": where: no problem has level 7 or 8, only 0, 1, 2, 3',
    );
  });
});

describe("withPrompt", () => {
  const texts = (spec: Omit<DatasetSpec, "name">): readonly string[] =>
    withPrompt(items.slice(0, 2), { name: "d", ...spec }).map(({ problem }) => problem.text);

  it("leaves questions alone by default", () => {
    expect(texts({})).toEqual(["question 0", "question 1"]);
  });

  it("puts the template around each question, with its tags", () => {
    expect(texts({ prompt: "({level}) {problem}\n\nThink. Answer in \\boxed{{x}} or {}." })).toEqual([
      "(0) question 0\n\nThink. Answer in \\boxed{x} or {}.",
      "(1) question 1\n\nThink. Answer in \\boxed{x} or {}.",
    ]);
  });

  it("writes solved examples before it, in the same template", () => {
    expect(texts({ prompt: "Q: {problem}\nA:", examples: [{ problem: "1+1", answer: "2" }] })[0]).toBe(
      "Q: 1+1\nA:\n2\n\nQ: question 0\nA:",
    );
    expect(texts({ examples: [{ problem: "1+1", answer: "2" }] })[0]).toBe("1+1\n2\n\nquestion 0");
  });

  it("refuses an unknown name and a template without the question", async () => {
    expect(await refusal(() => texts({ prompt: "{problm}{problem}" }))).toBe(
      'data set "d": prompt: there is no {problm}, only {problem}, {level}, did you mean "problem"? (write {{...}} for text in braces)',
    );
    expect(await refusal(() => texts({ prompt: "{problem} {target}" }))).toMatch(/there is no \{target\}/);
    expect(await refusal(() => texts({ prompt: "Think." }))).toBe(
      'data set "d": prompt: the template must hold {problem}, got "Think."',
    );
  });
});
