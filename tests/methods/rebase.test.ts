import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { scoreReplies } from "../../src/adapters/scorer/http.ts";
import { Chain, type Ledger } from "../../src/chains/chain.ts";
import { rangesLength } from "../../src/core/ranges.ts";
import { seedOf } from "../../src/core/hash.ts";
import { greedy } from "../../src/core/sampling.ts";
import { traceIds } from "../../src/core/trace.ts";
import { scriptedRewards } from "../../src/adapters/scorer/scripted.ts";
import { rebaseWith } from "../../src/methods/rebase.ts";
import type { Reward } from "../../src/ports/reward.ts";
import { directTask } from "../fixtures/tasks.ts";
import { hashModel, toy, toyEngine } from "../fixtures/toy-engine.ts";
import { piecesOf } from "./s1/toy.ts";

const schema = rebaseWith(() => async () => [], { scripted: scriptedRewards }).options;

const url = "http://127.0.0.1:1/score";
const step = String.fromCharCode(toy.words);

const parse = (options: object) =>
  schema.parse({ width: 4, max_depth: 5, steps_end: [step], max_step_tokens: 6, scorer: { url }, ...options });

/** Rewards that differ with the thought; keeps what was asked. */
function recorded(score = (response: string) => (response.length % 7) / 7) {
  const asked: (readonly string[])[] = [];
  const reward: Reward = async (thoughts) => {
    asked.push(thoughts.map(({ response }) => response));
    return thoughts.map(({ response }) => score(response));
  };
  return { asked, method: rebaseWith(() => reward, { scripted: scriptedRewards }) };
}

const encode = async (text: string) => Array.from(text, (sign) => sign.charCodeAt(0));

async function run(
  options: object,
  {
    identity = 1,
    endChance = 0.12,
    score,
  }: { identity?: number; endChance?: number; score?: (response: string) => number } = {},
) {
  const engine = toyEngine(hashModel(identity, endChance));
  const { asked, method } = recorded(score);
  const pieces = await piecesOf(method.run(directTask(engine, { encode }), parse(options)));
  return { engine, asked, pieces };
}

const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

