import { Agent, type BodyInit, fetch, Response } from "undici";
import { bounds } from "../http/client.ts";
import { Fault, faultOf } from "../http/fault.ts";
import { checkShape, readJson } from "../http/read-json.ts";

type Fetch = typeof globalThis.fetch;

const parsed = (text: string): unknown => {
  try {
    return readJson(text);
  } catch {
    return text;
  }
};

/** The packages join an answer to one text. The answers of a whole batch may be as long as a text can be. */
const mostOf = (url: string, most: number): number => (/\/(content|results)$/.test(url) ? 2 ** 29 - 1 : most);

/** The same answer, whose bytes are told of as they come, unpacked; one that is too long is broken off. */
const heard = (response: Response, most: number, alive: () => void): Response => {
  if (!response.body) return response;
  let bytes = 0;
  const told = new TransformStream<Uint8Array, Uint8Array>({
    transform: (chunk, controller) => {
      alive();
      bytes += chunk.length;
      if (bytes > most) controller.error(new Fault("fatal", `an answer of more than ${most} bytes`));
      else controller.enqueue(chunk);
    },
  });
  const { status, statusText, headers } = response;
  return new Response(response.body.pipeThrough(told as never) as BodyInit, { status, statusText, headers });
};

/** Bytes of an answer, and of all events of one stream: a long thought. */
const mostAnswer = 256 * 2 ** 20;

/** Of an answer in one piece, which the packages read as it is. */
const mostWhole = 64 * 2 ** 20;

/** JSON in one piece, looked through before a package reads it; the lines of a batch, and events, are as they come. */
const whole = async (response: Response, text: Promise<string>): Promise<Response> => {
  const json = await text;
  checkShape(json);
  const { status, statusText, headers } = response;
  return new Response(json === "" ? null : json, { status, statusText, headers });
};

/** The beginning of an answer that is none of success: nobody reads more of it. */
const beginningOf = async (response: Response): Promise<string> => {
  const decoder = new TextDecoder();
  let text = "";
  for await (const part of response.body ?? []) {
    text += decoder.decode(part as Uint8Array, { stream: true });
    if (text.length > bounds.error) break;
  }
  return text;
};

/** What is below the clients of services: connections that wait as long as a thought takes. */
export type ServiceNet = Readonly<{
  /** `alive` is called for whatever comes, comments of a stream included, which the clients swallow. */
  fetch: (alive?: () => void) => Fetch;
  close: () => Promise<void>;
}>;

/**
 * Node's own fetch ends a request whose headers take more than 300 s, whatever a client is told. Answers that are none
 * of success are thrown as our own faults here, since clients keep neither lists of errors nor the headers. Follows no
 * redirects, so that a key stays with its host.
 */
export const createServiceNet = (most = mostAnswer): ServiceNet => {
  const agent = new Agent({ headersTimeout: 0, bodyTimeout: 0, connect: { timeout: 15_000 } });
  const fetchWith =
    (alive: () => void) =>
    async (...[input, init]: Parameters<typeof fetch>): Promise<Response> => {
      const response = await fetch(input, { ...init, dispatcher: agent, redirect: "manual" });
      if (!response.ok)
        throw faultOf(response.status, parsed(await beginningOf(response)), Object.fromEntries(response.headers));
      const isWhole = String(response.headers.get("content-type")).startsWith("application/json");
      const limit = mostOf(response.url, isWhole ? Math.min(most, mostWhole) : most);
      const bounded = heard(response, limit, alive);
      return isWhole && limit <= mostWhole ? whole(response, bounded.text()) : bounded;
    };
  return {
    fetch: (alive = () => undefined) => fetchWith(alive) as unknown as Fetch,
    close: () => agent.destroy(),
  };
};
