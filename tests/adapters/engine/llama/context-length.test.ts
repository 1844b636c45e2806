import { describe, expect, it } from "vitest";
import { contextLengthOf, kvTypeOf } from "../../../../src/adapters/engine/llama/context-length.ts";
import { LlamaOptions, type LlamaInput } from "../../../../src/adapters/engine/llama/options.ts";
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
  it("is the trained length where the caches of all sequences fit into 4 GiB", () => {
    expect(contextLengthOf(options({ sequences: 4 }), shape, "F16")).toBe(32_768);
  });

  it("is less where they do not", () => {
    const length = contextLengthOf(options({ sequences: 16 }), shape, "F16");
    expect(length).toBe(9216);
    expect(contextLengthOf(options({ sequences: 16 }), shape, "F32")).toBe(length / 2);
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
