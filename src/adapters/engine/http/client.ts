import OpenAI from "openai";
import { Agent } from "undici";
import { createFetch } from "./fetch.ts";

/** JSON out, JSON or a stream of JSON events in. */
export type HttpClient = Readonly<{
  get: (path: string, signal: AbortSignal) => Promise<unknown>;
  post: (path: string, body: object, signal: AbortSignal) => Promise<unknown>;
  stream: (path: string, body: object, signal: AbortSignal) => Promise<AsyncIterable<unknown>>;
  close: () => Promise<void>;
}>;

const never = 2 ** 31 - 1;

/** `http://host/v1` and `http://host` are the same server: its own routes are beside `/v1`. */
export const rootOf = (url: string): string => url.replace(/\/+$/, "").replace(/\/v1$/, "");

/**
 * Retries, time limits and logging are ours. The agent waits as long as it takes: Node's own fetch ends a request
 * whose headers take more than 300 s, whatever the SDK is told.
 */
export const createHttpClient = (url: string, apiKey: string | undefined): HttpClient => {
  const agent = new Agent({ headersTimeout: 0, bodyTimeout: 0, connect: { timeout: 15_000 } });
  const client = new OpenAI({
    baseURL: rootOf(url),
    apiKey: apiKey ?? "none",
    maxRetries: 0,
    timeout: never,
    logLevel: "off",
    fetch: createFetch(agent),
    organization: null,
    project: null,
    ...(apiKey === undefined ? { defaultHeaders: { Authorization: null } } : {}),
  });
  return {
    get: (path, signal) => client.get<unknown>(path, { signal }),
    post: (path, body, signal) => client.post<unknown>(path, { body, signal }),
    stream: (path, body, signal) =>
      client.post(path, { body, signal, stream: true }) as unknown as Promise<AsyncIterable<unknown>>,
    close: () => agent.destroy(),
  };
};
