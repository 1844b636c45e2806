import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LlamaInput } from "../../src/adapters/engine/llama/options.ts";
import { createLlamaEngine } from "../../src/adapters/engine/llama/engine.ts";
import { UserError } from "../../src/core/user-error.ts";
import { greedy, type Sampling } from "../../src/core/sampling.ts";
import type { Engine, Sampled, Span } from "../../src/ports/engine.ts";
import { pico } from "./engine-pico.ts";

const open = (options: Partial<LlamaInput> = {}): Promise<Engine> =>
  createLlamaEngine({ path: pico, context_length: 256, sequences: 2, ...options });

const hot: Sampling = { ...greedy, temperature: 6 };

type Ask = Partial<Span> & Readonly<{ chain?: string }>;

const asker =
  (engine: Engine) =>
  ({ chain = "a", ...span }: Ask): Promise<Sampled> =>
    engine.generate(
      { prefix: [], maxTokens: 16, minTokens: 0, stops: [], sampling: greedy, seed: 1, ...span },
      { signal: new AbortController().signal, chain },
    );

const prompt = (engine: Engine, problem: string): Promise<readonly number[]> =>
  engine.tokenize(`<s>${problem}<think>`, { special: true });

describe("the cache", () => {
  let engine: Engine;
  let ask: ReturnType<typeof asker>;
  beforeAll(async () => {
    engine = await open();
    ask = asker(engine);
  });
  afterAll(() => engine.close());

  it("decodes the thought of a budget ladder once", async () => {
    const start = await prompt(engine, "4*9-6+2=");
    const end = await engine.tokenize("</think>", { special: true });
    const thought = await ask({ prefix: start, maxTokens: 64 });
    expect(thought.cachedTokens).toBe(0);
    for (const budget of [48, 32, 16, 8, 0]) {
      const prefix = [...start, ...thought.tokenIds.slice(0, budget), ...end];
      const answer = await ask({ prefix, maxTokens: 4 });
      expect(answer).toMatchObject({ promptTokens: prefix.length, cachedTokens: prefix.length - 1 });
    }
  });

  it("answers a rung of the ladder as an empty cache would", async () => {
    const start = await prompt(engine, "7+8*3=");
    const end = await engine.tokenize("</think>", { special: true });
    const { tokenIds } = await ask({ prefix: start, maxTokens: 64, chain: "ladder" });
    const other = await open({ sequences: 16 });
    for (const budget of [40, 24, 8]) {
      const prefix = [...start, ...tokenIds.slice(0, budget), ...end];
      const rung = await ask({ prefix, maxTokens: 8, chain: "ladder" });
      const fresh = await asker(other)({ prefix, maxTokens: 8, chain: `fresh ${budget}` });
      expect(rung.tokenIds).toEqual(fresh.tokenIds);
    }
    await other.close();
  });

  it("keeps the caches of chains that take turns apart", async () => {
    const [a, b] = [await prompt(engine, "9-5="), await prompt(engine, "3+3+3=")];
    const chains = { a: [...a], b: [...b] };
    for (let turn = 0; turn < 3; turn++)
      for (const chain of ["a", "b"] as const) {
        const prefix = chains[chain];
        const { tokenIds, cachedTokens } = await ask({ prefix, maxTokens: 8, chain: `turn ${chain}` });
        if (turn > 0) expect(cachedTokens).toBe(prefix.length - 1);
        chains[chain] = [...prefix, ...tokenIds];
      }
  });

  it("reads a prompt of several batches as it would piece by piece", async () => {
    const wide = await createLlamaEngine({ path: pico, sequences: 2 });
    const problem = await prompt(wide, "1+2*3-4+5*6=");
    const length = wide.info.contextLength - 16;
    expect(length, "longer than a batch of 512").toBeGreaterThan(512);
    const prefix = Array.from({ length }, (_, at) => problem[at % problem.length] ?? 0);
    for (let end = 100; end < length; end += 100)
      await asker(wide)({ prefix: prefix.slice(0, end), maxTokens: 1, chain: "pieces" });
    const pieces = await asker(wide)({ prefix, chain: "pieces" });
    const batches = await asker(wide)({ prefix: prefix.with(0, problem[1] ?? 0), chain: "batches" });
    const again = await asker(wide)({ prefix, chain: "batches" });
    expect(batches.cachedTokens).toBe(0);
    expect(again).toMatchObject({ cachedTokens: 0, tokenIds: pieces.tokenIds });
    await wide.close();
  });

  it("is right again after an abort", async () => {
    const prefix = await prompt(engine, "6*6=");
    const expected = await ask({ prefix, maxTokens: 40, sampling: hot, chain: "whole" });
    const abort = new AbortController();
    const span: Span = { prefix, maxTokens: 40, minTokens: 0, stops: [], sampling: hot, seed: 1 };
    let heard = 0;
    const onTokens = (): void => {
      if (++heard === 10) abort.abort();
    };
    await expect(engine.generate(span, { signal: abort.signal, chain: "cut", onTokens })).rejects.toThrow("aborted");
    const again = await ask({
      prefix: [...prefix, ...expected.tokenIds.slice(0, 10)],
      maxTokens: 30,
      sampling: hot,
      chain: "cut",
    });
    expect(again.tokenIds).toEqual(expected.tokenIds.slice(10));
    expect(again.cachedTokens).toBe(prefix.length + 9);
  });
});

