import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createLlamaEngine } from "../../src/adapters/engine/llama/engine.ts";
import { createOpenAIEngine } from "../../src/adapters/engine/openai/engine.ts";
import { checkEngine } from "../../src/conformance/check-engine.ts";
import { greedy, type Sampling } from "../../src/core/sampling.ts";
import { resolveFormat, type ResolvedFormat } from "../../src/formats/resolve.ts";
import { budgetForcingMethod } from "../../src/methods/budget-forcing.ts";
import { directChain, taskOf } from "../../src/runner/task.ts";
import type { Engine } from "../../src/ports/engine.ts";
import { startServer } from "../../src/server/start-server.ts";
import type { RunningServer } from "../../src/server/listening.ts";
import { ask } from "./serve-harness.ts";
import { engineContract } from "../contracts/engine.ts";

const pico = fileURLToPath(new URL("../../models/pico/pico.gguf", import.meta.url));

const all = async <T>(values: AsyncIterable<T>): Promise<T[]> => {
  const list: T[] = [];
  for await (const value of values) list.push(value);
  return list;
};

type Bench = Readonly<{
  inner: Engine;
  outer: Engine;
  server: RunningServer;
  format: ResolvedFormat;
  close: () => Promise<void>;
}>;

/** The bundled model twice: in process, and over a real socket. */
const open = async (contextLength: number): Promise<Bench> => {
  const inner = await createLlamaEngine({ path: pico, context_length: contextLength, sequences: 8 });
  const format = await resolveFormat("pico", inner, "pico");
  const server = await startServer({ engine: inner, format, model: "pico", port: 0 });
  const outer = await createOpenAIEngine({ base_url: server.url, model: "pico", dialect: "vllm" });
  const close = async () => {
    await outer.close();
    await server.close();
    await inner.close();
  };
  return { inner, outer, server, format, close };
};

const problems = Array.from({ length: 100 }, (_, at) => `${(at * 37) % 100}+${(at * 53) % 100}-${at % 10}=`);

describe("the bundled model over HTTP", () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await open(512);
  });
  afterAll(() => bench.close());

  const solve = async (engine: Engine, text: string, options: object, sampling: Sampling = greedy) => {
    const { ids } = await bench.format.prompt(text);
    const task = taskOf(
      { engine, delimiters: bench.format.delimiters },
      {
        problem: { id: text, text },
        prompt: async () => ids,
        maxAnswerTokens: 32,
        chain: directChain(engine, {
          sampling,
          seed: 11,
          signal: new AbortController().signal,
          nameOf: () => text,
        }),
      },
    );
    return all(budgetForcingMethod.run(task, budgetForcingMethod.options.parse(options)));
  };

  test.each([
    [100, { max_thinking_tokens: 24 }],
    [25, { ignore_ends: 1, max_thinking_tokens: 200 }],
  ])("gives the segments of the engine in process on %i problems: %j", async (count, options) => {
    const inside = await Promise.all(problems.slice(0, count).map((text) => solve(bench.inner, text, options)));
    const outside = await Promise.all(problems.slice(0, count).map((text) => solve(bench.outer, text, options)));
    expect(outside).toEqual(inside);
    expect(new Set(inside.flat().map(({ kind }) => kind)).size).toBeGreaterThan(2);
  });

  test("and under sampling", async () => {
    const sampling = { temperature: 1, topP: 0.9, topK: 20, minP: 0 };
    const inside = await Promise.all(
      problems.slice(0, 30).map((text) => solve(bench.inner, text, { max_thinking_tokens: 64 }, sampling)),
    );
    const outside = await Promise.all(
      problems.slice(0, 30).map((text) => solve(bench.outer, text, { max_thinking_tokens: 64 }, sampling)),
    );
    expect(outside).toEqual(inside);
  });

  test("budget forcing for any client gives the ids of the method in process", async () => {
    for (const text of problems.slice(0, 10)) {
      const pieces = await solve(bench.inner, text, { max_thinking_tokens: 16, ignore_ends: 1 });
      const body = {
        model: "pico@bf-16-w1",
        prompt: `<s>${text}`,
        temperature: 0,
        return_token_ids: true,
        max_answer_tokens: 32,
        max_tokens: 48,
      };
      const response = await fetch(`${bench.server.url}/v1/completions`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      const answer = (await response.json()) as { choices: { token_ids: number[] }[] };
      expect(answer.choices[0]?.token_ids).toEqual(pieces.flatMap(({ tokenIds }) => tokenIds));
    }
  });

  test("identity names the model, facts say how it draws", () => {
    expect(bench.outer.info).toMatchObject({
      contextLength: 512,
      eosIds: bench.inner.info.eosIds,
      facts: { seeds: "position", exact: true },
    });
    expect(bench.outer.info.identity["fingerprint"]).toMatch(/^[0-9a-f]{64}$/);
  });

  test("log-probabilities of a given text, as tasks of multiple choice ask for them", async () => {
    const context = await bench.inner.tokenize("<s>3c+4b-1a*9=<think>", { special: true });
    const { tokenIds } = await bench.inner.generate(
      { prefix: context, maxTokens: 6, minTokens: 0, stops: [], sampling: greedy, seed: 1 },
      { signal: new AbortController().signal, chain: "a" },
    );
    const right = [...context, ...tokenIds];
    const wrong = [...context, ...tokenIds.slice(0, -1), (tokenIds.at(-1) ?? 0) === 40 ? 41 : 40];
    const body = { model: "pico", prompt: [right, wrong], logprobs: 1, echo: true, max_tokens: 1, temperature: 0 };
    const { choices } = (await ask(bench.server.url, "/v1/completions", body)) as unknown as {
      choices: { logprobs: { token_logprobs: number[]; top_logprobs: Record<string, number>[] } }[];
    };
    const sums = choices.map(({ logprobs: { token_logprobs, top_logprobs } }) => {
      expect(token_logprobs).toHaveLength(right.length + 1);
      expect(token_logprobs[0]).toBeNull();
      const own = token_logprobs.slice(context.length, -1);
      const isGreedy = own.every(
        (value, at) => value === Math.max(...Object.values(top_logprobs[context.length + at] ?? {})),
      );
      return { sum: own.reduce((sum, value) => sum + value, 0), isGreedy };
    });
    expect(sums[0]).toMatchObject({ isGreedy: true });
    expect(sums[1]).toMatchObject({ isGreedy: false });
    expect(sums[0]?.sum).toBeGreaterThan((sums[1]?.sum ?? 0) + 1);
  });

  test("passes the check", async () => {
    const { ids } = await bench.format.prompt("12+30=");
    const findings = await all(
      checkEngine(bench.outer, { prompt: [...ids, ...bench.format.delimiters.thinkingStart] }),
    );
    expect(findings.filter(({ verdict }) => verdict === "fail")).toEqual([]);
    expect(findings.find(({ probe }) => probe === "prefix caching")?.verdict).toBe("ok");
  });
});

engineContract("the bundled model over serve", async () => {
  const { outer, close } = await open(128);
  const prompts = Array.from({ length: 8 }, (_, at) => `<s>${at + 1}+${at}=<think>`);
  return { engine: { ...outer, close }, prompts, control: "<think>" };
});

test("the model is there", () => {
  expect(existsSync(pico) && readFileSync(pico).length).toBeGreaterThan(100_000);
});
