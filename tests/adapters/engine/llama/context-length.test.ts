import { describe, expect, it } from "vitest";
import { contextLengthOf, kvTypeOf } from "../../../../src/adapters/engine/llama/context-length.ts";
import { LlamaOptions, type LlamaInput } from "../../../../src/adapters/engine/llama/options.ts";
import { sizesOf } from "../../../../src/adapters/engine/llama/sizes.ts";
import type { Shape } from "../../../../src/adapters/engine/llama/shape.ts";

/** 28 layers of 2 heads of 128: 28 KiB of F16 cache a token. */
const shape: Shape = {
  name: null,
  architecture: "llama",
  layers: 28,
  heads: 12,
  kv_heads: 2,
  head_dim: 128,
  embedding: 1536,
  feed_forward: null,
  vocabulary: 151_936,
  trained_context: 32_768,
  parameters: 1.5e9,
  weight_type: "Q8_0",
};
const options = (more: Partial<LlamaInput>): LlamaOptions => LlamaOptions.parse({ path: "m.gguf", ...more });

describe("contextLengthOf", () => {
  it("is the trained length where its cache fits into 4 GiB", () => {
    expect(contextLengthOf(options({}), shape, "F16")).toBe(32_768);
  });

  it("is less where it does not, however many sequences there are", () => {
    const long = { ...shape, trained_context: 1_000_000 };
    const length = contextLengthOf(options({ sequences: 16 }), long, "F16");
    expect(length).toBe(149_760);
    expect(contextLengthOf(options({}), long, "F32")).toBe(74_752);
  });

  it("is what is asked for", () => {
    expect(contextLengthOf(options({ context_length: 300 }), shape, "F16")).toBe(300);
  });

  it("refuses more than the model was trained on", () => {
    expect(() => contextLengthOf(options({ context_length: 40_000 }), shape, "F16")).toThrow(/40000.*32768/);
  });
});

describe("kvTypeOf", () => {
  it("is F32 for F32 weights, F16 for others, and what is asked for", () => {
    expect(kvTypeOf(options({}), { ...shape, weight_type: "F32" })).toBe("F32");
    expect(kvTypeOf(options({}), shape)).toBe("F16");
    expect(kvTypeOf(options({ kv_type: "F32" }), shape)).toBe("F32");
  });
});

describe("sizesOf", () => {
  const machine = { cores: 8, memory: 64 * 2 ** 30 };
  const mebibyte = 2 ** 20;

  it("begins with short caches of 16 chains, and bounds what they grow to", () => {
    const { sequences, cache, bytes } = sizesOf(options({}), shape, machine);
    expect([sequences, cache.first, cache.most]).toEqual([16, 1024, 32_768]);
    expect(bytes.cache / mebibyte).toBe(448);
    expect(bytes.mostCache).toBeLessThanOrEqual(4 * 2 ** 30);
    expect(cache.sequences(32_768)).toBe(4);
  });

  it("takes a quarter of a small machine's memory at most, and one chain at least", () => {
    const small = sizesOf(options({}), shape, { cores: 2, memory: 2 ** 30 });
    expect(small.sequences).toBe(9);
    expect(small.bytes.cache).toBeLessThanOrEqual(2 ** 28);
    expect(small.cache.sequences(32_768)).toBe(1);
  });

  it("changes nothing in how long a chain may get", () => {
    expect(sizesOf(options({}), shape, { cores: 2, memory: 2 ** 30 }).contextLength).toBe(32_768);
  });

  it("does as it is told where sequences and length are both given", () => {
    const { cache } = sizesOf(options({ sequences: 64, context_length: 8192 }), shape, machine);
    expect(cache.sequences(8192)).toBe(64);
  });

  it("uses one thread for a small model, else as many as are useful", () => {
    expect(sizesOf(options({}), { ...shape, parameters: 1e6 }, machine).mostThreads).toBe(1);
    expect(sizesOf(options({}), shape, machine).mostThreads).toBe(8);
    expect(sizesOf(options({}), shape, { ...machine, cores: 96 }).mostThreads).toBe(16);
    expect(sizesOf(options({ threads: 3 }), { ...shape, parameters: 1e6 }, machine).mostThreads).toBe(3);
  });
});
