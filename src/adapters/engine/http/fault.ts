import { APIConnectionError, APIError } from "openai";
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

/** Seconds or a date; `retry-after-ms` is finer where it is there. */
export const retryAfter = (headers: Headers | undefined, now: number): number | null => {
  const fine = number(headers?.get("retry-after-ms") ?? null);
  if (fine !== null) return fine;
  const text = headers?.get("retry-after") ?? null;
  const seconds = number(text);
  if (seconds !== null) return seconds * 1000;
  const date = text === null ? Number.NaN : Date.parse(text);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
};

const kindOf = (status: number): FaultKind => {
  if (status === 429 || status === 503) return "busy";
  return status >= 500 || status === 408 || status === 409 || status === 425 ? "down" : "fatal";
};

/** An error event inside a stream carries its status, if any, in `code`. */
const statusOf = (error: APIError): number | null => {
  if (error.status !== undefined) return error.status;
  const code = Number((error.error as { code?: unknown } | undefined)?.code);
  return Number.isInteger(code) && code >= 400 && code < 600 ? code : null;
};

const deepest = (error: Error): Error => (error.cause instanceof Error ? deepest(error.cause) : error);

const socketCode = /^(UND_ERR|ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_|EHOST|ENET|HPE_)/;

/** A cut socket is a TypeError ("terminated") and an unreadable body a SyntaxError: neither is an APIError. */
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
export const toFault = (error: unknown, now: number): unknown => {
  if (error instanceof Fault || error instanceof UserError) return error;
  if (error instanceof APIConnectionError) return new Fault("down", socketMessage(error), { cause: error });
  if (error instanceof APIError) {
    const status = statusOf(error);
    if (status === null) return new Fault("down", error.message, { cause: error });
    return new Fault(kindOf(status), error.message, {
      status,
      retryAfterMs: retryAfter(error.headers, now),
      cause: error,
    });
  }
  return isSocketError(error) ? new Fault("down", socketMessage(error), { cause: error }) : error;
};
