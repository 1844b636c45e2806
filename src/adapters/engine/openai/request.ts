import { noUsage, LostIds, type Usage } from "./dialect.ts";
import { createDeadline, type Deadline } from "../http/deadline.ts";
import { Fault, toFault } from "../http/fault.ts";
import type { HttpClient } from "../http/client.ts";
import type { Pool } from "../http/pool.ts";
import type { Redact } from "../http/redact.ts";
import type { Try } from "./try.ts";

/** What every request of one engine shares. */
export type Requests = Readonly<{
  pool: Pool<HttpClient>;
  limits: Readonly<{ total: number; stall: number }>;
  redact: Redact;
  onTry: (tried: Try) => void;
  now: () => number;
}>;

/** Called with what a request brings while it comes. */
export type Tally = {
  /** Null where the server does not say. */ tokens: number | null;
  usage: Usage;
  drift: number | null;
};

export type Call = Readonly<{
  chain: string;
  session?: string | undefined;
  signal: AbortSignal;
  path: string;
  body: Readonly<Record<string, unknown>>;
  /** Takes an event; `enough`: the rest is not wanted. */
  onEvent: (event: unknown, tally: Tally) => "more" | "enough";
  /** Throws if the answer as a whole is not what was asked for. */
  onEnd: (tally: Tally) => void;
  drift: number | null;
  /** The wait for the first event is a hidden thought of any length: it says nothing about the server's load. */
  thinksFirst?: boolean;
  /** Of this request alone: a longer thought is waited for longer. */
  limits?: Requests["limits"];
}>;

async function* eventsOf(
  client: HttpClient,
  call: Call,
  signal: AbortSignal,
  alive: () => void,
): AsyncGenerator<unknown> {
  if (call.body["stream"] === true) yield* await client.stream(call.path, call.body, signal, alive, call.session);
  else yield await client.post(call.path, call.body, signal, call.session);
}

const readEvents = async (
  client: HttpClient,
  call: Call,
  { signal, touch }: Pick<Deadline, "signal" | "touch">,
  seen: (event: unknown) => "more" | "enough",
): Promise<void> => {
  for await (const event of eventsOf(client, call, signal, touch)) if (seen(event) === "enough") return;
  // A stream that ends as it is given up may look like one that is complete.
  if (signal.aborted) throw signal.reason;
};

/** Statuses of gateways that stopped waiting for an answer which the model may have given. */
const gaveUp: readonly (number | null)[] = [408, 499, 504, 524];

/** Whether tokens may have been decoded that nobody counted: not where the server refused, or was never reached. */
const mayHaveSpent = (failure: unknown, { began }: Readonly<{ began: boolean }>): boolean => {
  if (failure === null) return false;
  if (began || !(failure instanceof Fault)) return true;
  return failure.status === null ? !neverReached(failure) : gaveUp.includes(failure.status);
};

const neverReached = ({ message }: Fault): boolean =>
  /ECONNREFUSED|ENOTFOUND|EAI_|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT/.test(message);

/** A request given up by its caller is no fault; one that hit a deadline is the deadline's fault. */
const causeOf = (error: unknown, parent: AbortSignal, deadline: AbortSignal): unknown => {
  if (error instanceof LostIds) return error;
  if (parent.aborted) return parent.reason;
  return deadline.aborted ? deadline.reason : toFault(error);
};

/** One request: slot, deadline, events, and its report. */
export const request = (requests: Requests, call: Call): Promise<void> =>
  requests.pool.use(call.chain, call.signal, async ({ url, client }) => {
    const startedAt = requests.now();
    const tally: Tally = { tokens: 0, usage: noUsage, drift: call.drift };
    const deadline = createDeadline(call.signal, call.limits ?? requests.limits);
    let firstAt: number | null = null;
    let failure: unknown = null;
    try {
      await readEvents(client, call, deadline, (event) => {
        call.signal.throwIfAborted();
        firstAt ??= requests.now();
        deadline.touch();
        return call.onEvent(event, tally);
      });
      call.onEnd(tally);
    } catch (error) {
      failure = causeOf(error, call.signal, deadline.signal) ?? error;
    } finally {
      deadline.clear();
    }
    const costUnknown = call.thinksFirst === true && mayHaveSpent(failure, { began: firstAt !== null });
    requests.onTry(report(requests, { url, startedAt, tally, failure, costUnknown }));
    if (failure !== null) throw failure;
    return { value: undefined, waitMs: call.thinksFirst ? 0 : (firstAt ?? requests.now()) - startedAt };
  });

type Done = Readonly<{ url: string; startedAt: number; tally: Tally; failure: unknown; costUnknown: boolean }>;

const report = ({ redact, now }: Requests, { url, startedAt, tally, failure, costUnknown }: Done): Try => ({
  startedAt: new Date(startedAt).toISOString(),
  milliseconds: Math.round(now() - startedAt),
  endpoint: redact(url),
  status: failure instanceof Fault ? failure.status : 200,
  error:
    failure === null || failure instanceof LostIds
      ? null
      : redact(failure instanceof Error ? failure.message : "given up"),
  retryAfterMs: failure instanceof Fault ? failure.retryAfterMs : null,
  tokens: costUnknown ? null : tally.tokens,
  costUnknown,
  promptTokens: tally.usage.promptTokens,
  cachedTokens: tally.usage.cachedTokens,
  drift: tally.drift,
});
