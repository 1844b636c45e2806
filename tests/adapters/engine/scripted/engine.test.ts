import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ScriptedInput } from "../../../../src/adapters/engine/scripted/options.ts";
import { createScriptedEngine, type ScriptedEngine } from "../../../../src/adapters/engine/scripted/engine.ts";
import { greedy, type Sampling } from "../../../../src/core/sampling.ts";
import type { Span } from "../../../../src/ports/engine.ts";

const warm: Sampling = { ...greedy, temperature: 1 };

const write = async (
  engine: ScriptedEngine,
  prompt: string,
  span: Partial<Span> & { stop?: string } = {},
): Promise<string> => {
  const { stop = "</s>", ...rest } = span;
  const prefix = await engine.tokenize(prompt, { special: true });
  const stops = [await engine.tokenize(stop, { special: true })];
  const asked = { prefix, maxTokens: 50, minTokens: 0, stops, sampling: greedy, seed: 1, ...rest };
  const { tokenIds } = await engine.generate(asked, { signal: new AbortController().signal, chain: "a" });
  return engine.detokenize(tokenIds);
};

const sums: ScriptedInput = {
  rules: [
    { after: "2+2=<think>", emit: "2 and 2 is 5</think>" },
    { after: "Wait", emit: ", no: 4</think>" },
    { after: "5</think>", emit: "5</s>" },
    { after: "4</think>", emit: "4</s>" },
  ],
};

describe("a script of rules", () => {
  it("writes what its rules say, one after another", async () => {
    expect(await write(createScriptedEngine(sums), "2+2=<think>")).toBe("2 and 2 is 5</think>5</s>");
    expect(await write(createScriptedEngine(sums), "2+2=<think>2 and 2 is 5Wait")).toBe(", no: 4</think>4</s>");
  });

  it("goes on with a rule wherever it was cut", async () => {
    expect(await write(createScriptedEngine(sums), "2+2=<think>2 and")).toBe(" 2 is 5</think>5</s>");
  });

  it("ends the turn where no rule matches", async () => {
    expect(await write(createScriptedEngine(sums), "something else")).toBe("</s>");
  });

  it("follows the rule that matches most text", async () => {
    const rules = [
      { after: "b", emit: "short" },
      { after: "ab", emit: "long" },
    ];
    expect(await write(createScriptedEngine({ rules }), "ab")).toBe("long</s>");
    expect(await write(createScriptedEngine({ rules }), "bb")).toBe("short</s>");
  });

  it("matches patterns at the end of the text", async () => {
    const engine = createScriptedEngine({ rules: [{ after: { pattern: "\\d+=" }, emit: "number" }] });
    expect(await write(engine, "x12=")).toBe("number</s>");
    expect(await write(engine, "12=x")).toBe("</s>");
  });

  it("takes the first of several texts when greedy and draws one when sampling", async () => {
    const engine = createScriptedEngine({ rules: [{ after: "?", emit: ["yes", "no"] }] });
    expect(await write(engine, "?")).toBe("yes</s>");
    const drawn = await Promise.all(
      [1, 2, 3, 4, 5, 6, 7, 8].map((seed) => write(engine, "?", { sampling: warm, seed })),
    );
    expect(new Set(drawn)).toEqual(new Set(["yes</s>", "no</s>"]));
  });

  it("takes the next best rule where the best is masked", async () => {
    const rules = [
      { after: "?", emit: "maybe" },
      { after: "a?", emit: "<stop>" },
    ];
    expect(await write(createScriptedEngine({ rules }), "a?", { stop: "<stop>" })).toBe("<stop>");
    expect(await write(createScriptedEngine({ rules }), "a?", { stop: "<stop>", minTokens: 1 })).toMatch(/^maybe/);
  });

  it("has one token for each word and control token of its rules", async () => {
    const engine = createScriptedEngine(sums);
    expect(await engine.tokenize("Wait</think>and", { special: true })).toHaveLength(3);
    expect(await engine.tokenize("Wait</think>and", { special: false })).toHaveLength(2 + "</think>".length);
  });

  it("has the same ids in every process", async () => {
    const ids = await createScriptedEngine(sums).tokenize("<s>Wait a", { special: true });
    expect(ids).toEqual([0x110000, 0x110000 + 6, 32, 97]);
  });
});

