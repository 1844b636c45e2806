import type { GenerateContentParameters, GoogleGenAI } from "@google/genai";
import { eventsWithFaults, withFaults } from "../client.ts";
import { Fault, toFault } from "../../http/fault.ts";
import type { Entry, ServiceClient } from "../protocol.ts";
import { loadOptional } from "../load-optional.ts";
import { createServiceNet } from "../service-fetch.ts";
import { faultInEvent } from "../../http/events.ts";

const load = () => loadOptional({ engine: "gemini", name: "@google/genai" }, () => import("@google/genai"));

/** In a stream the package throws what is wrong as JSON in a message. */
const faultIn = (message: string): Fault | null => {
  const json = /\{.*\}/s.exec(message)?.[0];
  try {
    return json === undefined ? null : faultInEvent(JSON.parse(json));
  } catch {
    return null;
  }
};

export const sorted = (error: unknown): unknown => {
  const fault = toFault(error);
  if (fault instanceof Fault || !(fault instanceof Error) || fault.name === "AbortError") return fault;
  if (fault.name === "ApiError") return faultIn(fault.message) ?? new Fault("down", fault.message);
  const unreadable = /^(Incomplete JSON|exception parsing stream|Response body is empty)/.test(fault.message);
  return unreadable ? new Fault("down", fault.message) : fault;
};

type Question = Readonly<{
  model: string;
  contents: string;
  config: Readonly<Record<string, unknown>>;
  extra?: Record<string, unknown>;
}>;

export type GeminiPackage = Readonly<{ client: GoogleGenAI; http: ServiceClient }>;

/** Requests through Google's own package; it tries once and waits as long as it is let. */
export const openGemini = async (url: string, apiKey: string): Promise<GeminiPackage> => {
  const { GoogleGenAI: Package } = await load();
  const net = createServiceNet();
  const baseUrl = url.replace(/\/+$/, "");
  const client = new Package({ apiKey, enterprise: false, httpOptions: { baseUrl, fetch: net.fetch() } });
  const asked = ({ model, contents, config, extra }: Question, signal: AbortSignal, alive = () => undefined as void) =>
    ({
      model,
      contents,
      config: {
        ...config,
        abortSignal: signal,
        httpOptions: { fetch: net.fetch(alive), ...(extra ? { extraBody: extra } : {}) },
      },
    }) as GenerateContentParameters;
  return {
    client,
    http: {
      get: () => Promise.reject(new Error("the package has no plain requests")),
      post: (_, body, signal) => withFaults(client.models.generateContent(asked(body as Question, signal)), sorted),
      stream: async (_, body, signal, alive) =>
        eventsWithFaults(
          await withFaults(client.models.generateContentStream(asked(body as Question, signal, alive)), sorted),
          sorted,
        ),
      models: async (signal) => {
        const found: Entry[] = [];
        const pages = client.models.list({ config: { pageSize: 1000, abortSignal: signal } });
        for await (const { name } of await withFaults(pages, sorted)) found.push({ id: name });
        return found;
      },
      close: net.close,
    },
  };
};
