import { expect, test } from "vitest";
import { summarise } from "../../src/metrics/curve.ts";
import { inBlocks } from "../../src/report/curve-table.ts";

const problems = 4000;
const table = {
  points: ["1", "2", "3"],
  problems: Array.from({ length: problems }, (_, i) => `p${i}`),
  clusters: Array.from({ length: problems }, (_, i) =>
    Float64Array.from([8, 16, 32].flatMap((tokens, p) => [(i * 7919 + p * 31) % 100 < 30 + 20 * p ? 1 : 0, tokens, 1])),
  ),
};

test("blocks of problems keep every total and nearly every interval", () => {
  const blocks = inBlocks(table, 500);
  expect(blocks.clusters).toHaveLength(500);
  const [whole, folded] = [table, blocks].map((t) => summarise(t, { resamples: 1000 }).slope);
  expect(folded?.estimate).toBeCloseTo(whole?.estimate ?? NaN, 10);
  const width = (of: typeof whole): number => (of?.interval ? of.interval.high - of.interval.low : NaN);
  expect(width(folded) / width(whole)).toBeGreaterThan(0.7);
  expect(width(folded) / width(whole)).toBeLessThan(1.4);
});

test("a table that is small enough is left alone", () => expect(inBlocks(table, problems)).toBe(table));
