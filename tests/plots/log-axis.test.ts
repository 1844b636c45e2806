import { describe, expect, test } from "vitest";
import { logAxis, tokensText } from "../../src/plots/log-axis.ts";

test("a doubling takes the same room everywhere", () => {
  const axis = logAxis([4, 64]);
  expect(axis.place(16) - axis.place(8)).toBe(axis.place(64) - axis.place(32));
  expect(axis.zero).toBeNull();
});

test("zero stands left of everything else, before a gap", () => {
  const axis = logAxis([0, 4, 64]);
  expect(axis.zero?.at).toBeLessThan(axis.zero?.gap ?? 0);
  expect(axis.zero?.gap).toBeLessThan(axis.place(4));
  expect(axis.domain[0]).toBeLessThan(axis.place(0));
});

test.each([
  [
    [4, 128],
    ["4", "8", "16", "32", "64", "128"],
  ],
  [
    [500, 8000],
    ["512", "1,024", "2,048", "4,096", "8,192"],
  ],
  [
    [3000, 5000],
    ["3,072", "4,096", "6,144"],
  ],
])("ticks of %j are %j", (values, ticks) => {
  expect(logAxis(values).ticks.map((at) => tokensText(2 ** at))).toEqual(ticks);
});

test("too many doublings are ticked at every second", () => {
  expect(logAxis([1, 2 ** 20], 9).ticks.length).toBeLessThanOrEqual(9);
});

test.each([[[]], [[0]], [[17]], [[0, 0.5]]])("finds finite places for %j", (values) => {
  const axis = logAxis(values);
  for (const number of [...axis.domain, ...values.map(axis.place)]) expect(Number.isFinite(number)).toBe(true);
  expect(axis.domain[1]).toBeGreaterThan(axis.domain[0]);
});

describe("decimal ticks", () => {
  test.each([
    [0.123, 0.127],
    [1.1, 1.9],
    [24.1, 24.6],
    [0.2, 900],
    [3, 3],
    [1e-7, 1.2e-7],
  ])("are some between %d and %d, each with a text of its own", (low, high) => {
    const { ticks, domain } = logAxis([low, high], 7, { decimal: true });
    expect(ticks.length).toBeGreaterThan(0);
    expect(ticks.length).toBeLessThanOrEqual(12);
    for (const tick of ticks) expect(tick >= domain[0] - 1e-9 && tick <= domain[1] + 1e-9).toBe(true);
    expect(new Set(ticks.map((tick) => tokensText(2 ** tick))).size).toBe(ticks.length);
  });
});
