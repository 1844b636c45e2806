import { expect, test } from "vitest";
import { bootstrap, bootstrapAll, quantile } from "../../src/metrics/bootstrap.ts";

/** Efron and Tibshirani (1993), An Introduction to the Bootstrap, table 14.1: spatial test data, column A. */
const SPATIAL = [48, 36, 20, 29, 42, 42, 20, 42, 22, 41, 45, 14, 6, 0, 33, 28, 34, 4, 32, 24, 47, 41, 24, 26, 30, 41];

const variance = ([sum = 0, squares = 0, n = 0]: Float64Array) => squares / n - (sum / n) ** 2;
const rows = SPATIAL.map((value) => [value, value * value, 1]);

test("the variance of the spatial data has its published 90 % intervals", () => {
  // table 14.2: percentile 100.8 to 233.9, BCa 115.8 to 259.6, from 2,000 resamples; scipy 1.17.1 with 200,000: 98.0 to 235.5, 115.4 to 260.3
  const percentile = bootstrap({ clusters: rows, statistic: variance, level: 0.9, resamples: 20_000 });
  const bca = bootstrap({ clusters: rows, statistic: variance, level: 0.9, resamples: 20_000, method: "bca" });
  expect(percentile.estimate).toBeCloseTo(171.5, 1);
  expect(Math.abs(percentile.interval!.low - 98.0)).toBeLessThan(2);
  expect(Math.abs(percentile.interval!.high - 235.5)).toBeLessThan(2);
  expect(Math.abs(bca.interval!.low - 115.4)).toBeLessThan(2);
  expect(Math.abs(bca.interval!.high - 260.3)).toBeLessThan(2.5);
});

/** Efron and Tibshirani (1993), table 3.1: test scores and grades of fifteen law schools. */
const LAW = [
  [576, 3.39],
  [635, 3.3],
  [558, 2.81],
  [578, 3.03],
  [666, 3.44],
  [580, 3.07],
  [555, 3],
  [661, 3.43],
  [651, 3.36],
  [605, 3.13],
  [653, 3.12],
  [575, 2.74],
  [545, 2.76],
  [572, 2.88],
  [594, 2.96],
].map(([x = 0, y = 0]) => [1, x, y, x * x, y * y, x * y]);

const correlation = ([n = 0, x = 0, y = 0, xx = 0, yy = 0, xy = 0]: Float64Array) =>
  (n * xy - x * y) / Math.sqrt((n * xx - x * x) * (n * yy - y * y));

test("the correlation of the law schools, 0.776, has scipy's percentile and BCa intervals", () => {
  // scipy.stats.bootstrap 1.17.1, 200,000 resamples: 0.459 to 0.962, BCa 0.331 to 0.942, standard error 0.134
  const options = { clusters: LAW, statistic: correlation, resamples: 20_000 };
  const [percentile, bca] = [bootstrap(options), bootstrap({ ...options, method: "bca" })];
  expect(percentile.estimate).toBeCloseTo(0.7764, 4);
  expect(percentile.error).toBeCloseTo(0.134, 2);
  for (const [found, wanted] of [
    [percentile, [0.459, 0.962]],
    [bca, [0.331, 0.942]],
  ] as const) {
    expect(Math.abs(found.interval!.low - wanted[0]!)).toBeLessThan(0.02);
    expect(Math.abs(found.interval!.high - wanted[1]!)).toBeLessThan(0.01);
  }
});

test("the error of an accuracy is that of the binomial", () => {
  const clusters = Array.from({ length: 200 }, (_, i) => [i < 60 ? 1 : 0, 1]);
  const { error } = bootstrap({ clusters, statistic: ([right = 0, all = 0]) => right / all });
  expect(error).toBeCloseTo(Math.sqrt((0.3 * 0.7) / 200), 3);
});

test("epochs of a problem move together: copying every attempt narrows nothing", () => {
  const statistic = ([right = 0, all = 0]: Float64Array) => right / all;
  const once = Array.from({ length: 50 }, (_, i) => [i % 2, 1]);
  const fourfold = once.map(([right = 0]) => [4 * right, 4]);
  expect(bootstrap({ clusters: fourfold, statistic })).toEqual(bootstrap({ clusters: once, statistic }));
});

test("strata keep their sizes", () => {
  const clusters = [
    [1, 0],
    [1, 0],
    [0, 1],
  ];
  const { interval } = bootstrap({
    clusters,
    strata: [0, 0, 1],
    statistic: ([first = 0, second = 0]) => first / second,
  });
  expect(interval).toEqual({ low: 2, high: 2 });
});

test("several statistics share their resamples, and a seed fixes them", () => {
  const run = (seed: number) =>
    bootstrapAll({
      clusters: rows,
      seed,
      resamples: 500,
      statistics: (totals) => [variance(totals), variance(totals)],
    });
  const [first, second] = run(4);
  expect(first).toEqual(second);
  expect(run(4)).toEqual(run(4));
  expect(run(4)).not.toEqual(run(5));
});

test("resamples without a value are counted and left out", () => {
  const { defined, interval } = bootstrap({ clusters: [[0], [1]], statistic: ([sum = 0]) => (sum === 0 ? null : sum) });
  expect(defined).toBeCloseTo(0.75, 1);
  expect(interval).toEqual({ low: 1, high: 2 });
});

test("pseudo-problems widen the resamples and leave the estimate alone", () => {
  const options = {
    clusters: Array.from({ length: 20 }, () => [0, 1]),
    statistic: ([gain = 0, n = 0]: Float64Array) => gain / n,
  };
  expect(bootstrap(options).interval).toEqual({ low: 0, high: 0 });
  const widened = bootstrap({
    ...options,
    pseudo: [
      [1, 1],
      [-1, 1],
    ],
  });
  expect(widened.estimate).toBe(0);
  expect(widened.interval!.low).toBeLessThan(-0.05);
});

test("pseudo-problems of three quarters weight widen more than those of a half", () => {
  const error = (pseudoWeight: 0.5 | 0.75) =>
    bootstrap({
      clusters: Array.from({ length: 20 }, () => [0, 1]),
      statistic: ([gain = 0, n = 0]) => gain / n,
      pseudo: [
        [1, 1],
        [-1, 1],
      ],
      pseudoWeight,
    }).error!;
  expect(error(0.75) / error(0.5)).toBeCloseTo(Math.sqrt(1.5), 1);
});

test("no problems give no interval", () => {
  expect(bootstrap({ clusters: [], statistic: () => null })).toEqual({
    estimate: null,
    interval: null,
    error: null,
    defined: 0,
  });
});

test("quantiles interpolate and stay inside the numbers", () => {
  expect([quantile([1, 2, 3], 0.5), quantile([1, 2, 3], 0.001), quantile([1, 2, 3], 0.625), quantile([], 0.5)]).toEqual(
    [2, 1, 2.5, null],
  );
});