describe("a seeded model", () => {
  const seeded = { seed: 3 };

  it("is another model under another seed", async () => {
    const texts = await Promise.all([3, 4].map((seed) => write(createScriptedEngine({ seeded: { seed } }), "<s>1+1=")));
    expect(texts[0]).not.toBe(texts[1]);
    expect(texts[0]).toBe(await write(createScriptedEngine({ seeded }), "<s>1+1="));
  });

  it("ends thoughts first and turns after them, as often as asked", async () => {
    const engine = createScriptedEngine({ seeded: { end_thinking: 0.1, end_turn: 0.5 }, context_length: 1000 });
    const texts = await Promise.all(
      Array.from({ length: 200 }, (_, at) => write(engine, `<s>${at}=<think>`, { maxTokens: 400 })),
    );
    expect(texts.every((text) => /^[^<]*<\/think>[^<]*<\/s>$/.test(text))).toBe(true);
    const thoughts = texts.map((text) => text.split("</think>")[0] ?? "");
    const mean = thoughts.reduce((sum, text) => sum + text.replace(/Wait|Hmm/g, "W").length, 0) / thoughts.length;
    expect(mean).toBeGreaterThan(6);
    expect(mean).toBeLessThan(12);
  });

  it("finishes an end of several tokens that it has begun", async () => {
    const engine = createScriptedEngine({ seeded: { thinking_end: "<im>answer now", end_thinking: 0.2 } });
    expect(await write(engine, "<s>1=<think>", { stop: "now" })).toMatch(/<im>answer now$/);
  });

  it("lets rules come first", async () => {
    const engine = createScriptedEngine({ ...sums, seeded });
    expect(await write(engine, "2+2=<think>")).toBe("2 and 2 is 5</think>5</s>");
    expect(await write(engine, "3+3=<think>", { maxTokens: 1 })).not.toBe("</s>");
  });

  it("continues any prefix as it would have in one piece", async () => {
    const engine = createScriptedEngine({ seeded });
    const arbitrary = fc.record({
      cut: fc.nat(20),
      seed: fc.nat(),
      temperature: fc.constantFrom(0, 0.7),
      minTokens: fc.nat(10),
    });
    await fc.assert(
      fc.asyncProperty(arbitrary, async ({ cut, seed, temperature, minTokens }) => {
        const prefix = await engine.tokenize("<s>1+1=<think>", { special: true });
        const stops = [await engine.tokenize("</think>", { special: true })];
        const whole = { prefix, maxTokens: 21, minTokens, stops, sampling: { ...greedy, temperature }, seed };
        const watch = { signal: new AbortController().signal, chain: "a" };
        const { tokenIds } = await engine.generate(whole, watch);
        if (cut >= tokenIds.length) return;
        const rest = await engine.generate(
          { ...whole, prefix: [...prefix, ...tokenIds.slice(0, cut)], maxTokens: 21 - cut, minTokens: minTokens - cut },
          watch,
        );
        expect(rest.tokenIds).toEqual(tokenIds.slice(cut));
      }),
    );
  });
});

describe("any script", () => {
  it("tokenises any text without loss", async () => {
    const engine = createScriptedEngine({ ...sums, tokens: ["ab", "a", "|x|"], seeded: {} });
    const piece = fc.constantFrom("<think>", "Wait", "ab", "a", "|x|", "</s", "😀", "\n");
    const texts = fc
      .array(fc.oneof(piece, fc.string({ unit: "binary" })), { maxLength: 8 })
      .map((parts) => parts.join(""));
    await fc.assert(
      fc.asyncProperty(texts, fc.boolean(), async (text, special) => {
        expect(await engine.detokenize(await engine.tokenize(text, { special }))).toBe(text);
      }),
    );
  });

  it("records its calls and counts its tokens", async () => {
    const engine = createScriptedEngine(sums);
    await write(engine, "2+2=<think>", { maxTokens: 3 });
    await write(engine, "Wait", { seed: 9 });
    expect(engine.calls.map(({ maxTokens, seed }) => [maxTokens, seed])).toEqual([
      [3, 1],
      [50, 9],
    ]);
    expect(engine.decodedTokens).toBe(3 + 9);
  });

  it("fails the calls it is told to, after the tokens it is told to", async () => {
    const engine = createScriptedEngine({ seeded: {}, faults: [{ call: 2, after: 4, error: "out of memory" }] });
    await write(engine, "a", { maxTokens: 5 });
    await expect(write(engine, "a", { maxTokens: 5 })).rejects.toThrow("out of memory");
    expect(engine.decodedTokens).toBe(9);
    await write(engine, "a", { maxTokens: 5 });
  });

  it("takes its time over each token", async () => {
    const started = performance.now();
    await write(createScriptedEngine({ seeded: {}, token_ms: 10 }), "a", { maxTokens: 4 });
    expect(performance.now() - started).toBeGreaterThan(35);
  });

  it("gives log-probabilities where told to", async () => {
    const engine = createScriptedEngine({ rules: [{ after: "?", emit: ["yes", "no"] }], logprobs: true });
    const prefix = await engine.tokenize("?", { special: true });
    const span = { prefix, maxTokens: 2, minTokens: 0, stops: [], sampling: warm, seed: 1 };
    const { logprobs } = await engine.generate(span, { signal: new AbortController().signal, chain: "a" });
    expect(logprobs).toEqual([Math.log(0.5), 0]);
  });

  it.each<[string, ScriptedInput, ScriptedInput, boolean]>([
    ["rules", sums, { rules: [] }, false],
    ["a seed", { seeded: { seed: 1 } }, { seeded: { seed: 2 } }, false],
    ["latency", sums, { ...sums, token_ms: 5 }, true],
    ["faults", sums, { ...sums, faults: [{ call: 1 }] }, true],
  ])("is told apart by what can change a token: %s", (_, one, other, same) => {
    const [a, b] = [one, other].map((script) => JSON.stringify(createScriptedEngine(script).info.identity));
    expect(a === b).toBe(same);
  });

  it("refuses an unknown option", () => {
    expect(() => createScriptedEngine({ rule: [] } as ScriptedInput)).toThrow("rule");
  });
});
