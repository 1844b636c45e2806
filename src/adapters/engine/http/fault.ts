import { UserError } from "../../../core/user-error.ts";
import { waitOf } from "./waits.ts";

export { retryAfter } from "./waits.ts";

/**
 * `fatal`: the same request will fail again. `busy`: the server is there and asks for fewer requests.
 * `down`: the server or the way to it failed.
 */
export type FaultKind = "fatal" | "busy" | "down";

type FaultDetails = Readonly<{
  status?: number;
  retryAfterMs?: number | null;
  moderated?: boolean;
  brokenOff?: string;
  cause?: unknown;
}>;

/** Why one request failed. */
export class Fault extends Error {
  readonly kind: FaultKind;
  readonly status: number | null;
  /** What the server asked for in Retry-After, or says it in another way. */
  readonly retryAfterMs: number | null;
  /** The question was looked through and turned away; nothing was decoded. */
  readonly moderated: boolean;
  /** The word with which a reply broke off; null where none did. */
  readonly brokenOff: string | null;

  constructor(kind: FaultKind, message: string, more: FaultDetails = {}) {
    super(message, { cause: more.cause });
    this.name = "Fault";
    this.kind = kind;
    this.status = more.status ?? null;
    this.retryAfterMs = more.retryAfterMs ?? null;
    this.moderated = more.moderated ?? false;
    this.brokenOff = more.brokenOff ?? null;
  }
}

type Headers = Readonly<Record<string, string | string[] | undefined>>;

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;

/** Some services wrap an error in a list. */
const errorIn = (body: unknown): unknown => {
  const first: unknown = Array.isArray(body) ? body[0] : body;
  return fieldOf(first, "error") ?? first;
};

/** Servers say what is wrong as `error.message`, `message` or `detail`; proxies in a page. */
const saidIn = (body: unknown): string => {
  const error = errorIn(body);
  const said = [fieldOf(error, "message"), fieldOf(body, "detail"), error].find((value) => value !== undefined);
  const text = typeof said === "string" ? said : jsonOf(said);
  return text.trim() === "" ? "no reason given" : text.slice(0, longest);
};

/** A value of a server written out, which may be nested too deep for that. */
export const jsonOf = (value: unknown): string => {
  try {
    return JSON.stringify(value) ?? "";
  } catch {
    return "what it says is nested too deep"; // the parser bears more than the writer
  }
};

/** Of a page or a list of faults nobody reads more. */
const longest = 2000;

/** Codes and types by which services say that the money is used up: no waiting helps. */
const unpaid = /insufficient_quota|billing_hard_limit|insufficient_balance|credit_balance/i;

const namesOf = (error: unknown): string => {
  const names = ["code", "type"].map((name) => fieldOf(error, name));
  return names.filter((name) => typeof name === "string").join(" ");
};

type Answered = Readonly<{ status: number; error: unknown; waitMs: number | null }>;

/** 529 is Anthropic's word for 503. A 402 that names a wait passes, any other one asks for money. */
const kindOf = ({ status, error, waitMs }: Answered): FaultKind => {
  if (unpaid.test(namesOf(error))) return "fatal";
  if (status === 429 || status === 503 || status === 529) return "busy";
  if (status === 402) return waitMs === null ? "fatal" : "busy";
  return status >= 500 || status === 408 || status === 409 || status === 425 ? "down" : "fatal";
};

/** Codes by which services turn a question away for what it says. */
const flagged = /content_filter|content_policy|moderation|invalid_prompt|ResponsibleAIPolicyViolation/i;

/** OpenRouter answers 403 both to a wrong key and to a question that a moderation flagged, which it then names. */
const isModerated = ({ status, error }: Answered): boolean => {
  if (status < 400 || status >= 500) return false;
  const metadata = fieldOf(error, "metadata");
  const names = fieldOf(metadata, "reasons") ?? fieldOf(metadata, "flagged_input");
  return names !== undefined || flagged.test(namesOf(error));
};

/** An answer with a status that is none of success. */
export const faultOf = (status: number, body: unknown, headers: Headers = {}): Fault => {
  const error = errorIn(body);
  const answered = { status, error, waitMs: waitOf(headers, error, Date.now()) };
  return new Fault(kindOf(answered), `${status} ${saidIn(body)}`, {
    status,
    retryAfterMs: answered.waitMs,
    moderated: isModerated(answered),
  });
};

const deepest = (error: Error): Error => (error.cause instanceof Error ? deepest(error.cause) : error);

const socketCode = /^(UND_ERR|ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_|EHOST|ENET|HPE_)/;

/** A cut socket and an unreadable body. */
const isSocketError = (error: unknown): error is Error =>
  error instanceof Error &&
  (error instanceof SyntaxError ||
    /^(terminated|fetch failed)$/.test(error.message) ||
    deepest(error).name === "HTTPParserError" || // of a code that is not always there
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

/** Clients of services wrap what was thrown under them. */
const faultWithin = (error: unknown): Fault | null => {
  if (!(error instanceof Error)) return null;
  return error.cause instanceof Fault ? error.cause : faultWithin(error.cause);
};

/** Sorts whatever a request threw; errors of our own code are given back as they are. */
export const toFault = (error: unknown): unknown => {
  if (error instanceof Fault || error instanceof UserError) return error;
  // Of a question that was given a time of its own.
  if (error instanceof DOMException && error.name === "TimeoutError") return new Fault("down", "no answer in time");
  const within = faultWithin(error);
  if (within) return within;
  return isSocketError(error) ? new Fault("down", socketMessage(error), { cause: error }) : error;
};