describe("sampling", () => {
  let engine: Engine;
  let reading: Engine;
  let prefix: readonly number[];
  beforeAll(async () => {
    [engine, reading] = await Promise.all([open({ sequences: 8 }), open({ sequences: 8, logprobs: true })]);
    prefix = await prompt(engine, "8-2=");
  });
  afterAll(() => Promise.all([engine.close(), reading.close()]));

  const firstTokens = async (on: Engine, sampling: Sampling, draws: number): Promise<readonly number[]> => {
    const spans = Array.from({ length: draws }, (_, seed) =>
      asker(on)({ prefix, sampling, seed, maxTokens: 1, chain: `${seed % 8}` }),
    );
    return (await Promise.all(spans)).flatMap(({ tokenIds }) => tokenIds);
  };

  it("leaves the distribution whole unless told otherwise", async () => {
    // The library's own default would leave 40 tokens.
    expect(new Set(await firstTokens(engine, { ...hot, temperature: 50 }, 400)).size).toBeGreaterThan(60);
  });

  it.each<[string, Partial<Sampling>]>([
    ["topK", { topK: 3 }],
    ["topP", { topP: 0.000_001 }],
    ["minP", { minP: 1 }],
  ])("narrows it by %s", async (name, narrow) => {
    const expected = name === "topK" ? 3 : 1;
    for (const on of [engine, reading])
      expect(new Set(await firstTokens(on, { ...hot, temperature: 50, ...narrow }, 60)).size).toBe(expected);
  });

  it("draws alike in llama.cpp and from the distribution read out", async () => {
    const draws = 600;
    const [native, read] = [await firstTokens(engine, hot, draws), await firstTokens(reading, hot, draws)];
    const ids = [...new Set([...native, ...read])];
    const count = (all: readonly number[], id: number): number => all.filter((other) => other === id).length;
    const distance = ids.reduce((sum, id) => sum + Math.abs(count(native, id) - count(read, id)), 0) / draws;
    // Two samples of one distribution over n tokens differ by about sqrt(4 n / (pi draws)).
    expect(distance).toBeLessThan(1.5 * Math.sqrt((4 * ids.length) / (Math.PI * draws)));
  });

  it("gives the same greedy tokens with log-probabilities, which add up to a distribution", async () => {
    const plain = await asker(engine)({ prefix, maxTokens: 24 });
    const logged = await asker(reading)({ prefix, maxTokens: 24 });
    expect(plain.logprobs).toBeNull();
    expect(logged.tokenIds).toEqual(plain.tokenIds);
    expect(logged.logprobs?.every((log) => log <= 0 && log > Math.log(1 / 200))).toBe(true);
  });

  it("gives log-probabilities before temperature, the same from both ways of reading them", async () => {
    const first = await asker(reading)({ prefix, maxTokens: 1 });
    const drawn = await asker(reading)({ prefix, maxTokens: 1, sampling: { ...greedy, temperature: 0.01 } });
    expect(drawn.tokenIds).toEqual(first.tokenIds);
    expect(drawn.logprobs?.[0]).toBeCloseTo(first.logprobs?.[0] ?? 0, 5);
    const all = new Map<number, number>();
    for (let seed = 0; all.size < 40 && seed < 400; seed++) {
      const { tokenIds, logprobs } = await asker(reading)({
        prefix,
        maxTokens: 1,
        seed,
        sampling: { ...greedy, temperature: 50 },
      });
      all.set(tokenIds[0] ?? 0, logprobs?.[0] ?? 0);
    }
    const mass = [...all.values()].reduce((sum, log) => sum + Math.exp(log), 0);
    expect(mass).toBeLessThanOrEqual(1.000_01);
  });
});

