import { expect, test } from "vitest";
import { bestAccuracyInterval } from "../../src/metrics/best-accuracy.ts";
import { ramps, summarise } from "../../src/metrics/curve.ts";
import { random } from "../../src/metrics/random.ts";
import { scaling } from "../../src/metrics/s1-metrics.ts";
import { dotsOf, tabulate } from "../../src/metrics/table.ts";
import { sums } from "../../src/metrics/resample.ts";
import { sharedChains, tableOf } from "./shared-chains.ts";

const rising = tableOf(sharedChains(300, [0.2, 0.4, 0.6, 0.62, 0.62], random(1)));
const options = { resamples: 1000, seed: 3 };

test("a rising curve that flattens is told with intervals", () => {
  const summary = summarise(rising, options);
  expect(summary.scaling.estimate).toBeCloseTo(
    scaling(dotsOf(sums(rising.clusters)) as { tokens: number; accuracy: number }[])!,
    12,
  );
  expect(summary.scaling.interval!.low).toBeGreaterThan(0.08);
  expect(summary.slope.interval!.low).toBeLessThan(summary.slope.estimate!);
  expect(summary.slope.interval!.high).toBeGreaterThan(summary.slope.estimate!);
  expect(summary.scalingPerThousand.estimate).toBeLessThan(1);
});

test("the bend and the saturation are near 2000 tokens, where the simulated curve flattens", () => {
  const { knee, before, after, saturation } = summarise(rising, { ...options, margin: 0.05 });
  expect(knee.interval!.low).toBeLessThanOrEqual(2000);
  expect(knee.interval!.high).toBeGreaterThanOrEqual(1900);
  expect(before.interval!.low).toBeGreaterThan(0.1);
  expect(after.interval!.low).toBeLessThan(0.02);
  expect(after.interval!.high).toBeGreaterThan(-0.01);
  expect(saturation.interval!.low).toBe(2000);
});

test("the log-linear fit at the points lies on one line of the summary's slope, its intervals around it", () => {
  const { line, slope } = summarise(rising, options);
  const dots = dotsOf(sums(rising.clusters));
  const known = line.flatMap(({ estimate, interval }, i) =>
    estimate === null ? [] : [{ x: Math.log2(dots[i]!.tokens), estimate, interval: interval! }],
  );
  expect(known.length).toBeGreaterThan(2);
  for (const [i, { x, estimate, interval }] of known.entries()) {
    if (i > 0) expect((estimate - known[i - 1]!.estimate) / (x - known[i - 1]!.x)).toBeCloseTo(slope.estimate!, 10);
    expect(interval.low).toBeLessThan(estimate);
    expect(interval.high).toBeGreaterThan(estimate);
  }
});

test("the isotonic fit never falls and its intervals hold the fit", () => {
  const { isotonic } = summarise(rising, options);
  isotonic.forEach(({ estimate, interval }, i) => {
    if (i > 0) expect(estimate).toBeGreaterThanOrEqual(isotonic[i - 1]!.estimate!);
    expect(interval!.low).toBeLessThanOrEqual(estimate!);
    expect(interval!.high).toBeGreaterThanOrEqual(estimate!);
  });
});

test("a seed fixes every interval", () => {
  expect(summarise(rising, options)).toEqual(summarise(rising, options));
});

test("a curve on which all is wrong keeps uncertain slopes", () => {
  const { scaling: slope } = summarise(tableOf(sharedChains(30, [1e-9, 1e-9, 1e-9, 1e-9, 1e-9], random(1))), options);
  expect(slope.estimate).toBe(0);
  expect(slope.interval!.low).toBeLessThan(-0.004);
  expect(slope.interval!.high).toBeGreaterThan(0.004);
});

test("one point has a performance and no slope", () => {
  const summary = summarise(tabulate([{ point: "a", problem: "p", epoch: 0, correct: true, tokens: 5 }]), options);
  expect([summary.scaling.estimate, summary.scaling.interval, summary.knee.interval]).toEqual([null, null, null]);
  expect(summary.performance.estimate).toBe(1);
});

test("pseudo-problems of a curve are one that rises and one that falls at its own tokens", () => {
  const table = tabulate(
    [10, 30].map((tokens) => ({ point: `${tokens}`, problem: "p", epoch: 0, correct: true, tokens })),
  );
  expect(ramps(table)).toEqual([
    [0, 10, 1, 1, 30, 1],
    [1, 10, 1, 0, 30, 1],
  ]);
});

test("the best of many points is known less surely from below than one alone", () => {
  const point = Array.from({ length: 40 }, (_, i) => ({ correct: i % 2, attempts: 1 }));
  const [alone, five] = [bestAccuracyInterval([point])!, bestAccuracyInterval([point, point, point, point, point])!];
  expect(five.low).toBeLessThan(alone.low);
  expect(five.high).toBe(alone.high);
  expect(bestAccuracyInterval([[], []])).toBeNull();
});
