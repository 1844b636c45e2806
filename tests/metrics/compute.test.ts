import { expect, test } from "vitest";
import { flops, kvCacheBytes } from "../../src/metrics/compute.ts";

/** Llama 3 8B: 32 layers, 32 heads of 128, 8 of them for keys and values (arXiv 2407.21783, table 3). */
const LLAMA = { parameters: 8e9, layers: 32, heads: 32, kvHeads: 8, headDim: 128 };

test("its cache is 128 KiB a token in 16 bits, 1 GiB for 8192 tokens", () => {
  expect(kvCacheBytes(LLAMA, 1)).toBe(131_072);
  expect(kvCacheBytes(LLAMA, 8192)).toBe(2 ** 30);
});

test("the operations of a span are the sum over its positions", () => {
  let sum = 0;
  for (let position = 100; position < 250; position++)
    sum += 2 * LLAMA.parameters + 4 * LLAMA.layers * LLAMA.heads * LLAMA.headDim * (position + 1);
  expect(flops(LLAMA, { from: 100, to: 250 })).toBe(sum);
});

test("a chain costs the same in one span or in two, and nothing costs nothing", () => {
  expect(flops(LLAMA, { from: 0, to: 70 }) + flops(LLAMA, { from: 70, to: 200 })).toBe(
    flops(LLAMA, { from: 0, to: 200 }),
  );
  expect(flops(LLAMA, { from: 5, to: 5 })).toBe(0);
});
