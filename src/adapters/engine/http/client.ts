import { Agent, request, type Dispatcher } from "undici";
import { eventsOf } from "./events.ts";
import { Fault, faultOf } from "./fault.ts";

/** JSON out, JSON or a stream of JSON events in. */
export type HttpClient = Readonly<{
  get: (path: string, signal: AbortSignal) => Promise<unknown>;
  /** `session`: what a router in front of several servers keeps on one of them. */
  post: (path: string, body: object, signal: AbortSignal, session?: string) => Promise<unknown>;
  /** `alive` is called for whatever comes, comments between the events included. */
  stream: (
    path: string,
    body: object,
    signal: AbortSignal,
    alive?: () => void,
    session?: string,
  ) => Promise<AsyncIterable<unknown>>;
  close: () => Promise<void>;
}>;

/** `http://host/v1` and `http://host` are the same server: its own routes are beside `/v1`. */
export const rootOf = (url: string): string => url.replace(/\/+$/, "").replace(/\/v1$/, "");

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
};

/** Characters of an answer that comes in one piece: a long thought with the log-probabilities of many alternatives. */
export const mostAnswer = 256 * 2 ** 20;

const textOf = async ({ body }: Dispatcher.ResponseData): Promise<string> => {
  body.setEncoding("utf8");
  let text = "";
  for await (const part of body as AsyncIterable<string>) {
    text += part;
    if (text.length > mostAnswer) throw new Fault("fatal", `an answer of more than ${mostAnswer} characters`);
  }
  return text;
};

/** What is no JSON, such as a page of a proxy, is a text. */
const readBody = async (response: Dispatcher.ResponseData): Promise<unknown> => {
  const text = await textOf(response);
  return String(response.headers["content-type"] ?? "").includes("json") ? (JSON.parse(text) as unknown) : text;
};

async function* heard(body: AsyncIterable<string>, alive: () => void): AsyncGenerator<string, void, undefined> {
  for await (const part of body) {
    alive();
    yield part;
  }
}

/**
 * Requests over undici itself: what the SDKs of services put around it costs as much again, and retries, time limits
 * and logging are ours. The agent waits as long as it takes: Node's own fetch ends a request whose headers take more
 * than 300 s. Follows no redirects.
 */
export const createHttpClient = (url: string, apiKey: string | undefined): HttpClient => {
  const agent = new Agent({ headersTimeout: 0, bodyTimeout: 0, connect: { timeout: 15_000 } });
  const root = rootOf(url);
  const common = {
    accept: "application/json",
    "user-agent": "overthink",
    ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
  };
  const withBody = { ...common, "content-type": "application/json" };
  const headersFor = (session: string | undefined) =>
    session === undefined ? withBody : { ...withBody, "x-session-id": session, "x-smg-routing-key": session };
  const send = async (
    path: string,
    signal: AbortSignal,
    body?: object,
    session?: string,
  ): Promise<Dispatcher.ResponseData> => {
    const response = await request(root + path, {
      dispatcher: agent,
      method: body === undefined ? "GET" : "POST",
      headers: body === undefined ? common : headersFor(session),
      body: body === undefined ? null : JSON.stringify(body),
      signal,
    });
    const { statusCode, headers } = response;
    if (statusCode >= 200 && statusCode < 300) return response;
    throw faultOf(statusCode, parsed(await textOf(response)), headers);
  };
  return {
    get: async (path, signal) => readBody(await send(path, signal)),
    post: async (path, body, signal, session) => readBody(await send(path, signal, body, session)),
    stream: async (path, body, signal, alive = () => undefined, session) => {
      const response = await send(path, signal, body, session);
      response.body.setEncoding("utf8");
      return eventsOf(heard(response.body as AsyncIterable<string>, alive));
    },
    close: () => agent.destroy(),
  };
};
