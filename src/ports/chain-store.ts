import type { Sampling } from "../core/sampling.ts";
import type { TopSignals } from "../core/signals.ts";

/** Everything that can change a token of a chain. Not the experiment: chains are shared between them. */
export type ChainKey = Readonly<{
  /** `EngineInfo.identity` of the engine that decodes it. */
  engine: Readonly<Record<string, unknown>>;
  sampling: Sampling;
  prompt: readonly number[];
  problem: string;
  epoch: number;
  draw: number;
  seed: number;
  /** Empty where chains are shared; the point's key where each point has its own (`share: false`). */
  arm: string;
}>;

/**
 * A piece of a chain's tree: it starts after `offset` sampled tokens of its parent (null: of the prompt),
 * with the tokens that a method wrote there, followed by what the model made of them. Tokens once stored never change;
 * the call that drew them may add more behind them.
 */
export type ChainNode = Readonly<{
  id: number;
  parent: number | null;
  offset: number;
  forced: readonly number[];
  sampled: readonly number[];
  /** The first `masked` sampled tokens were drawn with the beginnings of `stops` left out. */
  masked: number;
  maskedIds: readonly number[];
  logprobs: readonly number[] | null;
  signals?: TopSignals;
}>;

/** A chain as it is stored: nodes in the order in which they were written. */
export type StoredChain = Readonly<{ id: number; nodes: readonly ChainNode[] }>;

/** One call of an engine, successful or not. */
export type RequestRecord = Readonly<{
  startedAt: string;
  milliseconds: number;
  /** Null where the server does not say. */
  sampledTokens: number | null;
  promptTokens: number | null;
  cachedTokens: number | null;
  /** Money, where the user gave prices, and the part of it that was paid for the prompt. */
  cost: number | null;
  promptCost: number | null;
  error: string | null;
  /** The batch that it was a line of: how long it took alone nobody knows. */
  batch?: number | null;
}>;

/**
 * How far a call of an engine has come; `id` null: it was not stored yet. Attempts may rely on its first tokens before
 * it has ended: they are given its final figures then.
 */
export type CallSoFar = Readonly<{ id: number | null; record: RequestRecord; ended: boolean }>;

/** Where what was drawn is stored: its node, how many of the node's tokens come before it, and the call. */
export type Appended = Readonly<{ node: number; start: number; call: number }>;

/** Keeps the trees of chains. Every call is one transaction. */
export interface ChainStore {
  /** Finds or creates the chain. */
  open(key: ChainKey): StoredChain;
  /** Nodes with more sampled tokens than are `known`, by their ids. */
  beyond(chain: number, known: ReadonlyMap<number, number>): readonly ChainNode[];
  /**
   * Stores what a call drew, with how far that has come, as a new node, or behind what the same call drew before.
   * Returns the ids of both, and how many tokens of the node come before these.
   */
  append(chain: number, node: Omit<ChainNode, "id">, call: CallSoFar): Appended;
  /** Stores how far a call has come; returns its id. */
  account(chain: number, call: CallSoFar): number;
}
