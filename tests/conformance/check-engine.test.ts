import { afterEach, describe, expect, test } from "vitest";
import { createOpenAIEngine, type OpenAIInput } from "../../src/adapters/engine/openai/engine.ts";
import { createScriptedEngine } from "../../src/adapters/engine/scripted/engine.ts";
import { checkEngine } from "../../src/conformance/check-engine.ts";
import { findingLine, type Finding } from "../../src/conformance/finding.ts";
import { preflight } from "../../src/conformance/preflight.ts";
import { Failure, UserError } from "../../src/core/user-error.ts";
import type { Engine, Sampled, Span } from "../../src/ports/engine.ts";
import { fakeEngine, sampleSpan } from "../doubles/fake-engine.ts";
import { encode, writeTokenizer } from "../doubles/fake-tokenizer.ts";
import { startGeneric } from "../doubles/generic-double.ts";
import type { Double } from "../doubles/http-double.ts";
import { startLlamaServer } from "../doubles/llama-server-double.ts";
import { startSglang } from "../doubles/sglang-double.ts";
import { model, startVllm } from "../doubles/vllm-double.ts";

let closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closing.map((close) => close()));
  closing = [];
});

const over = async (server: Double, input: Partial<OpenAIInput> & Pick<OpenAIInput, "dialect">): Promise<Engine> => {
  const engine = await createOpenAIEngine(
    { base_url: server.url, model, timeouts: { patience: 0.1 }, ...input },
    {},
    { backoff: { firstMs: 1, mostMs: 5 } },
  );
  closing.push(() => engine.close(), server.close);
  return engine;
};

const findingsOf = async (engine: Engine): Promise<Readonly<Record<string, Finding>>> => {
  const findings: Finding[] = [];
  for await (const finding of checkEngine(engine, { prompt: encode("What is 3?") })) findings.push(finding);
  return Object.fromEntries(findings.map((finding) => [finding.probe, finding]));
};

const failed = (findings: Readonly<Record<string, Finding>>) =>
  Object.values(findings)
    .filter(({ verdict }) => verdict === "fail")
    .map(({ probe, finding }) => `${probe}: ${finding}`);

describe("an engine that obeys", () => {
  test.each([
    ["vllm", 4096, () => startVllm({ cachedTokens: 4 })],
    ["sglang", 4090, () => startSglang()],
    ["sglang", 4090, () => startSglang({ silentOnLength: true })],
    ["llama-server", 4096, () => startLlamaServer()],
  ] as const)("%s", async (dialect, length, start) => {
    const findings = await findingsOf(await over(await start(), { dialect }));
    expect(failed(findings)).toEqual([]);
    expect(findings["continues a prefix"]?.verdict).toBe("ok");
    expect(findings["context length"]?.finding).toBe(`${length}, filled to the last token`);
    expect(findings["prefix caching"]?.finding).toMatch(/^\d+ of 513 prompt tokens came from the cache$/);
  });

  test("in process", async () => {
    expect(failed(await findingsOf(createScriptedEngine({ seeded: {}, tokens: ["What", " is", " 3"] })))).toEqual([]);
  });
});

const altered = (alter: (span: Span) => Sampled): Engine => fakeEngine({ generate: async (span) => alter(span) });

