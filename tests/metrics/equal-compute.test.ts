import { expect, test } from "vitest";
import { accuracyAt, equalCompute } from "../../src/metrics/equal-compute.ts";
import { random } from "../../src/metrics/random.ts";
import { type CurveTable, tabulate } from "../../src/metrics/table.ts";
import { BUDGETS, sharedChains } from "./shared-chains.ts";

const DOTS = [
  { tokens: 1000, accuracy: 0.2 },
  { tokens: 4000, accuracy: 0.6 },
  { tokens: 8000, accuracy: 0.5 },
];

test.each([
  [1000, 0.2],
  [2000, 0.4],
  [4000, 0.6],
  [5656.854, 0.55],
  [8000, 0.5],
])("at %d tokens the curve stands at %d", (tokens, accuracy) => {
  expect(accuracyAt(DOTS, tokens)).toBeCloseTo(accuracy, 6);
});

test("a curve says nothing outside its dots", () => {
  expect([
    accuracyAt(DOTS, 999),
    accuracyAt(DOTS, 8001),
    accuracyAt([], 5),
    accuracyAt([{ tokens: 0, accuracy: 1 }], 0),
  ]).toEqual([null, null, null, null]);
});

/** Two methods on the same chains: the second twice as frugal and a little better. */
const [PLAIN, FRUGAL] = (() => {
  const answers = sharedChains(200, [0.2, 0.3, 0.4, 0.5, 0.6], random(9));
  const curve = (scale: number): CurveTable =>
    tabulate(
      answers.flatMap((row, i) =>
        row.map((correct, point) => ({
          point: `${point}`,
          problem: `${i}`,
          epoch: 0,
          correct,
          tokens: BUDGETS[point]! * scale,
        })),
      ),
    );
  return [curve(1), curve(0.5)] as const;
})();

const options = { resamples: 1000, tokens: [2000] };

test("halving the tokens is worth one doubling at equal compute", () => {
  const [place] = equalCompute(PLAIN, FRUGAL, options);
  const accuracies = [2, 3].map((point) => PLAIN.clusters.reduce((sum, row) => sum + row[3 * point]!, 0) / 200) as [
    number,
    number,
  ];
  expect(place!.first.estimate).toBeCloseTo(accuracies[0], 12);
  expect(place!.second.estimate).toBeCloseTo(accuracies[1], 12);
  expect(place!.difference.estimate).toBeCloseTo(accuracies[1] - accuracies[0], 12);
  expect(place!.difference.interval!.low).toBeGreaterThan(0);
});

test("shared chains make the difference surer than independent arms", () => {
  const width = (arms: "shared" | "independent") => {
    const { low, high } = equalCompute(PLAIN, FRUGAL, { ...options, arms })[0]!.difference.interval!;
    return high - low;
  };
  expect(width("shared")).toBeLessThan(0.7 * width("independent"));
});

test("only the problems of both methods are compared when shared", () => {
  const half = { ...FRUGAL, problems: FRUGAL.problems.slice(0, 100), clusters: FRUGAL.clusters.slice(0, 100) };
  const first = PLAIN.clusters.slice(0, 100).reduce((sum, row) => sum + row[6]!, 0) / 100;
  expect(equalCompute(PLAIN, half, options)[0]!.first.estimate).toBeCloseTo(first, 12);
});

test("left to itself it compares inside the common range, and nowhere without one", () => {
  const places = equalCompute(PLAIN, FRUGAL, { resamples: 200 }).map(({ tokens }) => tokens);
  expect(places).toHaveLength(8);
  expect(Math.min(...places)).toBeGreaterThan(500);
  expect(Math.max(...places)).toBeLessThan(4000);
  const far = tabulate([{ point: "far", problem: "0", epoch: 0, correct: true, tokens: 1e6 }]);
  expect(equalCompute(PLAIN, far)).toEqual([]);
});
