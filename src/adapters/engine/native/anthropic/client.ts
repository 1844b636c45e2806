import type { Anthropic } from "@anthropic-ai/sdk";
import { eventsWithFaults, never, withFaults } from "../client.ts";
import { faultInEvent } from "../../http/events.ts";
import { toFault } from "../../http/fault.ts";
import type { Entry, ServiceClient } from "../protocol.ts";
import { loadOptional } from "../load-optional.ts";
import { createServiceNet } from "../service-fetch.ts";

const load = () => loadOptional({ engine: "anthropic", name: "@anthropic-ai/sdk" }, () => import("@anthropic-ai/sdk"));

export type AnthropicPackage = Readonly<{ client: Anthropic; http: ServiceClient }>;

/** Requests through Anthropic's own package, which sends a body as it is given. Its retries and time limits are off. */
export const openAnthropic = async (url: string, apiKey: string): Promise<AnthropicPackage> => {
  const { Anthropic: Package, APIError } = await load();
  const net = createServiceNet();
  const client = new Package({
    baseURL: url.replace(/\/+$/, "").replace(/\/v1$/, ""),
    apiKey,
    maxRetries: 0,
    timeout: never,
    logLevel: "off",
    fetch: net.fetch(),
  });
  const sorted = (error: unknown): unknown => {
    if (error instanceof APIError && error.status === undefined && error.error !== undefined)
      return faultInEvent(error.error) ?? faultInEvent({ error: error.error }) ?? error;
    return toFault(error);
  };
  const hearing = (alive: () => void): Anthropic => client.withOptions({ fetch: net.fetch(alive) });
  return {
    client,
    http: {
      get: (path, signal) => withFaults(client.get<unknown>(path, { signal }), sorted),
      post: (path, body, signal) => withFaults(client.post<unknown>(path, { body, signal }), sorted),
      stream: async (path, body, signal, alive = () => undefined) =>
        eventsWithFaults(
          (await withFaults(
            hearing(alive).post(path, { body, signal, stream: true }) as Promise<unknown>,
            sorted,
          )) as AsyncIterable<unknown>,
          sorted,
        ),
      models: async (signal) => {
        const found: Entry[] = [];
        const pages = await withFaults(client.models.list({ limit: 1000 }, { signal }), sorted);
        for await (const entry of pages) found.push(entry as unknown as Entry);
        return found;
      },
      close: net.close,
    },
  };
};
