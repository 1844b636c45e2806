import { setTimeout as sleep } from "node:timers/promises";
import { createBreaker, type Breaker } from "./breaker.ts";
import { Fault } from "./fault.ts";
import { createLimiter, type Limiter } from "./limiter.ts";

export type Endpoint<Client> = Readonly<{ url: string; client: Client; limiter: Limiter; breaker: Breaker }>;

/** What a request on an endpoint reports: when its first token came. */
export type Use<Client, T> = (endpoint: Endpoint<Client>) => Promise<Readonly<{ value: T; waitMs: number }>>;

export type Pool<Client> = Readonly<{
  endpoints: readonly Endpoint<Client>[];
  /** Runs one request on the endpoint of the chain, or on the next one that is up. */
  use: <T>(chain: string, signal: AbortSignal, task: Use<Client, T>) => Promise<T>;
  /** The same for a small request that costs the server nothing: it waits for no place. */
  light: <T>(chain: string, signal: AbortSignal, task: (client: Client) => Promise<T>) => Promise<T>;
}>;

/** FNV-1a: cheap, and the same in every process. */
const score = (text: string): number => {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash ^= hash >>> 15;
  return Math.imul(hash, 0x2c1b3c6d) >>> 0;
};

/** Rendezvous hashing: a chain keeps its endpoint, and only chains of a lost one move. */
export const ranked = <T extends Readonly<{ url: string }>>(endpoints: readonly T[], chain: string): readonly T[] =>
  endpoints.length === 1
    ? endpoints
    : endpoints
        .map((endpoint) => ({ endpoint, rank: score(`${chain}\n${endpoint.url}`) }))
        .toSorted((a, b) => b.rank - a.rank)
        .map(({ endpoint }) => endpoint);

/** Waits while every endpoint is paused. */
const choose = async <Client>(order: readonly Endpoint<Client>[], signal: AbortSignal): Promise<Endpoint<Client>> => {
  for (;;) {
    signal.throwIfAborted();
    const ready = order.find(({ breaker }) => breaker.wait() === 0);
    if (ready) return ready;
    await sleep(Math.min(1000, ...order.map(({ breaker }) => breaker.wait())), undefined, { signal });
  }
};

const settle = (endpoint: Endpoint<unknown>, error: unknown, startedAt: number): void => {
  if (!(error instanceof Fault)) endpoint.breaker.leave();
  else if (error.kind === "down") endpoint.breaker.failure();
  else endpoint.breaker.success();
  if (error instanceof Fault && error.kind === "busy") endpoint.limiter.busy(startedAt);
};

const moved = Symbol("endpoint paused while waiting for a place");

export const createPool = <Client>(
  clients: ReadonlyMap<string, Client>,
  ceiling: number,
  now: () => number,
): Pool<Client> => {
  const endpoints = [...clients].map(([url, client]) => ({
    url,
    client,
    limiter: createLimiter(ceiling, now),
    breaker: createBreaker(now),
  }));

  const once = async <T>(
    endpoint: Endpoint<Client>,
    signal: AbortSignal,
    task: Use<Client, T>,
  ): Promise<T | typeof moved> => {
    signal.throwIfAborted();
    if (endpoint.breaker.wait() > 0) return moved;
    endpoint.breaker.enter();
    const startedAt = now();
    try {
      const { value, waitMs } = await task(endpoint);
      endpoint.breaker.success();
      endpoint.limiter.success(startedAt, waitMs);
      return value;
    } catch (error) {
      settle(endpoint, error, startedAt);
      throw error;
    }
  };

  const use = async <T>(chain: string, signal: AbortSignal, task: Use<Client, T>): Promise<T> => {
    const order = ranked(endpoints, chain);
    for (;;) {
      const endpoint = await choose(order, signal);
      const result = await endpoint.limiter.run(() => once(endpoint, signal, task));
      if (result !== moved) return result;
    }
  };
  const light = async <T>(chain: string, signal: AbortSignal, task: (client: Client) => Promise<T>): Promise<T> => {
    const { client, breaker } = await choose(ranked(endpoints, chain), signal);
    breaker.enter();
    try {
      const value = await task(client);
      breaker.success();
      return value;
    } catch (error) {
      if (error instanceof Fault && error.kind === "down") breaker.failure();
      else breaker.leave();
      throw error;
    }
  };
  return { endpoints, use, light };
};
