import { seedOf } from "../../src/core/hash.ts";
import { logprobOf, nextToken } from "./fake-model.ts";

export type Order = Readonly<{
  prompt: readonly number[];
  maxTokens: number;
  temperature: number;
  seed: number;
  stopIds: ReadonlySet<number>;
  /** Left out for the first `minTokens` tokens, or always. */
  masked: ReadonlySet<number>;
  minTokens: number;
  weights?: string | undefined;
  /** SGLang looks at the length before it looks at stops. */
  lengthFirst?: boolean;
}>;

export type Output = Readonly<{
  ids: readonly number[];
  logprobs: readonly number[];
  finish: "stop" | "length";
  matched: number | null;
}>;

/** Real servers draw from a generator seeded by the request: a continued chain has other random numbers. */
export const sample = (order: Order): Output => {
  const ids: number[] = [];
  const logprobs: number[] = [];
  const none: ReadonlySet<number> = new Set();
  for (;;) {
    const prefix = [...order.prompt, ...ids];
    const masked = ids.length < order.minTokens ? order.masked : none;
    const { temperature, seed, weights } = order;
    const id = nextToken(prefix, { temperature, masked, random: seedOf(seed, ids.length), weights });
    ids.push(id);
    logprobs.push(logprobOf(prefix, id, weights));
    const full = ids.length >= order.maxTokens;
    const stop = ids.length > order.minTokens && order.stopIds.has(id);
    if (full && (order.lengthFirst || !stop)) return { ids, logprobs, finish: "length", matched: null };
    if (stop) return { ids, logprobs, finish: "stop", matched: id };
  }
};

type Body = Readonly<Record<string, unknown>>;

/** A field, or the server's default where the client left it out. */
export const numberIn = (body: Body, name: string, fallback: number): number =>
  typeof body[name] === "number" ? body[name] : fallback;

export const idsIn = (body: Body, name: string): readonly number[] =>
  Array.isArray(body[name]) ? (body[name] as number[]) : [];
