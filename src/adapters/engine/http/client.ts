import { Agent, request, type Dispatcher } from "undici";
import { eventsOf } from "./events.ts";
import { Fault, faultOf } from "./fault.ts";
import { readJson } from "./read-json.ts";

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

/** Characters of what a server may send. */
export type Bounds = Readonly<{
  /** An answer in one piece: a long thought, or the ids of a long prompt. */
  answer: number;
  /** Of an answer that is none of success: what is beyond is not read. */
  error: number;
  /** All events of one stream: a thought of 128,000 tokens with twenty alternatives each has a quarter of it. */
  stream: number;
}>;

export const bounds: Bounds = { answer: 64 * 2 ** 20, error: 2 ** 20, stream: 2 ** 30 };

const parsed = (text: string): unknown => {
  try {
    return readJson(text);
  } catch {
    return text;
  }
};

/** The text of an answer, or as much of it as `most` characters. */
const textOf = async ({ body }: Dispatcher.ResponseData, most: number): Promise<string> => {
  body.setEncoding("utf8");
  let text = "";
  for await (const part of body as AsyncIterable<string>) {
    text += part;
    if (text.length > most) break;
  }
  return text;
};

/** What is no JSON, such as a page of a proxy, is a text. */
const readBody = async (response: Dispatcher.ResponseData, most: number): Promise<unknown> => {
  const text = await textOf(response, most);
  if (text.length > most) throw new Fault("fatal", `an answer of more than ${most} characters`);
  return String(response.headers["content-type"] ?? "").includes("json") ? readJson(text) : text;
};

async function* heard(
  body: AsyncIterable<string>,
  most: number,
  alive: () => void,
): AsyncGenerator<string, void, undefined> {
  let length = 0;
  for await (const part of body) {
    alive();
    length += part.length;
    if (length > most) throw new Fault("fatal", `a stream of more than ${most} characters`);
    yield part;
  }
}

/**
 * Requests over undici itself: what the SDKs of services put around it costs as much again, and retries, time limits
 * and logging are ours. The agent waits as long as it takes: Node's own fetch ends a request whose headers take more
 * than 300 s. Follows no redirects.
 */
export const createHttpClient = (url: string, apiKey: string | undefined, most = bounds): HttpClient => {
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
    throw faultOf(statusCode, parsed(await textOf(response, most.error)), headers);
  };
  return {
    get: async (path, signal) => readBody(await send(path, signal), most.answer),
    post: async (path, body, signal, session) => readBody(await send(path, signal, body, session), most.answer),
    stream: async (path, body, signal, alive = () => undefined, session) => {
      const response = await send(path, signal, body, session);
      response.body.setEncoding("utf8");
      return eventsOf(heard(response.body as AsyncIterable<string>, most.stream, alive));
    },
    close: () => agent.destroy(),
  };
};
