import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { createLlamaEngine } from "../../src/adapters/engine/llama/engine.ts";
import { greedy, type Sampling } from "../../src/core/sampling.ts";
import { confidenceOf, entropyOf } from "../../src/core/signals.ts";
import type { Engine } from "../../src/ports/engine.ts";
import { normal, writeTinyModel } from "../fixtures/awkward/gguf.ts";
import { pico } from "./engine-pico.ts";

const folder = mkdtempSync(join(tmpdir(), "overthink-signals-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** More tokens than a distribution is read out whole of. */
const wide = join(folder, "wide.gguf");
writeTinyModel(wide, { marks: Array.from({ length: 1500 }, (_, at) => [`word${at}`, normal] as const) });

const watch = { signal: new AbortController().signal, chain: "a" };
const hot: Sampling = { ...greedy, temperature: 1 };
const prefix = [10, 20, 30, 40];

const sample = (engine: Engine, sampling: Sampling, more: object = {}) =>
  engine.generate({ prefix, maxTokens: 40, minTokens: 0, stops: [], sampling, seed: 3, ...more }, watch);

describe.each([
  ["a small vocabulary", pico],
  ["a large vocabulary", wide],
])("signals of %s", (_, path) => {
  it.each([
    ["greedy", greedy],
    ["sampled", hot],
    ["sampled from a few", { ...hot, topK: 5 }],
  ])("are those of the whole distribution, %s", async (_name, sampling) => {
    const engine = await createLlamaEngine({ path, sequences: 2, logprobs: true, confidence: 20, entropy: 5 });
    const { tokenIds, logprobs, signals } = await sample(engine, sampling);
    const scored = await engine.score?.({ ids: [...prefix, ...tokenIds], from: prefix.length, top: 20 }, watch);
    await engine.close();
    const tops = scored?.map(({ top }) => top.map(([, logprob]) => logprob)) ?? [];
    const expected = {
      logprobs: scored?.map(({ logprob }) => logprob),
      confidences: tops.map((top) => confidenceOf(top, 20)),
      entropies: tops.map((top) => entropyOf(top, 5)),
    };
    const told = { logprobs, ...signals };
    for (const name of ["logprobs", "confidences", "entropies"] as const) {
      expect(told[name]).toHaveLength(40);
      told[name]?.forEach((value, at) => expect(value).toBeCloseTo(expected[name]?.[at] ?? NaN, 3));
    }
  });

  it("change no token of a greedy chain, masked ones included", async () => {
    const [plain, telling] = await Promise.all([
      createLlamaEngine({ path, sequences: 1 }),
      createLlamaEngine({ path, sequences: 1, confidence: 20 }),
    ]);
    const first = (await sample(plain, greedy)).tokenIds[0] as number;
    for (const more of [{}, { stops: [[first]], minTokens: 3 }])
      expect((await sample(telling, greedy, more)).tokenIds).toEqual((await sample(plain, greedy, more)).tokenIds);
    await Promise.all([plain.close(), telling.close()]);
  });
});

it("draws the same tokens of a large vocabulary whether it tells of them or not", async () => {
  const [plain, telling] = await Promise.all([
    createLlamaEngine({ path: wide, sequences: 1 }),
    createLlamaEngine({ path: wide, sequences: 1, logprobs: true, confidence: 20 }),
  ]);
  expect((await sample(telling, hot)).tokenIds).toEqual((await sample(plain, hot)).tokenIds);
  await Promise.all([plain.close(), telling.close()]);
});

it("names the number of candidates in the identity, so that chains without signals answer nothing", async () => {
  const engine = await createLlamaEngine({ path: pico, confidence: 20, entropy: 5 });
  expect(engine.info).toMatchObject({
    identity: { confidence: 20, entropy: 5 },
    signals: { logprobs: false, confidence: 20, entropy: 5 },
  });
  await engine.close();
});