describe("an engine that does not obey", () => {
  test.each<[string, (span: Span) => Sampled, string]>([
    ["max_tokens", (span) => sampleSpan({ ...span, maxTokens: 16 }), "max_tokens"],
    ["stops", (span) => sampleSpan({ ...span, stops: [] }), "stop ids"],
    ["the last allowed stop", (span) => ({ ...sampleSpan(span), stop: "length" }), "stop ids"],
    ["min_tokens", (span) => sampleSpan({ ...span, minTokens: 0 }), "min_tokens"],
    [
      "long stops",
      (span) => sampleSpan({ ...span, stops: span.stops.filter((stop) => stop.length === 1) }),
      "stops of several tokens",
    ],
    [
      "the prefix",
      (span) => sampleSpan({ ...span, prefix: span.prefix.length > 12 ? span.prefix.slice(0, -1) : span.prefix }),
      "continues a prefix",
    ],
    ["seeds", (span) => sampleSpan({ ...span, seed: 3 }), "seed"],
  ])("%s", async (_, alter, probe) => {
    const finding = (await findingsOf(altered(alter)))[probe];
    expect(finding?.verdict).toBe(probe === "seed" ? "warn" : "fail");
    expect(finding?.meaning).not.toBe("");
  });

  test("answers that change from time to time", async () => {
    let call = 0;
    const findings = await findingsOf(
      altered((span) => sampleSpan({ ...span, sampling: { ...span.sampling, temperature: 1 }, seed: (call += 1) })),
    );
    expect(findings["temperature 0 twice"]?.verdict).toBe("fail");
    expect(findings["seed"]).toMatchObject({ verdict: "warn", finding: "the same seed gave other tokens" });
  });

  test("one that depends on what else is running is a warning", async () => {
    let open = 0;
    const engine = fakeEngine({
      generate: async (span) => {
        open += 1;
        await new Promise((resolve) => setTimeout(resolve, 5));
        const result = sampleSpan(open > 4 ? { ...span, sampling: { ...span.sampling, temperature: 1 } } : span);
        open -= 1;
        return result;
      },
    });
    expect((await findingsOf(engine))["temperature 0 twice"]?.verdict).toBe("warn");
  });
});

test("text-only servers are said to be inexact", async () => {
  const engine = await over(await startGeneric(), {
    dialect: "generic",
    tokenizer: writeTokenizer(),
    context_length: 512,
  });
  const findings = await findingsOf(engine);
  expect(findings["token ids"]?.verdict).toBe("warn");
  expect(findings["prefix caching"]).toMatchObject({ verdict: "warn", finding: "not reported" });
});

describe("preflight", () => {
  test("passes an engine that obeys, for few tokens", async () => {
    let tokens = 0;
    const engine = fakeEngine({
      generate: async (span) => {
        const sampled = sampleSpan(span);
        tokens += sampled.tokenIds.length;
        return sampled;
      },
    });
    const findings = await preflight(engine, "fake");
    expect(findings.map(({ verdict }) => verdict)).toEqual(Array.from({ length: 6 }, () => "ok"));
    expect(tokens).toBeLessThan(70);
  });

  test("refuses a budget that is accepted and ignored", async () => {
    const refused = preflight(
      altered((span) => sampleSpan({ ...span, maxTokens: 16 })),
      "mine",
    );
    await expect(refused).rejects.toThrow(UserError);
    await expect(refused).rejects.toThrow('model "mine": max_tokens: 16 tokens for 1');
  });

  test.each([
    [0, "warn", "none seen"],
    [496, "ok", "496 of 513 prompt tokens came from the cache"],
    [undefined, "ok", "not reported"],
  ])("of a server whose cache held %s tokens of a long prefix sent twice: %s", async (cachedTokens, verdict, said) => {
    const engine = await over(await startVllm(cachedTokens === undefined ? {} : { cachedTokens }), { dialect: "vllm" });
    const findings = await preflight(engine, model, { prompt: encode("What is 3?") });
    expect(findings.find(({ probe }) => probe === "prefix caching")).toMatchObject({ verdict, finding: said });
  });

  test("of a server that goes away meanwhile is a fault of the world, and none of the experiment", async () => {
    const server = await startVllm();
    const engine = await over(server, { dialect: "vllm" });
    await server.close();
    const refused = preflight(engine, model, { prompt: encode("What is 3?") });
    await expect(refused).rejects.toThrow(Failure);
    await expect(refused).rejects.toThrow(/given up after \d+ s/);
  });

  test("refuses a seed without effect only where epochs are sampled", async () => {
    const engine = altered((span) => sampleSpan({ ...span, seed: 3 }));
    await expect(preflight(engine, "mine")).resolves.toHaveLength(6);
    const sampling = { temperature: 0.7, topP: 1, topK: 0, minP: 0 };
    await expect(preflight(engine, "mine", { sampling })).rejects.toThrow("5 seeds gave the same tokens");
  });
});

test("a line shows what a finding means where there is something to say", () => {
  const row = { probe: "seed", finding: "fine", meaning: "bad luck" };
  expect(findingLine({ ...row, verdict: "ok" })).toBe(`ok    ${"seed".padEnd(22)}  fine`);
  expect(findingLine({ ...row, verdict: "fail", finding: "none" })).toBe(`FAIL  ${"seed".padEnd(22)}  none: bad luck`);
});
