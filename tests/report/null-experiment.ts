import { curvePoints } from "../../src/plots/curve-points.ts";
import type { PointRow, ResultReader } from "../../src/ports/result-reader.ts";
import { type ExperimentData, tallyOf } from "../../src/report/gather.ts";
import { readGrid } from "../../src/report/grid.ts";
import { factColumns } from "../fixtures/facts.ts";
import { adjustedTests } from "../../src/report/adjust.ts";
import { testsOf } from "../../src/report/tests.ts";

/** Cuts, the natural end, and ends ignored, as in a sweep of budget forcing; mean thinking tokens rise along the list. */
export const settings = [
  ...[250, 500, 1000, 2000, 4000].map((max) => ({
    max_thinking_tokens: max,
    ignore_ends: 0,
    label: `<=${max}`,
    tokens: max,
  })),
  { max_thinking_tokens: null, ignore_ends: 0, label: "natural", tokens: 5000 },
  ...[1, 2, 4].map((ignored) => ({
    max_thinking_tokens: null,
    ignore_ends: ignored,
    label: `Wait x${ignored}`,
    tokens: 5000 + 2000 * ignored,
  })),
];

/** `levels`: groups of problems, by turns; `first`: the lowest id of its points; `metered`: whether tokens were counted, without which nothing is compared at equal tokens. */
type Made = Readonly<{ epochs?: number; name?: string; first?: number; metered?: boolean; levels?: number }>;

/** An experiment whose grid holds these answers: a row a problem, and in it `epochs` answers for each setting in turn. */
export function experimentOf(
  answers: readonly (readonly boolean[])[],
  { epochs = 1, name = "null", first = 0, metered = true, levels = 0 }: Made = {},
): ExperimentData {
  const right = settings.map((_, point) =>
    answers.map((row) => row.slice(point * epochs, (point + 1) * epochs).filter(Boolean).length),
  );
  const points = settings.map(
    ({ label, tokens, ...params }, position) =>
      ({
        id: first + position,
        experiment: name,
        model: "model",
        dataset: "data",
        method: "budget-forcing",
        params: JSON.stringify({ ...params, continuation: "Wait" }),
        ...factColumns("budget-forcing", params),
        label,
        position,
        attempts: answers.length * epochs,
        correct: right[position]!.reduce((sum, count) => sum + count, 0),
        unscored: 0,
        no_answer: 0,
        cut: 0,
        errors: 0,
        mean_thinking_tokens: metered ? tokens : null,
      }) as unknown as PointRow,
  );
  const all = (value: number) => answers.map(() => value);
  const cells = settings.map(({ tokens }, point) => ({
    point: first + point,
    dataset: "data",
    problem: answers.map((_, i) => i),
    outcome: right[point]!.map((count) => (count > 0 ? "correct" : "incorrect")),
    correct: right[point]!,
    counted: all(epochs),
    attempts: all(epochs),
    tokens: all(tokens * epochs),
    measured: all(epochs),
  }));
  const reader = {
    problems: () => answers.map((_, id) => ({ id, problem: `${id}`, level: levels === 0 ? null : 1 + (id % levels) })),
    cells: () => cells,
  } as unknown as ResultReader;
  const grid = readGrid(reader, name);
  return {
    row: { name },
    points,
    runs: [],
    grid,
    curves: curvePoints(points, (point) => tallyOf(grid, point)),
    ...adjustedTests(testsOf(points, grid), { grid, others: [] }),
    distinct: points,
    costs: new Map(),
  } as unknown as ExperimentData;
}

/** Says of every attempt that it answered the same question under the same prompt and grader. */
export const sameTasks = (problems: number): ResultReader =>
  ({
    tasks: () =>
      Array.from({ length: problems }, (_, problem) => ({
        problem: `${problem}`,
        question: "q",
        target: "t",
        prompt: "p",
        grader: "exact 1",
      })),
  }) as unknown as ResultReader;