describe("rebase", () => {
  it("keeps as many branches as its width, less those that are finished", async () => {
    for (const identity of [1, 2, 3, 4, 5]) {
      const { asked } = await run({ width: 6 }, { identity });
      const sizes = asked.map((thoughts) => thoughts.length);
      expect(sizes[0]).toBe(6);
      expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
    }
    const { asked } = await run({ width: 6 });
    expect(asked.at(-1)?.length).toBeLessThan(6);
  });

  it("keeps the whole width where nothing ends, and closes open thoughts at max_depth", async () => {
    const { asked, pieces } = await run({ width: 3, max_depth: 4 }, { endChance: 0 });
    expect(asked.map((thoughts) => thoughts.length)).toEqual([3, 3, 3, 3]);
    expect(pieces.map(({ kind, origin, stop }) => `${kind} ${origin} ${stop}`)).toEqual([
      "delimiter forced null",
      "thinking sampled length",
      "delimiter forced null",
      "answer sampled length",
    ]);
    expect(pieces[1]?.tokenIds.length).toBeLessThanOrEqual(4 * 6);
  });

  it("drops branches for the children of the best one, which are different draws", async () => {
    const score = (response: string): number =>
      (seedOf(...Array.from(response, (sign) => sign.charCodeAt(0))) % 1000) / 1000;
    const { asked } = await run({ width: 4, max_depth: 3, temperature: 1e-5 }, { endChance: 0, score });
    const [first = [], second = []] = asked;
    const best = [...first].sort((a, b) => score(b) - score(a))[0] ?? "";
    expect(second.every((thought) => thought.startsWith(best) && thought !== best)).toBe(true);
    expect(new Set(second).size).toBeGreaterThan(1);
  });

  it("finds what the reward rewards far more often than a blind search", async () => {
    const evens = (ids: readonly number[]): number => ids.filter((id) => id % 2 === 0).length / Math.max(1, ids.length);
    const oracle = (response: string): number => evens(Array.from(response, (sign) => sign.charCodeAt(0)));
    const meanOver = async (score: (response: string) => number): Promise<number> => {
      const winners = await Promise.all(
        Array.from({ length: 40 }, (_, identity) => run({ width: 6 }, { identity, endChance: 0, score })),
      );
      const shares = winners.map(({ pieces }) => evens(pieces.find(({ kind }) => kind === "thinking")?.tokenIds ?? []));
      return shares.reduce((sum, share) => sum + share, 0) / shares.length;
    };
    const [guided, blind] = [await meanOver(oracle), await meanOver(() => 0.5)];
    expect(guided - blind).toBeGreaterThan(0.1);
  });

  it("is the same again", async () => {
    expect((await run({ width: 5 })).pieces).toEqual((await run({ width: 5 })).pieces);
  });

  it("never asks for more than a step and an end, and keeps no more than a step", async () => {
    const { engine, asked } = await run({ width: 4, max_step_tokens: 3 }, { endChance: 0.05 });
    const thinking = engine.spans.filter(({ stops }) => stops.length > 1);
    expect(thinking.every(({ maxTokens }) => maxTokens === 3 + 1)).toBe(true);
    expect(Math.max(...(asked[0] ?? []).map((thought) => thought.split("[").length - 1))).toBe(3);
  });

  it("counts every token of every branch once, the winner's path within them", async () => {
    const engine = toyEngine(hashModel(3));
    const ledgers = new Map<Chain, Ledger>();
    const chains = new Map<number, Chain>();
    let nodes = 0;
    const store = {
      beyond: () => [],
      open: () => ({ id: 1, nodes: [] }),
      append: () => ({ node: ++nodes, start: 0, call: 1 }),
      account: () => 1,
    };
    const chain = (prompt: readonly number[], draw = 0) => {
      const key = {
        model: "m",
        identity: {},
        problem: "p",
        prompt,
        sampling: { ...greedy, temperature: 1 },
        seed: 1,
        epoch: 0,
        draw,
        arm: "",
      };
      const opened = chains.get(draw) ?? new Chain({ key: key as never, engine, store });
      chains.set(draw, opened);
      const ledger: Ledger = ledgers.get(opened) ?? new Map();
      ledgers.set(opened, ledger);
      return (request: Parameters<Chain["continue"]>[0]) =>
        opened.continue(request, ledger, new AbortController().signal);
    };
    const pieces = await piecesOf(recorded().method.run(directTask(engine, { encode, chain }), parse({ width: 6 })));
    const counted = [...ledgers.values()]
      .flatMap((ledger) => [...ledger.values()])
      .reduce((sum, ranges) => sum + rangesLength(ranges), 0);
    expect(counted).toBe(engine.decoded);
    const own = pieces
      .filter(({ origin }) => origin === "sampled")
      .reduce((sum, { tokenIds }) => sum + tokenIds.length, 0);
    expect(counted).toBeGreaterThan(own);
    const prompt = await directTask(engine).prompt("?");
    const answered = engine.spans.filter(({ stops }) => stops.length === 1).map(({ prefix }) => prefix.join());
    expect(answered).toContain(
      [
        ...prompt,
        ...traceIds(
          pieces.slice(
            0,
            pieces.findIndex(({ kind }) => kind === "answer"),
          ),
        ),
      ].join(),
    );
  });

  it("asks a reward model over HTTP", async () => {
    const bodies: { items: { problem: string; response: string }[] }[] = [];
    const server = createServer((request, response) => {
      let body = "";
      request.on("data", (part: Buffer) => (body += part.toString()));
      request.on("end", () => {
        bodies.push(JSON.parse(body) as (typeof bodies)[number]);
        response.end(JSON.stringify({ scores: bodies.at(-1)?.items.map(() => 0.5) }));
      });
    });
    await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
    open.push(() => server.close());
    const at = `http://127.0.0.1:${(server.address() as AddressInfo).port}/score`;
    const method = rebaseWith((address) => (thoughts) => scoreReplies(thoughts, { url: address }));
    const pieces = await piecesOf(
      method.run(directTask(toyEngine(hashModel(1)), { encode }), parse({ width: 3, scorer: { url: at } })),
    );
    expect(pieces.some(({ kind }) => kind === "answer")).toBe(true);
    expect(bodies[0]?.items).toHaveLength(3);
    expect(bodies[0]?.items[0]?.problem).toBe("?");
  });

  it("refuses rewards that are no probabilities", async () => {
    await expect(run({}, { score: () => -3 })).rejects.toThrow(/between 0 and 1/);
  });

  it("is refused at temperature 0, where a step can end nowhere, and with a scorer nobody knows", async () => {
    const { method } = recorded();
    await expect(method.check?.({ sampling: greedy, model: null }, parse({}))).rejects.toThrow(
      /every branch is the same/,
    );
    await expect(method.check?.({ sampling: greedy, model: null }, parse({ width: 1 }))).resolves.toBeUndefined();
    const model = { ...directTask(toyEngine(hashModel(1))), encode: async () => [] };
    await expect(method.check?.({ sampling: { ...greedy, temperature: 1 }, model }, parse({}))).rejects.toThrow(
      /no token for/,
    );
    expect(schema.safeParse({ width: 2, scorer: "scripted:oracle" }).success).toBe(false);
    expect(schema.safeParse({ width: 2, scorer: { url: "ftp://x" } }).success).toBe(false);
    for (const url of ["http://me:secret@h/score", "http://h/score?key=secret", "http://h/score#secret"])
      expect(schema.safeParse({ width: 2, scorer: { url } }).error?.message).toMatch(/must hold no user name/);
  });

  it("costs its width in chains, none of them shared with another width", () => {
    const { method } = recorded();
    const cost = (width: number) =>
      method.cost(parse({ width, max_depth: 10, max_step_tokens: 100 }), { natural: 400, perIgnoredEnd: 0, answer: 1 });
    expect(cost(8)).toMatchObject({ chains: 8, thinking: 400, worstThinking: 1000, requests: 88 });
    expect(cost(8).stretches?.[0]?.name).not.toBe(cost(4).stretches?.[0]?.name);
    expect([method.label(parse({})), method.label(parse({ scorer: "scripted:uniform" }))]).toEqual([
      "tree ×4",
      "tree ×4 uniform",
    ]);
  });
});
