import { expect, test } from "vitest";
import type { ResultReader } from "../../src/ports/result-reader.ts";
import { armsOf, pairsOf } from "../../src/report/comparison/arms.ts";
import { comparePair } from "../../src/report/comparison/compared.ts";
import { overlap } from "../../src/report/comparison/comparable.ts";
import { tasksOfPair } from "../../src/report/comparison/tasks.ts";
import { experimentOf, settings } from "./null-experiment.ts";

const PROBLEMS = 2500;
const answers = Array.from({ length: PROBLEMS }, (_, problem) =>
  settings.map((_, point) => (problem + point) % 3 === 0),
);
const [pair] = pairsOf(
  armsOf([experimentOf(answers, { name: "one" }), experimentOf(answers, { name: "two", first: 100 })]),
);

/** Answers for the problems asked for, and counts them; prompts of the second experiment are as given. */
function readerOf(promptAt: (problem: number) => string) {
  const asked: number[] = [];
  const tasks = (point: number, ids = answers.map((_, id) => id)) => {
    asked.push(ids.length);
    return ids.map((id) => ({
      problem: `${id}`,
      question: "q",
      target: "t",
      prompt: point < 100 ? "p" : promptAt(id),
      grader: "exact 1",
    }));
  };
  return {
    asked,
    reader: {
      tasks,
      problems: () => answers.map((_, id) => ({ id, problem: `${id}`, level: null })),
    } as unknown as ResultReader,
  };
}

test("of very many problems those drawn are looked at, and it is said", () => {
  const { asked, reader } = readerOf(() => "p");
  const { fitness } = comparePair(reader, pair!);
  expect(Math.max(...asked)).toBeLessThanOrEqual(500);
  expect(fitness.reasons).toEqual([]);
  expect(fitness.common.size).toBe(PROBLEMS);
  expect(overlap(fitness)).toMatch(
    /^the same 2,500 problems \(questions, prompts and graders of 4\d\d of them were compared, drawn at random; they do not differ\)$/,
  );
});

test("where drawn ones differ all are read, and counted", () => {
  const { asked, reader } = readerOf((problem) => (problem % 50 === 0 ? "another" : "p"));
  expect(comparePair(reader, pair!).fitness.reasons).toEqual(["the prompts of 50 of 2,500 common problems differ"]);
  expect(asked).toContain(PROBLEMS);
});

test("of few problems all are read", () => {
  const { reader } = readerOf(() => "p");
  expect(tasksOfPair(reader, pair!, PROBLEMS).drawn).toBeNull();
});
