import OpenAI, { APIError } from "openai";
import { rootOf } from "../http/client.ts";
import { faultInEvent } from "../http/events.ts";
import { toFault } from "../http/fault.ts";
import type { Entry, ServiceClient } from "./protocol.ts";
import { createServiceNet } from "./service-fetch.ts";

/** Longer than any thought: time limits are the caller's. */
export const never = 2 ** 31 - 1;

type Listed = Readonly<{ data?: readonly Entry[] }>;

/** An error of a package as one of ours; the fault of a socket is given back with its cause. */
const asFault = (error: unknown): unknown => {
  if (error instanceof APIError && error.status === undefined && error.error !== undefined)
    return faultInEvent({ error: error.error }) ?? error;
  return toFault(error);
};

export const withFaults = async <T>(asked: Promise<T>, sorted = asFault): Promise<T> => {
  try {
    return await asked;
  } catch (error) {
    throw sorted(error);
  }
};

export async function* eventsWithFaults(
  events: AsyncIterable<unknown>,
  sorted = asFault,
): AsyncGenerator<unknown, void, undefined> {
  try {
    yield* events;
  } catch (error) {
    throw sorted(error);
  }
}

export type OpenAIPackage = Readonly<{ client: OpenAI; http: ServiceClient }>;

/**
 * Requests through the `openai` package, which follows what services that speak its protocol change. Its retries and
 * time limits are off. `prefix`: what its routes begin with.
 */
export const openOpenAI = (url: string, apiKey: string | undefined, prefix: string): OpenAIPackage => {
  const net = createServiceNet();
  const client = new OpenAI({
    baseURL: rootOf(url),
    apiKey: apiKey ?? "none",
    maxRetries: 0,
    timeout: never,
    logLevel: "off",
    fetch: net.fetch(),
    organization: null,
    project: null,
    ...(apiKey === undefined ? { defaultHeaders: { Authorization: null } } : {}),
  });
  const hearing = (alive: () => void): OpenAI => client.withOptions({ fetch: net.fetch(alive) });
  const get = (path: string, signal: AbortSignal): Promise<unknown> =>
    withFaults(client.get<unknown>(path, { signal }));
  return {
    client,
    http: {
      get,
      post: (path, body, signal) => withFaults(client.post<unknown>(path, { body, signal })),
      stream: async (path, body, signal, alive = () => undefined) =>
        eventsWithFaults(
          (await withFaults(hearing(alive).post(path, { body, signal, stream: true }))) as AsyncIterable<unknown>,
        ),
      models: async (signal) => ((await get(`${prefix}/models`, signal)) as Listed | null)?.data ?? [],
      close: net.close,
    },
  };
};
