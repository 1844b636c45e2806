import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What can go wrong with one request for tokens. */
export type Mishap =
  | { kind: "status"; status: number; retryAfter?: string }
  /** The socket dies in mid-body. */
  | { kind: "reset" }
  | { kind: "garbage" }
  /** All tokens come, then the stream closes without saying why. */
  | { kind: "endless" }
  | { kind: "stall" }
  /** Closed in the middle of an event. */
  | { kind: "truncated" }
  | { kind: "bad-id" };

/** The events of an answer; the last ones carry no ids. */
export type Answer = Readonly<{ events: readonly unknown[]; done: boolean; whole?: unknown }>;

export type Refusal = Readonly<{ status: number; body: unknown }>;

export type Route = (body: Record<string, unknown>, request: IncomingMessage) => unknown;

export type DoubleOptions = Readonly<{
  routes: Readonly<Record<string, Route>>;
  /** Routes whose handlers give an Answer, and which mishaps befall. */
  generating: readonly string[];
  mishap?: (count: number) => Mishap | null;
  key?: string;
  port?: number;
  /** Wait before each event. */
  delayMs?: number;
  corrupt?: (event: unknown) => unknown;
  errorBody: (status: number, message: string) => unknown;
}>;

export type Double = Readonly<{
  url: string;
  port: number;
  /** Bodies of the requests for tokens. */
  bodies: Record<string, unknown>[];
  /** Requests of any kind. */
  asked: () => number;
  inFlight: () => number;
  close: () => Promise<void>;
}>;

export const refuse = (status: number, body: unknown): Refusal & { refusal: true } => ({ refusal: true, status, body });

const readBody = async (request: IncomingMessage): Promise<Record<string, unknown>> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
};

const sendJson = (
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void => {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(typeof body === "string" ? body : JSON.stringify(body));
};

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

const event = (value: unknown): string => `data: ${JSON.stringify(value)}\n\n`;

const streamAnswer = async (
  response: ServerResponse,
  answer: Answer,
  options: DoubleOptions,
  mishap: Mishap | null,
): Promise<void> => {
  response.writeHead(200, { "content-type": "text/event-stream" });
  const half = Math.ceil(answer.events.length / 2);
  for (const [at, value] of answer.events.entries()) {
    if (response.destroyed) return;
    if (options.delayMs) await pause(options.delayMs);
    if (at === half && mishap && mishap.kind !== "endless" && mishap.kind !== "bad-id")
      return breakOff(response, mishap, value);
    if (mishap?.kind === "endless" && at >= answer.events.length - 2) return void response.end();
    const bad = mishap?.kind === "bad-id" && at === half - 1;
    response.write(event(bad ? options.corrupt?.(value) : value));
  }
  response.end(answer.done ? "data: [DONE]\n\n" : undefined);
};

const breakOff = async (response: ServerResponse, mishap: Mishap, value: unknown): Promise<void> => {
  if (mishap.kind === "garbage") return void response.end('data: {"choices": [nonsense\n\n');
  if (mishap.kind === "truncated") return void response.end(event(value).slice(0, 12));
  // What was written before shall arrive first.
  await pause(5);
  if (mishap.kind === "reset") response.socket?.destroy();
};

const wholeAnswer = (response: ServerResponse, answer: Answer, options: DoubleOptions, mishap: Mishap | null): void => {
  const text = JSON.stringify(mishap?.kind === "bad-id" ? options.corrupt?.(answer.whole) : answer.whole);
  if (mishap === null || mishap.kind === "bad-id") return sendJson(response, 200, text);
  if (mishap.kind === "garbage") return sendJson(response, 200, "<html>not found</html>");
  if (mishap.kind === "stall") return;
  response.writeHead(200, { "content-type": "application/json", "content-length": String(text.length) });
  response.write(text.slice(0, text.length / 2));
  setTimeout(() => response.socket?.destroy(), 5);
};

const isAnswer = (value: unknown): value is Answer => typeof value === "object" && value !== null && "events" in value;

/** A server with the manners of a real one, and its mishaps on demand. */
export const startDouble = async (options: DoubleOptions): Promise<Double> => {
  const bodies: Record<string, unknown>[] = [];
  let open = 0;
  let count = 0;
  let asked = 0;

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = (request.url ?? "").split("?")[0] ?? "";
    const body = await readBody(request);
    asked += 1;
    const fail = (status: number, message: string, headers = {}) =>
      sendJson(response, status, options.errorBody(status, message), headers);
    const authorization = request.headers.authorization;
    if (options.key !== undefined && authorization !== `Bearer ${options.key}`)
      return fail(401, `invalid key ${authorization ?? ""}`);
    const route = options.routes[`${request.method} ${path}`];
    if (!route) return fail(404, "Not Found");
    const generating = options.generating.includes(path);
    const mishap = generating ? (options.mishap?.(count) ?? null) : null;
    if (generating) bodies.push(body);
    if (generating) count += 1;
    if (mishap?.kind === "status")
      return fail(
        mishap.status,
        `mishap; you sent ${authorization ?? ""}`,
        mishap.retryAfter === undefined ? {} : { "retry-after": mishap.retryAfter },
      );
    const result = route(body, request);
    if (typeof result === "object" && result !== null && "refusal" in result)
      return sendJson(response, (result as unknown as Refusal).status, (result as unknown as Refusal).body);
    if (!isAnswer(result)) return sendJson(response, 200, result);
    return body["stream"] === true
      ? streamAnswer(response, result, options, mishap)
      : wholeAnswer(response, result, options, mishap);
  };

  const server = createServer((request, response) => {
    open += 1;
    response.on("close", () => (open -= 1));
    answer(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve, reject) =>
    server.once("error", reject).listen(options.port ?? 0, "127.0.0.1", resolve),
  );
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${port}`, port, bodies, asked: () => asked, inFlight: () => open, close };
};
