import { expect, test } from "vitest";
import type { CurvePoint } from "../../src/plots/curve-point.ts";
import { evenly, thinned } from "../../src/plots/thin-points.ts";

const curve = (name: string, length: number): readonly CurvePoint[] =>
  Array.from({ length }, (_, i) => ({
    point: i,
    experiment: "e",
    curve: name,
    label: `${i}`,
    x: i,
    accuracy: i === 77 ? 0.9 : 0.5,
    low: 0.4,
    high: 0.95,
    n: 10,
    correct: 5,
    natural: i === length - 1,
    extrapolated: false,
    paramsText: "",
  }));

test("few points are all drawn", () => {
  const points = curve("a", 150);
  expect(thinned(points)).toBe(points);
});

test("of many points each curve keeps its ends, its natural end and its best", () => {
  const drawn = thinned([...curve("a", 500), ...curve("b", 100)], 40);
  for (const [name, last] of [
    ["a", 499],
    ["b", 99],
  ] as const) {
    const own = drawn.filter((p) => p.curve === name).map((p) => p.point);
    expect(own).toEqual(expect.arrayContaining([0, 77, last]));
    expect(own.length).toBeLessThanOrEqual(22);
  }
});

test("an even choice has the first and the last, and no more than asked for", () =>
  expect(evenly([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 3)).toEqual([0, 5, 10]));
