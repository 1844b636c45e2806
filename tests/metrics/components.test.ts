import { expect, test } from "vitest";
import { errorOfAccuracy, varianceComponents, varianceOfTallies } from "../../src/metrics/components.ts";
import { random } from "../../src/metrics/random.ts";
import { sharedChains } from "./shared-chains.ts";

test("Snedecor and Cochran's turnip leaves split into 0.0724 between and 0.0066 within", () => {
  // Snedecor and Cochran, Statistical Methods: calcium in 4 leaves, 4 determinations each; mean squares 0.29612 and 0.00660 (scipy)
  const { problem, epoch, problems, epochs } = varianceComponents([
    [3.28, 3.09, 3.03, 3.03],
    [3.52, 3.48, 3.38, 3.38],
    [2.88, 2.8, 2.81, 2.76],
    [3.34, 3.38, 3.23, 3.26],
  ])!;
  expect(problem).toBeCloseTo(0.0724, 4);
  expect(epoch).toBeCloseTo(0.0066, 4);
  expect([problems, epochs]).toEqual([4, 4]);
});

test("the dyestuff of six batches splits into 1764.05 between and 2451.25 within", () => {
  // Davies and Goldsmith (1972), section 6.4; REML of lme4, which equals the analysis of variance where groups are equal
  const { problem, epoch } = varianceComponents([
    [1545, 1440, 1440, 1520, 1580],
    [1540, 1555, 1490, 1560, 1495],
    [1595, 1550, 1605, 1510, 1560],
    [1445, 1440, 1595, 1465, 1545],
    [1595, 1630, 1515, 1635, 1625],
    [1520, 1455, 1450, 1480, 1445],
  ])!;
  expect(problem).toBeCloseTo(1764.05, 2);
  expect(epoch).toBeCloseTo(2451.25, 2);
});

test("unequal groups have the mean squares of statsmodels' anova_lm", () => {
  // statsmodels 0.15.0: 0.596875 on 4 and 0.140909 on 11 degrees of freedom; mean group size (16 - 58/16) / 4
  const { problem, epoch, epochs } = varianceComponents([
    [1, 0, 1, 1],
    [0, 0],
    [1, 1, 1],
    [0, 1, 0, 0, 0],
    [1, 1],
  ])!;
  expect(epochs).toBeCloseTo(3.09375, 8);
  expect(epoch).toBeCloseTo(0.14090909, 8);
  expect(problem).toBeCloseTo(0.14738292, 8);
});

test("the components of simulated answers are found", () => {
  const { uniform } = random(11);
  const groups = Array.from({ length: 4000 }, () => {
    const chance = uniform(); // variance 1/12 between, 1/2 - 1/3 = 1/6 within
    return Array.from({ length: 3 }, () => (uniform() < chance ? 1 : 0));
  });
  const { problem, epoch, share, error } = varianceComponents(groups)!;
  expect(problem).toBeCloseTo(1 / 12, 2);
  expect(epoch).toBeCloseTo(1 / 6, 2);
  expect(share).toBeCloseTo(1 / 3, 1);
  expect(error).toBeCloseTo(Math.sqrt((1 / 12 + 1 / 18) / 4000), 4);
});

test("epochs that always agree leave all to the problems, and more epochs then buy nothing", () => {
  const components = varianceComponents([
    [1, 1],
    [0, 0],
    [1, 1],
  ])!;
  expect(components).toMatchObject({ epoch: 0, share: 1 });
  expect(errorOfAccuracy(components, { problems: 3, epochs: 50 })).toBe(components.error);
});

test("a negative component is none, and unequal epochs are allowed", () => {
  expect(
    varianceComponents([
      [0, 1],
      [0, 1],
      [1, 0, 1],
    ]),
  ).toMatchObject({ problem: 0, share: 0 });
});

test("one problem, or one epoch each, cannot be split", () => {
  expect([varianceComponents([[0, 1, 1]]), varianceComponents([[1], [0]]), varianceComponents([])]).toEqual([
    null,
    null,
    null,
  ]);
});

test("tallies say the same as single answers, with an interval that holds the share", () => {
  const { uniform } = random(3);
  const tallies = Array.from({ length: 200 }, () => {
    const chance = uniform();
    return { correct: Array.from({ length: 4 }, () => uniform() < chance).filter(Boolean).length, attempts: 4 };
  });
  const singles = tallies.map(({ correct, attempts }) =>
    Array.from({ length: attempts }, (_, i) => (i < correct ? 1 : 0)),
  );
  const { interval, ...components } = varianceOfTallies(tallies)!;
  const expected = varianceComponents(singles)!;
  for (const key of ["problem", "epoch", "share", "error", "problems", "epochs"] as const)
    expect(components[key]).toBeCloseTo(expected[key]!, 10);
  expect(interval!.low).toBeLessThan(1 / 3);
  expect(interval!.high).toBeGreaterThan(1 / 3);
  expect(interval!.high - interval!.low).toBeLessThan(0.3);
});

test("so few right answers leave the share without an interval", () => {
  const tallies = Array.from({ length: 30 }, (_, i) => ({ correct: i < 3 ? 2 : 0, attempts: 4 }));
  expect(varianceOfTallies(tallies)).toMatchObject({ interval: null, problems: 30 });
});

test.each([
  [30, 0.5],
  [200, 0.95],
])("the interval of the share of %d problems at accuracy %d covers at least 88 % (simulated)", (problems, p) => {
  const stream = random(problems + 7);
  const everyAnswer = sharedChains(100_000, [p, p], stream);
  const share = (everyAnswer.filter(([a, b]) => a && b).length / 100_000 - p * p) / (p - p * p);
  const intervals = Array.from(
    { length: 300 },
    () =>
      varianceOfTallies(
        sharedChains(problems, [p, p, p, p], stream).map((row) => ({
          correct: row.filter(Boolean).length,
          attempts: 4,
        })),
        199,
      )!.interval,
  ).filter((interval) => interval !== null);
  expect(intervals.length).toBeGreaterThan(200);
  expect(intervals.filter(({ low, high }) => low <= share && share <= high).length / intervals.length).toBeGreaterThan(
    0.88,
  );
});

test.each([30, 200])(
  "over many data sets of %d problems the components and the error come out right on average",
  (problems) => {
    const stream = random(problems);
    const runs = Array.from({ length: 600 }, () => {
      const answers = sharedChains(problems, [0.5, 0.5, 0.5, 0.5], stream).map((row) => row.map(Number));
      return {
        ...varianceComponents(answers)!,
        accuracy: answers.flat().reduce((sum, right) => sum + right, 0) / (4 * problems),
      };
    });
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const between = Math.asin(0.8) / (2 * Math.PI); // covariance of two right answers whose normal scores correlate by 0.8 (Sheppard, 1899)
    expect(mean(runs.map(({ problem }) => problem)) / between).toBeCloseTo(1, 1);
    expect(mean(runs.map(({ epoch }) => epoch)) / (0.25 - between)).toBeCloseTo(1, 1);
    const spread = Math.sqrt(mean(runs.map(({ accuracy }) => (accuracy - 0.5) ** 2)));
    expect(Math.abs(Math.sqrt(mean(runs.map(({ error }) => error ** 2))) / spread - 1)).toBeLessThan(0.08);
  },
);
