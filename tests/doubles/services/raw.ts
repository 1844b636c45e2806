import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type Json = Record<string, unknown>;

export type Asked = Readonly<{
  method: string;
  path: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  text: string;
  body: Json;
}>;

/** What a service sends back: a body, or the lines of a stream as they are on the wire. */
export type Sent =
  | Readonly<{ status?: number; headers?: Record<string, string>; body: unknown }>
  | Readonly<{ lines: readonly string[]; cut?: boolean }>
  | Readonly<{ write: (response: ServerResponse) => void }>;

export type RawService = Readonly<{
  url: string;
  asked: Asked[];
  /** Those of one route. */
  bodies: (path: string) => readonly Json[];
  close: () => Promise<void>;
}>;

const parsed = (text: string): Json => {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return {};
  }
};

const send = (response: ServerResponse, sent: Sent): void => {
  if ("write" in sent) return sent.write(response);
  if ("lines" in sent) {
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (const line of sent.lines) response.write(line);
    if (sent.cut) setTimeout(() => response.socket?.destroy(), 5);
    else response.end();
    return;
  }
  const { status = 200, headers = {}, body } = sent;
  const isText = typeof body === "string";
  response.writeHead(status, { "content-type": isText ? "text/plain" : "application/json", ...headers });
  response.end(isText ? body : JSON.stringify(body));
};

/** A service over a real socket that answers as it is told. */
export const startService = async (
  answer: (asked: Asked, count: number) => Sent | Promise<Sent>,
  port = 0,
): Promise<RawService> => {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const text = Buffer.concat(chunks).toString();
      const path = (request.url ?? "").split("?")[0] ?? "";
      const one = { method: request.method ?? "", path, headers: request.headers, text, body: parsed(text) };
      asked.push(one);
      Promise.resolve(answer(one, asked.length - 1)).then(
        (sent) => send(response, sent),
        (error: unknown) => response.destroy(error as Error),
      );
    });
  });
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(port, "127.0.0.1", resolve));
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    bodies: (path) => asked.filter((one) => one.path === path).map(({ body }) => body),
    close,
  };
};

export const data = (value: unknown): string => `data: ${JSON.stringify(value)}\n\n`;

export const named = (event: string, value: Json): string =>
  `event: ${event}\ndata: ${JSON.stringify({ type: event, ...value })}\n\n`;

export const comment = (text: string): string => `: ${text}\n\n`;
