import { noSignals } from "../../src/core/signals.ts";
import { describe, expect, it } from "vitest";
import { Decoder } from "../../src/adapters/engine/llama/decoder.ts";
import { readGguf } from "../../src/adapters/engine/llama/gguf.ts";
import { load } from "../../src/adapters/engine/llama/load.ts";
import { LlamaOptions } from "../../src/adapters/engine/llama/options.ts";
import { shapeOf } from "../../src/adapters/engine/llama/shape.ts";
import { sizesOf, thisMachine } from "../../src/adapters/engine/llama/sizes.ts";
import { SpanLane } from "../../src/adapters/engine/llama/span-lane.ts";
import { fixedThreads } from "../../src/adapters/engine/llama/thread-chooser.ts";
import { greedy } from "../../src/core/sampling.ts";
import type { Sampled, Span } from "../../src/ports/engine.ts";
import { pico } from "./engine-pico.ts";

type Cache = Readonly<{ first: number; sequences: (length: number) => number }>;

/** The engine's inner parts, with caches of this kind. */
const open = async (cache: Cache) => {
  const options = LlamaOptions.parse({ path: pico, sequences: 8 });
  const sizes = sizesOf(options, shapeOf(await readGguf(pico)), thisMachine());
  const { model, memory } = await load(options, { ...sizes, cache: { ...sizes.cache, ...cache } });
  const decoder = new Decoder({ memory, batchSize: 512, threads: fixedThreads(1), onePoolThread: false });
  const ask = (span: Partial<Span>, chain: string) =>
    new Promise<Sampled>((resolve, reject) =>
      decoder.submit(
        new SpanLane(
          { prefix: [], maxTokens: 100, minTokens: 0, stops: [], sampling: greedy, seed: 1, ...span },
          { signal: new AbortController().signal, chain },
          { telling: { given: noSignals, large: false }, resolve, reject },
        ),
      ),
    );
  const close = async () => {
    await decoder.close(new Error("closed"));
    await memory.dispose();
    await model.dispose();
  };
  return { ask, memory, close };
};

const prefixes = Array.from({ length: 8 }, (_, at) => [1, 10 + at, 20 + at, 30, 5 + at]);

describe("a cache that grows", () => {
  it("changes no token, with fewer and fewer sequences", async () => {
    const [wide, growing] = await Promise.all([
      open({ first: 512, sequences: () => 8 }),
      open({ first: 16, sequences: (length) => (length > 64 ? 2 : length > 16 ? 5 : 8) }),
    ]);
    for (const sampling of [greedy, { ...greedy, temperature: 1.5 }]) {
      const of = ({ ask }: typeof wide) =>
        Promise.all(prefixes.map((prefix, at) => ask({ prefix, sampling, maxTokens: 20 + 12 * at }, `${at}`)));
      const [expected, found] = [await of(wide), await of(growing)];
      expect(found.map(({ tokenIds }) => tokenIds)).toEqual(expected.map(({ tokenIds }) => tokenIds));
    }
    expect(growing.memory.length).toBe(128);
    expect(growing.memory.slots).toHaveLength(2);
    await Promise.all([wide.close(), growing.close()]);
  });

  it("fails those alone that find no memory, and goes on with the others", async () => {
    const { ask, close } = await open({
      first: 64,
      sequences: (length) => {
        if (length > 64) throw new Error("no memory");
        return 4;
      },
    });
    const [short, long] = await Promise.allSettled([
      ask({ prefix: [1, 12, 30], maxTokens: 40 }, "short"),
      ask({ prefix: [1, 13, 30], maxTokens: 90 }, "long"),
    ]);
    expect(short).toMatchObject({ status: "fulfilled", value: { stop: "length" } });
    expect(long).toMatchObject({ status: "rejected", reason: new Error("no memory") });
    expect((await ask({ prefix: [1, 13, 30], maxTokens: 40 }, "again")).tokenIds).toHaveLength(40);
    await close();
  });
});
