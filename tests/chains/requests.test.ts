import { describe, expect, it } from "vitest";
import { Chain } from "../../src/chains/chain.ts";
import { greedy } from "../../src/core/sampling.ts";
import type { Request } from "../../src/ports/method.ts";
import { memoryChains } from "../fixtures/memory-chains.ts";
import { type NextToken, toyEngine } from "../fixtures/toy-engine.ts";

const key = { engine: {}, sampling: greedy, prompt: [7], problem: "p", epoch: 0, draw: 0, seed: 0, arm: "" };
const never = new AbortController().signal;

/** A chain whose model says these tokens, and the last one for ever; what it is asked, and what it answers. */
function saying(...tokens: readonly number[]) {
  const next: NextToken = (prefix, banned) => {
    const id = tokens[Math.min(prefix.length, tokens.length) - 1] ?? 0;
    return banned.has(id) ? 20 : id;
  };
  const engine = toyEngine(next);
  const chain = new Chain({ key, engine, store: memoryChains() });
  const ask = async (request: Partial<Request>) => {
    const wish = { after: [], maxTokens: 100, stops: [], ...request };
    return (await chain.continue(wish, new Map(), never)).tokenIds;
  };
  return { engine, ask };
}

describe("a stop of several tokens whose beginning is known already", () => {
  const stops = [[5, 1]];

  it("costs one request, though the model repeats the beginning for ever", async () => {
    const { engine, ask } = saying(5);
    await ask({ maxTokens: 1, stops });
    expect(await ask({ maxTokens: 200, stops })).toHaveLength(200);
    expect(engine.spans).toHaveLength(2);
  });

  it("is met where its rest comes next, and nothing after it is decoded", async () => {
    const { engine, ask } = saying(9, 5, 1, 9);
    await ask({ maxTokens: 2, stops });
    expect(await ask({ stops })).toEqual([9, 5, 1]);
    expect(engine.decoded).toBe(3);
    expect(engine.spans).toHaveLength(2);
  });

  it("costs one request more where its rest comes by itself, much later and again", async () => {
    const { engine, ask } = saying(5, 9, 9, 1, 9, 1, 1, 9, 5, 1, 9);
    await ask({ maxTokens: 1, stops });
    expect(await ask({ stops })).toEqual([5, 9, 9, 1, 9, 1, 1, 9, 5, 1]);
    expect(engine.spans).toHaveLength(3);
  });

  it("costs one request more where it begins as it ends", async () => {
    const { engine, ask } = saying(5, 9, 5, 9, 5, 9, 5, 5, 9);
    await ask({ maxTokens: 1, stops: [[5, 5]] });
    expect(await ask({ stops: [[5, 5]] })).toEqual([5, 9, 5, 9, 5, 9, 5, 5]);
    expect(engine.spans).toHaveLength(3);
  });
});

describe("a stop of three tokens that begins as it ends", () => {
  const stops = [[5, 6, 5]];

  it("costs one request more, though its beginning comes again behind every request", async () => {
    const { engine, ask } = saying(...Array.from({ length: 200 }, (_, at) => (at % 2 === 0 ? 5 : 9)));
    await ask({ maxTokens: 1, stops });
    expect(await ask({ maxTokens: 120, stops })).toHaveLength(120);
    expect(engine.spans).toHaveLength(3);
  });

  it("is met where it spans two requests, once it was cut short for before", async () => {
    const { engine, ask } = saying(5, 9, 5, 6, 5, 9);
    await ask({ maxTokens: 1, stops });
    expect(await ask({ maxTokens: 20, stops })).toEqual([5, 9, 5, 6, 5]);
    expect(engine.spans).toHaveLength(3);
  });
});

describe("a mask", () => {
  const stops = [[1], [2]];

  it("ends a request with its last token, and what comes then is looked up", async () => {
    const { engine, ask } = saying(9, 1, 9, 9, 1);
    await ask({ stops });
    await ask({ after: [9, 20], maxTokens: 2, stops });
    expect(await ask({ after: [9], maxTokens: 3, stops, minTokens: 1 })).toEqual([20, 9, 9]);
    expect(engine.decoded).toBe(2 + 2 + 1);
    expect(engine.spans.at(-1)).toMatchObject({ maxTokens: 1, minTokens: 1 });
  });

  it("costs nothing where the free choice is allowed, whoever asks first", async () => {
    for (const minTokens of [
      [1, 0],
      [0, 1],
    ]) {
      const { engine, ask } = saying(9, 9, 1);
      for (const least of minTokens) expect(await ask({ stops, minTokens: least })).toEqual([9, 9, 1]);
      expect(engine.spans).toHaveLength(1);
      expect(engine.decoded).toBe(3);
    }
  });
});

it("an end is not looked for past the context, whatever is known", async () => {
  const { ask } = saying(9, 1);
  await ask({ stops: [[1]] });
  await expect(ask({ stops: [[1]], maxTokens: 5000 })).rejects.toThrow(/exceed the context length/);
});
