import { describe, expect, it } from "vitest";
import { nodeNamed, onNode } from "../../src/runner/node.ts";

/** Qwen2.5-32B in float32. */
const qwen = { parameters: 32.8e9, layers: 64, kv_heads: 8, head_dim: 128, bytes: 4 };
const at = { length: 8000, most: 256 };

describe("a model on a named node", () => {
  it("takes its weights, and a cache for each chain", () => {
    const { weight_bytes, cache_bytes_per_token, chains, memory_bytes } = onNode(nodeNamed("8xH100"), qwen, at);
    expect([weight_bytes, cache_bytes_per_token, memory_bytes]).toEqual([131.2e9, 2 * 64 * 8 * 128 * 4, 0.9 * 640e9]);
    expect(chains).toBe(Math.floor((576e9 - 131.2e9) / (524_288 * 8000)));
  });

  it("reads weights once a step and each cache half full, at half of the data sheet's bandwidth", () => {
    const { chains, tokens_per_second } = onNode(nodeNamed("8xh100"), qwen, at);
    const bytes = 131.2e9 + (chains * 524_288 * 8000) / 2;
    expect(tokens_per_second).toBe(Math.round(chains / (bytes / (8 * 3350e9 * 0.5))));
  });

  it("never computes faster than its processors", () => {
    const small = { parameters: 32.8e9, layers: 1, kv_heads: 1, head_dim: 1, bytes: 4 };
    const { tokens_per_second } = onNode(nodeNamed("8xa100"), small, { length: 10, most: 100_000 });
    expect(tokens_per_second).toBe(Math.round((8 * 19.5e12 * 0.5) / (2 * 32.8e9)));
  });

  it("says how many processors it takes where it does not fit", () => {
    expect(onNode(nodeNamed("1xh100"), qwen, at)).toMatchObject({ chains: 0, tokens_per_second: 0, least: 2 });
  });

  it.each(["h100", "0xh100", "8xh1000", "", "8x"])("refuses %j, and names what is known", (name) => {
    expect(() => nodeNamed(name)).toThrow(
      expect.objectContaining({ name: "UserError", hint: expect.stringContaining("h100") }) as Error,
    );
  });
});
