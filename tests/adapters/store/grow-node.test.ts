import { describe, expect, it } from "vitest";
import { Chain } from "../../../src/chains/chain.ts";
import { sqliteChains } from "../../../src/adapters/store/sqlite-chains.ts";
import { openDatabase } from "../../../src/adapters/store/sqlite.ts";
import { greedy } from "../../../src/core/sampling.ts";
import type { ChainNode } from "../../../src/ports/chain-store.ts";
import type { Engine, Sampled } from "../../../src/ports/engine.ts";
import { toyEngine } from "../../fixtures/toy-engine.ts";

const key = { engine: {}, sampling: greedy, prompt: [1, 2], problem: "p", epoch: 0, draw: 0, seed: 0, arm: "" };

const laboratory = () => {
  const db = openDatabase(":memory:");
  db.exec("INSERT INTO experiments (name, hash, text, resolved, created_at) VALUES ('e', 'h', '', '{}', '')");
  const chains = sqliteChains(db, 1);
  return { db, chains, chain: chains.open(key).id };
};

const piece = (over: Partial<ChainNode> = {}) => ({
  parent: null,
  offset: 0,
  forced: [],
  sampled: [70000, 11],
  masked: 0,
  maskedIds: [],
  logprobs: null,
  ...over,
});

const callOf = (id: number | null) => ({
  id,
  ended: false,
  record: {
    startedAt: "",
    milliseconds: 1,
    sampledTokens: 2,
    promptTokens: null,
    cachedTokens: null,
    cost: null,
    promptCost: null,
    error: null,
  },
});

describe("what a call draws", () => {
  const second = (first: Partial<ChainNode>, next: Partial<ChainNode>, isSameCall = true) => {
    const { chains, chain } = laboratory();
    const { node, call } = chains.append(chain, piece(first), callOf(null));
    const place = { parent: node, offset: 2, sampled: [5] };
    const added = chains.append(chain, piece({ ...place, ...next }), callOf(isSameCall ? call : null));
    return { added, nodes: chains.open(key).nodes };
  };

  it("is one node, with its signals", () => {
    const { added, nodes } = second({ logprobs: [-0.5, -1] }, { logprobs: [-0.25] });
    expect(added).toEqual({ node: 1, start: 2, call: 1 });
    expect(nodes).toEqual([{ id: 1, ...piece({ sampled: [70000, 11, 5], logprobs: [-0.5, -1, -0.25] }) }]);
  });

  it("keeps signals to the last digit, whatever width they began with", () => {
    const { nodes } = second({ logprobs: [-0.1, -0.3] }, { logprobs: [-0.5] });
    expect(nodes).toEqual([{ id: 1, ...piece({ sampled: [70000, 11, 5], logprobs: [-0.1, -0.3, -0.5] }) }]);
    expect(second({ logprobs: [-0.5, -1] }, { logprobs: [-0.1] }).nodes.map(({ logprobs }) => logprobs)).toEqual([
      [-0.5, -1],
      [-0.1],
    ]);
  });

  it("is one node behind a mask, as far as that went", () => {
    const { nodes } = second({ masked: 2, maskedIds: [9] }, { masked: 1, maskedIds: [9] });
    expect(nodes).toEqual([{ id: 1, ...piece({ sampled: [70000, 11, 5], masked: 3, maskedIds: [9] }) }]);
  });

  it.each<[string, Partial<ChainNode>, Partial<ChainNode>, boolean?]>([
    ["another call drew it", {}, {}, false],
    ["it starts elsewhere", {}, { offset: 1 }],
    ["a method wrote something between", {}, { forced: [8] }],
    ["a mask begins", {}, { masked: 1, maskedIds: [9] }],
    ["another mask holds", { masked: 2, maskedIds: [9] }, { masked: 1, maskedIds: [8] }],
    ["something is told of it alone", {}, { logprobs: [-1] }],
  ])("is a node of its own where %s", (_, first, next, isSameCall) => {
    const { added, nodes } = second(first, next, isSameCall);
    expect([added.node, added.start, nodes.length]).toEqual([2, 0, 2]);
  });
});

/** Yields `first` tokens, and the others when it is told to. */
function slowEngine(first: number, all: number): Engine & { go: () => void } {
  let go = (): void => undefined;
  const gone = new Promise<void>((resolve) => (go = resolve));
  const ids = Array.from({ length: all }, (_, at) => at + 10);
  return {
    ...toyEngine(() => 0),
    go: () => go(),
    generate: async (_, { onTokens }): Promise<Sampled> => {
      onTokens?.(ids.slice(0, first), null);
      await gone;
      for (const id of ids.slice(first)) onTokens?.([id], null);
      return { tokenIds: ids, stop: "length", logprobs: null, promptTokens: 2, cachedTokens: null };
    },
  };
}

describe("a node that grew", () => {
  it("is known to whoever saw its beginning, and only what follows is decoded", async () => {
    const { db, chains } = laboratory();
    const slow = slowEngine(64, 150);
    const others = toyEngine(() => 7);
    const claims = { take: () => true, give: () => undefined, wait: () => Promise.resolve() };
    const mine = new Chain({ key, engine: slow, store: chains, claims });
    const ask = { after: [], stops: [] };
    const signal = new AbortController().signal;
    const first = new Map();
    const done = mine.continue({ ...ask, maxTokens: 150 }, first, signal);
    const theirs = new Chain({ key, engine: others, store: sqliteChains(db, 1), claims });
    slow.go();
    const whole = await done;
    const ledger = new Map();
    const told = await theirs.continue({ ...ask, maxTokens: 152 }, ledger, signal);
    expect(told.tokenIds).toEqual([...whole.tokenIds, 7, 7]);
    expect(others.decoded).toBe(2);
    expect(mine.uses(first)).toEqual([{ node: 1, from: 0, to: 150 }]);
    expect(theirs.uses(ledger)).toEqual([
      { node: 1, from: 0, to: 150 },
      { node: 2, from: 0, to: 2 },
    ]);
    expect(db.prepare("SELECT sampled_tokens, parent, start FROM nodes").raw().all()).toEqual([
      [150, null, 0],
      [2, 1, 150],
    ]);
  });
});
