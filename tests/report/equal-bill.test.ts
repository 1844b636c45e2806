import { describe, expect, it } from "vitest";
import { equalBills } from "../../src/report/equal-bill.ts";
import { equalBillSentence } from "../../src/report/finding/equal-bill.ts";
import type { ExperimentData } from "../../src/report/gather.ts";

type Dot = Readonly<{ role: string; family: string; bill: number; correct: readonly number[] }>;

/** As much of an experiment as is looked at. */
function dataOf(dots: readonly Dot[]): ExperimentData {
  const points = dots.map(({ role, family }, id) => ({ id, role, family, model: "m", dataset: "d", label: `${id}` }));
  const problems = dots[0]?.correct.map((_, at) => ({ dataset: "d", problem: `p${at}` })) ?? [];
  const cells = (id: number) => ({ correct: dots[id]?.correct, counted: problems.map(() => 1) });
  const costs = new Map(dots.map(({ bill }, id) => [id, { sampled: bill }]));
  return {
    row: { name: "e" },
    points,
    costs,
    kinds: new Set(["settings", "bills"]),
    grid: { problems, cells },
  } as unknown as ExperimentData;
}

const all = (count: number, value: number): readonly number[] => Array.from({ length: count }, () => value);
const curve: readonly Dot[] = [
  { role: "cut", family: "budget forcing", bill: 8, correct: all(12, 0) },
  { role: "natural", family: "budget forcing", bill: 32, correct: all(12, 1) },
];
const rule = (bill: number, correct: readonly number[]): Dot => ({ role: "other", family: "rule", bill, correct });

describe("equal bill", () => {
  it("holds a setting against the curve, interpolated on log2 tokens", () => {
    const [row] = equalBills(dataOf([...curve, rule(16, all(12, 1))]));
    expect(row).toMatchObject({ bill: 16, accuracy: 1, reference: 0.5, difference: 0.5, problems: 12 });
    // All twelve signs the same: 2 / 2^12.
    expect(row?.p).toBeLessThan(0.001);
    expect(row?.interval).toEqual({ low: 0.5, high: 0.5 });
  });

  it("adjusts p over all settings, and leaves out those beyond the curve", () => {
    const half = all(12, 1).map((_, at) => at % 2);
    const rows = equalBills(dataOf([...curve, rule(16, all(12, 1)), rule(16, half), rule(64, half), rule(4, half)]));
    expect(rows.map(({ point }) => point.id)).toEqual([2, 3]);
    expect(rows[1]).toMatchObject({ difference: 0, p: 1, adjusted: 1 });
    // Two settings, and a quarter of the report's level: six parts are of settings against the natural end.
    expect(rows[0]?.adjusted).toBeCloseTo(4 * 2 * (rows[0]?.p ?? 0), 6);
  });

  it("compares with the family that has the natural end alone, and of the same model", () => {
    const other = { role: "extension", family: "gated", bill: 64, correct: all(12, 1) };
    expect(equalBills(dataOf([...curve, other, rule(48, all(12, 1))]))).toEqual([]);
  });

  it("says in the finding how many are better, with the best, and that none is where none is", () => {
    const [better] = equalBillSentence(dataOf([...curve, rule(16, all(12, 1)), rule(17, all(12, 0))]));
    expect(better?.text[0]).toMatch(/^At the same bill 1 of 2 other settings are better than .* and 1 worse: 2 by /);
    const same = all(12, 1).map((_, at) => at % 2);
    const [none] = equalBillSentence(dataOf([...curve, rule(16, same)]));
    expect(none?.text[0]).toMatch(/^At their own bill none of 1 other settings differs/);
    expect(equalBillSentence(dataOf(curve))).toEqual([]);
  });
});
