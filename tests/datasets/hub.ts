import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createHash } from "node:crypto";
import { afterAll } from "vitest";

export type Seen = Readonly<{
  host: "hub" | "cdn";
  url: string;
  authorization: string | undefined;
  range: string | undefined;
}>;

/** What the stand-in for the Hub does; tests change it as they go. */
export type Behaviour = {
  content: Buffer;
  /** Send elsewhere for the content, as the Hub does for large files. */
  redirect: boolean;
  gated: boolean;
  /** Accounts that accepted the terms. */
  tokens: readonly string[];
  /** Bytes after which a connection breaks, one entry a download. */
  breaks: number[];
  /** Bytes that the client has in its file; a connection breaks when it has what was sent. */
  stored: number;
  /** Answers to give before any other: status and headers. */
  answers: { status: number; headers?: Record<string, string> }[];
  /** Stop sending after this many bytes, but keep the connection. */
  stallAfter: number | null;
  weakEtag: boolean;
};

const etagOf = (content: Buffer): string => `"${createHash("sha256").update(content).digest("hex").slice(0, 16)}"`;

const listen = async (handler: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> => {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const gate = (request: IncomingMessage, response: ServerResponse, { gated, tokens }: Behaviour): boolean => {
  if (!gated) return true;
  const token = request.headers.authorization?.replace("Bearer ", "");
  if (token !== undefined && tokens.includes(token)) return true;
  response.writeHead(
    token === undefined || token === "wrong" ? 401 : 403,
    token === "wrong" ? {} : { "x-error-code": "GatedRepo" },
  );
  response.end();
  return false;
};

const send = (request: IncomingMessage, response: ServerResponse, behaviour: Behaviour): void => {
  const { content, weakEtag, stallAfter } = behaviour;
  const etag = `${weakEtag ? "W/" : ""}${etagOf(content)}`;
  const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0);
  const partial = from > 0 && request.headers["if-range"] === etag;
  if (partial && from >= content.length) {
    response.writeHead(416).end();
    return;
  }
  const body = partial ? content.subarray(from) : content;
  const range = { "content-range": `bytes ${from}-${content.length - 1}/${content.length}` };
  response.writeHead(partial ? 206 : 200, { etag, "content-length": body.length, ...(partial ? range : {}) });
  const cut = behaviour.breaks.shift();
  if (stallAfter !== null) response.write(body.subarray(0, stallAfter));
  else if (cut === undefined) response.end(body);
  else breakOff(response, { body: body.subarray(0, cut), behaviour, from: partial ? from : 0 });
};

const breakOff = (
  response: ServerResponse,
  { body, behaviour, from }: Readonly<{ body: Buffer; behaviour: Behaviour; from: number }>,
): void => {
  behaviour.stored = from;
  response.write(body);
  const looking = setInterval(() => {
    if (behaviour.stored >= from + body.length) response.destroy();
  }, 5);
  response.on("close", () => clearInterval(looking));
};

/** Two servers on this machine that behave like the Hub and the host of its large files. */
export const startHub = async (): Promise<Readonly<{ endpoint: string; seen: Seen[]; behaviour: Behaviour }>> => {
  const seen: Seen[] = [];
  const behaviour = {} as Behaviour;
  const note = (host: Seen["host"], { url = "", headers }: IncomingMessage): number =>
    seen.push({ host, url, authorization: headers.authorization, range: headers.range });
  const cdn = await listen((request, response) => {
    note("cdn", request);
    send(request, response, behaviour);
  });
  const endpoint = await listen((request, response) => {
    note("hub", request);
    const answer = behaviour.answers.shift();
    if (answer) return void response.writeHead(answer.status, answer.headers).end();
    if (!gate(request, response, behaviour)) return;
    const etag = etagOf(behaviour.content);
    const linked = { "x-linked-etag": etag, "x-repo-commit": "c".repeat(40) };
    if (behaviour.redirect) return void response.writeHead(302, { location: `${cdn}/blob`, ...linked }).end();
    if (request.headers["if-none-match"] === etag) return void response.writeHead(304).end();
    response.setHeader("x-repo-commit", "c".repeat(40));
    send(request, response, behaviour);
  });
  return { endpoint, seen, behaviour };
};

export const calm = (content: string): Behaviour => ({
  content: Buffer.from(content),
  redirect: false,
  gated: false,
  tokens: ["good"],
  breaks: [],
  stored: 0,
  answers: [],
  stallAfter: null,
  weakEtag: false,
});
