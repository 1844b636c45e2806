import { expect, test } from "vitest";
import { decline } from "../../src/metrics/decline.ts";
import { random } from "../../src/metrics/random.ts";
import { tabulate } from "../../src/metrics/table.ts";
import { sharedChains, tableOf } from "./shared-chains.ts";

const options = { resamples: 2000, seed: 2 };

test("a curve that falls after its best point is found out", () => {
  const { peak, drop, interval, p, peaks } = decline(
    tableOf(sharedChains(300, [0.3, 0.5, 0.7, 0.65, 0.55], random(4))),
    options,
  )!;
  expect(peak).toBe("2000");
  expect(drop).toBeGreaterThan(0.1);
  expect(interval!.low).toBeGreaterThan(0.05);
  expect(interval!.low).toBeLessThan(drop);
  expect(p).toBeLessThan(0.01);
  expect(peaks["2000"]).toBeGreaterThan(0.8);
  expect(Object.values(peaks).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
});

test("a rising curve has none", () => {
  expect(decline(tableOf(sharedChains(200, [0.2, 0.3, 0.4, 0.5, 0.6], random(5))), options)!.p).toBeGreaterThan(0.5);
});

test("two points are compared by sign flips, one-sided", () => {
  const attempts = Array.from({ length: 10 }, (_, i) =>
    [
      { point: "a", tokens: 1, correct: i < 7 },
      { point: "b", tokens: 2, correct: i === 9 },
    ].map((attempt) => ({ ...attempt, problem: `${i}`, epoch: 0 })),
  ).flat();
  const { drop, p } = decline(tabulate(attempts), { resamples: 20_000 })!;
  expect(drop).toBeCloseTo(0.6, 12);
  expect(Math.abs(p - 9 / 256)).toBeLessThan(0.005); // 7 or 8 of 8 signs the same way
});

test("the largest of several drops is judged by all sign choices of whole problems", () => {
  // counted over all 1024 sign choices with numpy: 103 reach the observed maximum
  const drops = [
    [1, 1, 0],
    [1, 0, -1],
    [0, 1, 0],
    [1, 1, 1],
    [-1, 0, 1],
    [1, 1, 0],
    [0, 0, 1],
    [1, 0, 1],
    [1, 1, 0],
    [0, -1, 0],
  ];
  const attempts = drops.flatMap((drop, i) =>
    [...drop, 0].map((step, point) => ({ point: `${point}`, problem: `${i}`, step, point_: point })),
  );
  const table = tabulate(
    attempts.flatMap(({ point, problem, step, point_ }) =>
      [0, 1].map((epoch) => ({
        point,
        problem,
        epoch,
        tokens: 1 + point_,
        correct: point_ === 3 ? epoch === 0 : step === 1 || (step === 0 && epoch === 0),
      })),
    ),
  );
  expect(Math.abs(decline(table, { resamples: 20_000 })!.p - 103 / 1024)).toBeLessThan(0.008);
});

test("one point, or no problem attempted at all of them, has no decline", () => {
  const at = (point: string, problem: string) => ({ point, problem, epoch: 0, correct: true, tokens: 1 });
  expect([decline(tabulate([at("a", "p")])), decline(tabulate([at("a", "p"), at("b", "q")]))]).toEqual([null, null]);
});
