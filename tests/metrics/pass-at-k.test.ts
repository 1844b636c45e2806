import { expect, test } from "vitest";
import { passAtK } from "../../src/metrics/pass-at-k.ts";

const choose = (n: number, k: number): number => (k === 0 ? 1 : k > n ? 0 : (choose(n - 1, k - 1) * n) / k);

test("it is 1 - C(n-c, k) / C(n, k) of Chen et al. (2021) for every n up to 12", () => {
  for (let n = 1; n <= 12; n++)
    for (let c = 0; c <= n; c++)
      for (let k = 1; k <= n; k++) expect(passAtK(n, c, k)).toBeCloseTo(1 - choose(n - c, k) / choose(n, k), 12);
});

test("it stays a number for 200 attempts, where the binomials are huge", () => {
  expect(passAtK(200, 10, 100)).toBeCloseTo(
    1 - [...Array(10).keys()].reduce((product, i) => (product * (100 - i)) / (200 - i), 1),
    12,
  );
});

test("it is what the reference code of HumanEval returns", () => {
  // estimate_pass_at_k of github.com/openai/human-eval, run with numpy
  expect(passAtK(200, 37, 10)).toBeCloseTo(0.8773745673794602, 12);
  expect(passAtK(200, 10, 100)).toBeCloseTo(0.9992289739372822, 12);
});

test("no k outside the pool", () => {
  expect([passAtK(5, 2, 0), passAtK(5, 2, 6), passAtK(0, 0, 1)]).toEqual([null, null, null]);
});
