import { describe, expect, test } from "vitest";
import { control, performance, scaling } from "../../src/metrics/s1-metrics.ts";
import type { Dot } from "../../src/metrics/table.ts";

/** AIME24 dots of arXiv 2501.19393: mean thinking tokens, correct of 30 problems. BF: figure 1; RS: figure 6; TCC, SCC, CCC: tables 12 to 14. */
const PAPER: Record<string, readonly (readonly [number, number])[]> = {
  BF: [
    [500, 0],
    [1000, 4],
    [2000, 9],
    [3933.1, 13],
    [5300.2, 15],
    [6656.8, 16],
    [7319.5, 17],
  ],
  TCC: [
    [7939, 8],
    [7158, 9],
    [8263, 10],
    [7108, 10],
    [7500, 12],
  ],
  "TCC+BF": [
    [1024, 1],
    [2048, 9],
    [4031, 10],
    [5664, 10],
    [6330, 12],
  ],
  SCC: [
    [7252, 10],
    [6277, 7],
    [5396, 10],
    [5552, 11],
    [7551, 10],
  ],
  "SCC+BF": [
    [1517, 7],
    [2963, 7],
    [4636, 10],
    [5409, 11],
    [7551, 10],
  ],
  CCC: [
    [8033, 9],
    [9651, 11],
  ],
  RS: [
    [3702.9, 11],
    [4343.8, 10],
    [4733.8, 9],
    [5192.7, 8],
    [5292.9, 7],
  ],
};

const dots = (method: string): Dot[] => PAPER[method]!.map(([tokens, correct]) => ({ tokens, accuracy: correct / 30 }));

describe("table 3 of arXiv 2501.19393", () => {
  test.each([
    ["BF", 15],
    ["TCC", -24],
    ["TCC+BF", 13],
    ["SCC", 3],
    ["SCC+BF", 6],
    ["CCC", 25],
    ["RS", -35],
  ])("the scaling of %s is the printed %d points per doubling", (method, printed) => {
    expect(Math.round(100 * scaling(dots(method))!)).toBe(printed);
  });

  test.each([
    ["BF", 8.68],
    ["TCC", -4.82],
    ["TCC+BF", 6.72],
    ["SCC", 0.61],
    ["SCC+BF", 2.47],
    ["CCC", 4.12],
    ["RS", -10.62],
  ])("per 1000 tokens %s has %d points, not the printed value", (method, points) => {
    expect(100 * scaling(dots(method), "1000 tokens")!).toBeCloseTo(points, 2);
  });

  test.each([
    ["BF", 56.7],
    ["TCC", 40],
    ["TCC+BF", 40],
    ["SCC", 36.7],
    ["SCC+BF", 36.7],
    ["CCC", 36.7],
  ])("the performance of %s is the printed %d percent", (method, printed) => {
    expect(100 * performance(dots(method))!).toBeCloseTo(printed, 1);
  });

  test("the performance printed for RS, 40 percent, is that of the dot with limit 3500, which its scaling leaves out", () => {
    const all = [{ tokens: 2974.2, accuracy: 12 / 30 }, ...dots("RS")];
    expect(performance(all)).toBe(0.4);
    expect(100 * scaling(all)!).toBeCloseTo(-28.6, 1);
  });

  const within = (method: string, most: readonly number[]) =>
    control(PAPER[method]!.map(([tokens], i) => ({ tokens, most: most[i]! })));

  test("the control column counts run means, equality included", () => {
    const asked = [1024, 2048, 4096, 8192, 16384];
    expect([within("TCC", asked), within("TCC+BF", asked)]).toEqual([0.4, 1]);
    const steps = [16, 32, 64, 128, 256].map((n) => 100 * n);
    expect([within("SCC", steps), within("SCC+BF", steps)]).toEqual([0.6, 1]);
    expect(
      control([
        { tokens: 8033, most: 6109 },
        { tokens: 9651, least: 6109 },
      ]),
    ).toBe(0.5);
  });
});

test("pairs without a slope are left out", () => {
  expect(
    scaling([
      { tokens: 0, accuracy: 0 },
      { tokens: 2, accuracy: 0.5 },
      { tokens: 4, accuracy: 0.75 },
      { tokens: 4, accuracy: 0.25 },
    ]),
  ).toBeCloseTo(0, 12);
  expect(
    scaling(
      [
        { tokens: 0, accuracy: 0 },
        { tokens: 500, accuracy: 0.5 },
      ],
      "1000 tokens",
    ),
  ).toBe(1);
});

test("too few runs have no value", () => {
  expect([control([]), scaling([{ tokens: 9, accuracy: 1 }]), performance([])]).toEqual([null, null, null]);
});