describe("text", () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await open();
  });
  afterAll(() => engine.close());

  it("names a character that the vocabulary lacks instead of dropping it", async () => {
    const failure = await engine.tokenize("3 + é = {x}", { special: false }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(UserError);
    expect(String(failure)).toContain('"é"');
  });

  it("writes control tokens out", async () => {
    expect(await engine.detokenize(await prompt(engine, "1+1="))).toBe("<s>1+1=<think>");
  });

  it("takes delimiters in a problem's text for text", async () => {
    const [end] = await engine.tokenize("</think>", { special: true });
    expect(await engine.tokenize("1</think>2", { special: false })).not.toContain(end);
  });
});

describe("createLlamaEngine", () => {
  it("records the model file, the settings and the machine", async () => {
    const engine = await open();
    const sha256 = createHash("sha256")
      .update(await readFile(pico))
      .digest("hex");
    expect(engine.info.identity).toMatchObject({
      engine: "llama",
      sha256,
      weight_type: "F32",
      kv_type: "F32",
      gpu: false,
    });
    expect(engine.info.facts).toMatchObject({ sequences: 2, threads: 1, context_length: 256, uv_threadpool_size: "1" });
    expect(engine.info.facts["parameters"]).toBeGreaterThan(100_000);
    expect(engine.info.contextLength).toBe(256);
    expect(engine.info.bosText).toBe("<s>");
    expect(engine.info.eosIds).toEqual(await engine.tokenize("</s>", { special: true }));
    await engine.close();
  });

  it("is the same engine with more sequences, and another with another cache", async () => {
    const engines = await Promise.all([
      open(),
      open({ sequences: 4 }),
      open({ kv_type: "F16" }),
      open({ logprobs: true }),
    ]);
    const [one, more, half, logging] = engines.map(({ info }) => JSON.stringify(info.identity));
    expect(more).toBe(one);
    expect(half).not.toBe(one);
    expect(logging).not.toBe(one);
    await Promise.all(engines.map((engine) => engine.close()));
  });

  it("rejects what is in flight when it is closed, and what comes after", async () => {
    const engine = await open({ sequences: 1 });
    const prefix = await prompt(engine, "1+2=");
    const spans = ["a", "b"].map((chain) =>
      asker(engine)({ prefix, maxTokens: 200, chain }).catch((error: unknown) => error),
    );
    await engine.close();
    for (const outcome of await Promise.all(spans)) expect(outcome).toBeInstanceOf(Error);
    await expect(asker(engine)({ prefix })).rejects.toThrow("closed");
  });

  it("refuses a file that is not there, naming it", async () => {
    await expect(open({ path: "models/none.gguf" })).rejects.toThrow('"models/none.gguf"');
  });

  it("refuses an unknown option", async () => {
    await expect(open({ threds: 2 } as Partial<LlamaInput>)).rejects.toThrow("threds");
  });
});

describe("a text that no context holds", () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await open({ context_length: 1024 });
  });
  afterAll(() => engine.close());

  it.each([
    ["too long", "1 + 2 = 3 ".repeat(4000), /has 40000 characters, the context holds/],
    ["one run of digits", "9".repeat(6000), /in a row/],
    ["one run of spaces", " ".repeat(6000), /in a row/],
  ])("is refused before it is read: %s", async (_, text, message) => {
    await expect(engine.tokenize(text, { special: false })).rejects.toThrow(message);
    await expect(engine.tokenize(text, { special: true })).rejects.toThrow(message);
  });

  it("reads many marks as it reads few", async () => {
    const [few, many] = [2, 2000].map((times) => "<s>1+2=</s>".repeat(times));
    const short = await engine.tokenize(few ?? "", { special: true });
    const long = await engine.tokenize(many ?? "", { special: true });
    expect(long).toEqual(Array.from({ length: 1000 }, () => short).flat());
  });
});
