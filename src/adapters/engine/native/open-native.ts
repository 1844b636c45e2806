import { Interrupted } from "../../../core/ending.ts";
import type {
  Batches,
  Knobs,
  NativeEngine,
  NativeInfo,
  NativeRequest,
  NativeResponse,
} from "../../../ports/native-engine.ts";
import { Fault } from "../http/fault.ts";
import type { Patient } from "./batch-lines.ts";
import { moderatedResponse } from "./moderated.ts";
import { createLifetime } from "../http/lifetime.ts";
import { createPool } from "../http/pool.ts";
import { createRedact, redactAll, redactError } from "../http/redact.ts";
import { defaultBackoff, persist, type Backoff } from "../http/retry.ts";
import type { Codec } from "../openai/codec.ts";
import type { OpenAIHooks } from "../openai/engine.ts";
import { request, type Requests } from "../openai/request.ts";
import { countedBy } from "./count-thought.ts";
import { deadlinesFor } from "./deadlines.ts";
import { type Address, explain, greet } from "./greet.ts";
import { batchOf, type CommonOptions } from "./options.ts";
import type { Entry, Protocol, ServiceClient } from "./protocol.ts";
import { rootOf } from "../http/client.ts";

/** What sets one service apart from another. */
export type Service = Readonly<{
  http: ServiceClient;
  protocol: Protocol;
  /** Null where the service takes none. */
  batches: ((patient: Patient) => Batches) | null;
  /** Counts a thought that is shown and not counted. */
  counter: Codec | null;
  url: string;
  key: string | undefined;
  api_key_env: string | undefined;
  stream: boolean;
  identity: (told: Entry) => Readonly<Record<string, unknown>>;
}>;

type Asking = Readonly<{
  service: Service;
  options: CommonOptions;
  requests: Requests;
  backoff: Backoff;
}>;

const noKnobs: Knobs = { effort: null, thinkingBudget: null, maxOutputTokens: null };

/** A model that keeps breaking off is paid for each time. */
const mostInterruptions = 3;

/** One try: a request of its own, since a broken thought cannot be continued. */
const once = async (
  { service, options, requests }: Asking,
  asked: NativeRequest,
  watch: Watch,
): Promise<NativeResponse> => {
  const { protocol, stream, counter } = service;
  const reader = protocol.reader();
  let response: NativeResponse | null = null;
  await request(requests, {
    ...watch,
    path: protocol.path,
    body: protocol.body(asked),
    drift: null,
    thinksFirst: true,
    limits: deadlinesFor(asked.knobs, { ...options, stream }),
    onEvent: (event, tally) => {
      reader.take(event);
      tally.tokens = null;
      return "more";
    },
    onEnd: (tally) => {
      response = reader.response();
      const { prompt, cached, output } = response.tokens;
      tally.tokens = output;
      tally.usage = { promptTokens: prompt, cachedTokens: cached, completionTokens: output };
    },
  });
  if (response === null) throw new Error("a request ended without its response");
  return countedBy(counter, response);
};

type Watch = Readonly<{ chain: string; signal: AbortSignal }>;

/** One question until it is answered. */
const answer = (asking: Asking, asked: NativeRequest, watch: Watch): Promise<NativeResponse> => {
  let broken = 0;
  const attempt = async (): Promise<NativeResponse> => {
    try {
      return await once(asking, asked, watch);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      if (error.moderated) return moderatedResponse(error);
      if (error.brokenOff !== null && error.brokenOff !== "none") broken += 1;
      if (broken < mostInterruptions) throw error;
      throw new Interrupted(`${error.message}, ${broken} times`, error.brokenOff ?? "", { cause: error });
    }
  };
  return persist(attempt, {
    backoff: asking.backoff,
    patienceMs: asking.options.timeouts.patience * 1000,
    signal: watch.signal,
    now: asking.requests.now,
    progress: () => 0,
  });
};

