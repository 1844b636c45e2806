import OpenAI, { APIError } from "openai";
import { Agent, fetch } from "undici";
import { rootOf, type HttpClient } from "../http/client.ts";
import { faultInEvent } from "../http/events.ts";
import { Fault, faultOf } from "../http/fault.ts";

/** Longer than any thought: time limits are the caller's. */
const never = 2 ** 31 - 1;

/** An error of the package as one of ours; the fault of a socket is given back with its cause. */
const asFault = (error: unknown): unknown => {
  if (!(error instanceof APIError) || (error.status === undefined && error.error === undefined)) return error;
  if (error.status === undefined) return faultInEvent({ error: error.error }) ?? new Fault("down", error.message);
  const headers = Object.fromEntries((error.headers as Headers | undefined) ?? []);
  return faultOf(error.status, error.error ?? error.message, headers);
};

const withFaults = async <T>(asked: Promise<T>): Promise<T> => {
  try {
    return await asked;
  } catch (error) {
    throw asFault(error);
  }
};

async function* eventsWithFaults(events: AsyncIterable<unknown>): AsyncGenerator<unknown, void, undefined> {
  try {
    yield* events;
  } catch (error) {
    throw asFault(error);
  }
}

/**
 * Requests through the `openai` package, which follows what services that speak its protocol change. Retries and time
 * limits are ours: Node's own fetch ends a request whose headers take more than 300 s, whatever the package is told.
 * Follows no redirects, so that a key stays with its host.
 */
export const createServiceClient = (url: string, apiKey: string | undefined): HttpClient => {
  const agent = new Agent({ headersTimeout: 0, bodyTimeout: 0, connect: { timeout: 15_000 } });
  const client = new OpenAI({
    baseURL: rootOf(url),
    apiKey: apiKey ?? "none",
    maxRetries: 0,
    timeout: never,
    logLevel: "off",
    fetch: fetch as unknown as typeof globalThis.fetch,
    fetchOptions: { dispatcher: agent, redirect: "manual" },
    organization: null,
    project: null,
    ...(apiKey === undefined ? { defaultHeaders: { Authorization: null } } : {}),
  });
  return {
    get: (path, signal) => withFaults(client.get<unknown>(path, { signal })),
    post: (path, body, signal) => withFaults(client.post<unknown>(path, { body, signal })),
    stream: async (path, body, signal) =>
      eventsWithFaults((await withFaults(client.post(path, { body, signal, stream: true }))) as AsyncIterable<unknown>),
    close: () => agent.destroy(),
  };
};
