import { Agent, type BodyInit, fetch, Response } from "undici";
import { mostAnswer } from "../http/client.ts";
import { Fault, faultOf } from "../http/fault.ts";

type Fetch = typeof globalThis.fetch;

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
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
      const bounded = heard(response, mostOf(response.url, most), alive);
      if (response.ok) return bounded;
      throw faultOf(response.status, parsed(await bounded.text()), Object.fromEntries(response.headers));
    };
  return {
    fetch: (alive = () => undefined) => fetchWith(alive) as unknown as Fetch,
    close: () => agent.destroy(),
  };
};