/** What a gateway will leave out of the requests, where it says so. */
const droppedFields = (protocol: Protocol, supported: readonly string[] | null): readonly string[] => {
  if (supported === null) return [];
  const sampled = { temperature: 0.5, topP: 0.5, topK: 5, minP: 0.5 };
  const body = protocol.body({ question: "", knobs: noKnobs, sampling: sampled, seed: 1 });
  return ["temperature", "top_p", "top_k", "min_p", "seed"].filter((name) => name in body && !supported.includes(name));
};

const notesOf = (protocol: Protocol, supported: readonly string[] | null): readonly string[] => {
  const dropped = droppedFields(protocol, supported);
  return dropped.length === 0 ? [] : [`its server drops what this model does not take: ${dropped.join(", ")}`];
};

/** What is looked up about a batch may be looked up again. */
const patientOf =
  ({ backoff, options, requests }: Asking): Patient =>
  (call) =>
    persist(call, {
      backoff,
      patienceMs: options.timeouts.patience * 1000,
      signal: new AbortController().signal,
      now: requests.now,
      progress: () => 0,
    });

type Safely = <T>(signal: AbortSignal, act: (mine: AbortSignal) => Promise<T>) => Promise<T>;

/** All that leaves as an error is explained, and holds no key. */
const guarded = (batches: Batches, safely: Safely): Batches => ({
  mostBytes: batches.mostBytes,
  submit: (lines, token, signal) => safely(signal, (mine) => batches.submit(lines, token, mine)),
  find: (lookup, signal) => safely(signal, (mine) => batches.find(lookup, mine)),
  state: (batch, signal) => safely(signal, (mine) => batches.state(batch, mine)),
  results: async function* (batch, signal) {
    const lines = batches.results(batch, signal)[Symbol.asyncIterator]();
    for (;;) {
      const { value, done } = await safely(signal, () => lines.next());
      if (done) return;
      yield value;
    }
  },
});

/** An engine of one service; whatever is wrong with address, key or name is a UserError here. */
export const openNative = async (
  service: Service,
  options: CommonOptions,
  hooks: OpenAIHooks,
): Promise<NativeEngine> => {
  const { http, key, protocol, stream, batches } = service;
  const root = rootOf(service.url);
  const redact = createRedact([key]);
  const now = () => Date.now();
  const requests: Requests = {
    pool: createPool(new Map([[root, http]]), options.concurrency, now),
    limits: deadlinesFor(noKnobs, { ...options, stream }),
    redact,
    onTry: hooks.onTry ?? (() => undefined),
    now,
  };
  const asking = { service, options, requests, backoff: { ...defaultBackoff, ...hooks.backoff } };
  const address: Address = { url: root, api_key_env: service.api_key_env };
  const lifetime = createLifetime();
  const leave = async (reason: Error): Promise<void> => {
    lifetime.end(reason);
    await http.close();
  };
  const { told, supported } = await greet(http, address, options.model).catch(async (error: unknown) => {
    await leave(new Error("never opened"));
    throw redactError(error, redact);
  });
  const safely: Safely = (signal, act) =>
    lifetime.within(signal, async (mine) => {
      try {
        return await act(mine);
      } catch (error) {
        // The caller may want to recognise its own reason.
        throw mine.aborted ? mine.reason : redactError(explain(error, address), redact);
      }
    });
  const info: NativeInfo = {
    identity: service.identity(redactAll(told, redact)),
    facts: { url: redact(service.url), stream, counts: "as reported by the server" },
    contextLength: options.context_length ?? null,
    concurrency: options.concurrency,
    notes: notesOf(protocol, supported),
  };
  const wanted = batchOf(options);
  return {
    info,
    respond: (asked, { signal, chain }) => safely(signal, (mine) => answer(asking, asked, { signal: mine, chain })),
    ...(wanted && batches
      ? {
          batches: {
            service: guarded(batches(patientOf(asking)), safely),
            pollSeconds: wanted.poll_seconds,
            maxLines: wanted.max_lines,
          },
        }
      : {}),
    close: () => leave(new Error("the engine was closed")),
  };
};
