import { UserError } from "../../../core/user-error.ts";

/**
 * `fatal`: the same request will fail again. `busy`: the server is there and asks for fewer requests.
 * `down`: the server or the way to it failed.
 */
export type FaultKind = "fatal" | "busy" | "down";

/** Why one request failed. */
export class Fault extends Error {
  readonly kind: FaultKind;
  readonly status: number | null;
  /** What the server asked for in Retry-After. */
  readonly retryAfterMs: number | null;

  constructor(
    kind: FaultKind,
    message: string,
    more: Readonly<{ status?: number; retryAfterMs?: number | null; cause?: unknown }> = {},
  ) {
    super(message, { cause: more.cause });
    this.name = "Fault";
    this.kind = kind;
    this.status = more.status ?? null;
    this.retryAfterMs = more.retryAfterMs ?? null;
  }
}

const number = (text: string | null): number | null =>
  text !== null && /^\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : null;

type Headers = Readonly<Record<string, string | string[] | undefined>>;

const headerOf = (headers: Headers, name: string): string | null => [headers[name] ?? null].flat()[0] ?? null;

/** Seconds or a date; `retry-after-ms` is finer where it is there. */
export const retryAfter = (headers: Headers, now: number): number | null => {
  const fine = number(headerOf(headers, "retry-after-ms"));
  if (fine !== null) return fine;
  const text = headerOf(headers, "retry-after");
  const seconds = number(text);
  if (seconds !== null) return seconds * 1000;
  const date = text === null ? Number.NaN : Date.parse(text);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
};

const kindOf = (status: number): FaultKind => {
  if (status === 429 || status === 503) return "busy";
  return status >= 500 || status === 408 || status === 409 || status === 425 ? "down" : "fatal";
};

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;

/** Servers say what is wrong as `error.message`, `message` or `detail`; proxies in a page. */
const saidIn = (body: unknown): string => {
  const error = fieldOf(body, "error") ?? body;
  const said = [fieldOf(error, "message"), fieldOf(body, "detail"), error].find((value) => value !== undefined);
  const text = typeof said === "string" ? said : (JSON.stringify(said) ?? "");
  return text.trim() === "" ? "no reason given" : text.slice(0, longest);
};

/** Of a page or a list of faults nobody reads more. */
const longest = 2000;

/** An answer with a status that is none of success. */
export const faultOf = (status: number, body: unknown, headers: Headers = {}): Fault =>
  new Fault(kindOf(status), `${status} ${saidIn(body)}`, { status, retryAfterMs: retryAfter(headers, Date.now()) });

const deepest = (error: Error): Error => (error.cause instanceof Error ? deepest(error.cause) : error);

const socketCode = /^(UND_ERR|ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_|EHOST|ENET|HPE_)/;

/** A cut socket and an unreadable body. */
const isSocketError = (error: unknown): error is Error =>
  error instanceof Error &&
  (error instanceof SyntaxError ||
    /^(terminated|fetch failed)$/.test(error.message) ||
    socketCode.test(codeOf(deepest(error))));

const codeOf = (error: Error): string => {
  const { code } = error as { code?: unknown };
  return typeof code === "string" ? code : "";
};

const socketMessage = (error: Error): string => {
  const cause = deepest(error);
  if (cause instanceof SyntaxError) return `unreadable answer: ${cause.message}`;
  return [codeOf(cause), cause.message].filter((part) => part !== "").join(" ") || error.message;
};

/** Sorts whatever a request threw; errors of our own code are given back as they are. */
export const toFault = (error: unknown): unknown => {
  if (error instanceof Fault || error instanceof UserError) return error;
  // Of a question that was given a time of its own.
  if (error instanceof DOMException && error.name === "TimeoutError") return new Fault("down", "no answer in time");
  return isSocketError(error) ? new Fault("down", socketMessage(error), { cause: error }) : error;
};
