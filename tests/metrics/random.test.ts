import { expect, test } from "vitest";
import { random, xoshiro128 } from "../../src/metrics/random.ts";

test("the stream is xoshiro128** (first outputs of the state 1, 2, 3, 4)", () => {
  const { bits } = xoshiro128([1, 2, 3, 4]);
  expect([bits(), bits(), bits(), bits()]).toEqual([11520, 0, 5927040, 70819200]);
});

test("a seed fixes the stream, and another seed gives another", () => {
  const first = (seed: number) => Array.from({ length: 5 }, random(seed).bits);
  expect(first(7)).toEqual(first(7));
  expect(first(7)).not.toEqual(first(8));
});

test("a list is filled with what single calls give, and the stream goes on after it", () => {
  const [filled, single] = [random(5), random(5)];
  for (const bound of [1, 7, 1000, 2 ** 32]) {
    const list = new Uint32Array(50);
    filled.fillBelow(list, bound);
    expect([...list]).toEqual(Array.from(list, () => single.below(bound)));
  }
  expect(filled.bits()).toBe(single.bits());
});

test("integers below a bound are even over it", () => {
  const { below } = random(3);
  const counts = [0, 0, 0, 0, 0, 0, 0];
  for (let i = 0; i < 70_000; i++) counts[below(7)]!++;
  const chiSquare = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
  expect(chiSquare).toBeLessThan(22.5); // 99.9 % point with 6 degrees of freedom
});
