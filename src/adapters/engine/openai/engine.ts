import { UserError } from "../../../core/user-error.ts";
import type { Engine, EngineInfo, Host, Sampled, Span, Watch } from "../../../ports/engine.ts";
import { checkIds, checkSpan } from "../check-span.ts";
import { createHttpClient, rootOf, type HttpClient } from "../http/client.ts";
import { createDeadline } from "../http/deadline.ts";
import { Fault, toFault } from "../http/fault.ts";
import { createLifetime } from "../http/lifetime.ts";
import { createPool, type Pool } from "../http/pool.ts";
import { type Env, keyOf } from "../http/key-options.ts";
import { createRedact, redactAll, redactError, type Redact } from "../http/redact.ts";
import { defaultBackoff, persist, type Backoff } from "../http/retry.ts";
import { connect, type Connection } from "./connect.ts";
import type { ServerChat } from "./dialect.ts";
import { generateSpan } from "./generate.ts";
import { OpenAIOptions, type OpenAIInput } from "./options.ts";
import { probe } from "./probe.ts";
import { bosPutBy } from "./prompt-count.ts";
import type { Requests } from "./request.ts";
import type { Post } from "./server-codec.ts";
import { shows } from "./shows.ts";
import { generateText, type TextGenerator } from "./text.ts";
import type { Try } from "./try.ts";
import { noSignals } from "../../../core/signals.ts";
import { positionSeed } from "../position-seed.ts";
import { askedOf, givenBy } from "../top-options.ts";

export { OpenAIOptions, type OpenAIInput } from "./options.ts";
export type { Try } from "./try.ts";

export type OpenAIHooks = Readonly<{
  /** Called for every request for tokens, also for those that failed. */
  onTry?: (tried: Try) => void;
  /** Waits between tries. */
  backoff?: Partial<Backoff>;
}>;

/** Everything that requests of one engine have in common. */
type Wires = Readonly<{
  options: OpenAIOptions;
  pool: Pool<HttpClient>;
  clients: ReadonlyMap<string, HttpClient>;
  redact: Redact;
  requests: Requests;
  backoff: Backoff;
}>;

const wire = (options: OpenAIOptions, env: Env, hooks: OpenAIHooks): Wires => {
  const key = keyOf(options, env);
  const urls = [...new Set([options.base_url].flat().map(rootOf))];
  const redact = createRedact([key]);
  const clients = new Map(urls.map((url) => [url, createHttpClient(url, key)]));
  const now = Date.now;
  const pool = createPool(clients, options.concurrency, now);
  const { total, stall } = options.timeouts;
  const onTry = hooks.onTry ?? (() => undefined);
  const requests = {
    pool,
    limits: { total: total * 1000, stall: stall * 1000 },
    redact,
    onTry,
    now,
  };
  return { options, pool, clients, redact, requests, backoff: { ...defaultBackoff, ...hooks.backoff } };
};

const small = 20_000;

/** A small request that may be sent again, to whichever server is up. */
const poster = ({ pool, backoff, requests }: Wires, stopped: AbortSignal, patienceMs: () => number): Post => {
  const once = (path: string, body: object) =>
    pool.light("tokens", stopped, async (client) => {
      const { signal, clear } = createDeadline(stopped, { total: small, stall: small });
      try {
        return await client.post(path, body, signal);
      } catch (error) {
        throw signal.aborted ? signal.reason : toFault(error);
      } finally {
        clear();
      }
    });
  return (path, body) =>
    persist(() => once(path, body), {
      backoff,
      patienceMs: patienceMs(),
      signal: stopped,
      now: requests.now,
      progress: () => 0,
    });
};

type Generate = (span: Span, watch: Watch) => Promise<Sampled>;

const seedFor = ({ server }: Connection) => (server.isServe ? (chainSeed: number) => chainSeed : positionSeed);

type Manner = Readonly<{
  patienceMs: number;
  extras: boolean;
  /** What the server puts in front of a text by itself. */
  bos?: string | null;
  anyPromptCount?: boolean;
  onTry?: (tried: Try) => void;
  limits?: Requests["limits"];
}>;

/** One token is asked for: a server that needs longer for it is none to wait for, and a busy machine is no fault. */
const probeLimits = ({ stall }: Requests["limits"]): Requests["limits"] => {
  const silence = Math.min(60_000, Math.max(10_000, stall));
  return { total: silence, stall: silence };
};

const texter = (
  { options, requests, backoff }: Wires,
  connection: Connection,
  { patienceMs, extras, bos = null, anyPromptCount, onTry = requests.onTry, limits = requests.limits }: Manner,
): TextGenerator => ({
  requests: { ...requests, onTry, limits },
  model: options.model,
  seed: seedFor(connection),
  backoff,
  patienceMs,
  codec: connection.codec,
  eosIds: connection.eosIds,
  extras,
  bos,
  anyPromptCount: anyPromptCount ?? options.any_prompt_count,
});

const generator = (wires: Wires, connection: Connection, manner: Manner): Generate => {
  const { options } = wires;
  const { codec, dialect } = connection;
  const common = texter(wires, connection, manner);
  const vocabulary = options.vocabulary_size ?? codec.vocabulary;
  const { tokens } = dialect;
  if (tokens === null) return (span, watch) => generateText(common, span, watch);
  const given = givenBy(options);
  return (span, watch) => generateSpan({ ...common, dialect: tokens, given, vocabulary }, span, watch);
};

const refusesFields = (error: unknown): boolean => {
  const fault = error instanceof UserError ? error.cause : error;
  return fault instanceof Fault && (fault.status === 400 || fault.status === 422);
};

/** Whether a generic server takes fields beyond OpenAI's own; throws where it takes none of our requests. */
const tryOut = async (wires: Wires, connection: Connection): Promise<boolean> => {
  const { options } = wires;
  const prefix = await connection.codec.encode("1 2", true);
  const stops = connection.eosIds.map((id) => [id]);
  const attempt = (extras: boolean) => {
    const limits = probeLimits(wires.requests.limits);
    const once = { patienceMs: 0, extras, limits, anyPromptCount: true, onTry: () => undefined };
    const generate = generator(wires, connection, once);
    return probe({
      generate,
      prefix,
      stops,
      url: connection.url,
      client: connection.client,
      options,
      noIds: connection.dialect.noIds,
    });
  };
  try {
    await attempt(true);
    return true;
  } catch (error) {
    if (connection.dialect.tokens !== null || !refusesFields(error)) throw error;
  }
  await attempt(false);
  return false;
};

/** What a text-only server puts in front of every prompt. */
const bosOf = (
  { url, codec, server, tokenizer }: Connection,
  { model, any_prompt_count: anyPromptCount }: OpenAIOptions,
  post: Post,
): Promise<string | null> => {
  const bosText = server.bosText ?? tokenizer?.bosText ?? null;
  return bosPutBy({ url, post, model, codec, bosText, anyPromptCount });
};

const infoOf = ({ options, redact, clients }: Wires, connection: Connection, extras: boolean): EngineInfo => {
  const { dialect, model, logprobs, revision } = options;
  const { server, tokenizer } = connection;
  const exact = connection.dialect.tokens !== null;
  return {
    identity: {
      engine: "openai",
      dialect,
      ...redactAll(server.told, redact),
      ...(revision === undefined ? {} : { revision }),
      ...connection.dialect.identity,
      ...(exact ? {} : { tokenizer: tokenizer?.hash ?? null, extras }),
      // Chains without them cannot answer a method that needs them.
      ...(logprobs ? { logprobs } : {}),
      ...askedOf(options),
    },
    signals: exact ? givenBy(options) : noSignals,
    facts: {
      model,
      urls: [...clients.keys()].map(redact),
      silent: connection.silent.map(redact),
      ...redactAll(server.facts, redact),
      logprobs,
      exact,
      seeds: server.isServe ? "position" : "request",
    },
    contextLength: connection.contextLength,
    eosIds: connection.eosIds,
    vocabularySize: options.vocabulary_size ?? connection.codec.vocabulary,
    concurrency: options.concurrency * clients.size,
    chatTemplate: server.chatTemplate ?? tokenizer?.chatTemplate ?? null,
    bosText: server.bosText ?? tokenizer?.bosText ?? null,
    eosText: server.eosText ?? tokenizer?.eosText ?? null,
    vocabulary: connection.codec.tokens,
  };
};

/** The servers one by one; those that were silent at the start are not known. */
const hostsOf = (wires: Wires, connection: Connection, manner: Pick<Manner, "extras" | "bos">): readonly Host[] =>
  [...wires.clients]
    .filter(([url]) => !connection.silent.includes(url))
    .map(([url, client]) => {
      const pool = createPool(new Map([[url, client]]), wires.options.concurrency, Date.now);
      const ask = (logprobs: boolean) => {
        const alone = { ...wires, options: { ...wires.options, logprobs }, requests: { ...wires.requests, pool } };
        return generator(alone, connection, { ...manner, patienceMs: wires.options.timeouts.patience * 1000 });
      };
      const sample = async (span: Span, signal: AbortSignal): Promise<Sampled> => {
        const watch = { signal, chain: "fingerprint" };
        try {
          return await ask(true)(span, watch);
        } catch (error) {
          if (!refusesFields(error)) throw error;
          return ask(wires.options.logprobs)(span, watch);
        }
      };
      return { name: wires.redact(url), sample: guarded(wires.redact, sample) };
    });

/** All that leaves the engine as an error passes here. */
const guarded =
  <Args extends readonly unknown[], T>(redact: Redact, call: (...args: Args) => Promise<T>) =>
  async (...args: Args): Promise<T> => {
    try {
      return await call(...args);
    } catch (error) {
      throw redactError(error, redact);
    }
  };

type ChatIds = NonNullable<Engine["chatIds"]>;

/** Null where the server has no such route, or does not take what it is asked. */
const chatIdsOf =
  (chat: ServerChat): ChatIds =>
  async (messages, variables) => {
    try {
      return await chat(messages, variables);
    } catch (error) {
      if (error instanceof Fault && error.kind === "fatal") return null;
      throw error;
    }
  };

const open = async (wires: Wires): Promise<Engine> => {
  const { clients, pool, options, redact } = wires;
  const closing = new AbortController();
  let connected = false;
  const post = poster(wires, closing.signal, () => (connected ? options.timeouts.patience * 1000 : 0));
  const onSilent = (url: string) => pool.endpoints.find((endpoint) => endpoint.url === url)?.breaker.trip();
  const connection = await connect(clients, options, { post, onSilent });
  const extras = await tryOut(wires, connection);
  connected = true;
  const bos = connection.dialect.tokens === null ? await bosOf(connection, options, post) : null;
  const info = infoOf(wires, connection, extras);
  const manner = { patienceMs: options.timeouts.patience * 1000, extras, bos };
  const generate = generator(wires, connection, manner);
  const { codec } = connection;
  const chat = connection.dialect.chat?.(
    poster(wires, closing.signal, () => 0),
    options.model,
  );
  const lifetime = createLifetime();
  return {
    info,
    hosts: hostsOf(wires, connection, manner),
    tokenize: guarded(redact, (text, { special }) => codec.encode(text, special)),
    detokenize: guarded(redact, (ids) => {
      checkIds(ids, info);
      return codec.decode(ids);
    }),
    pieces: guarded(redact, (ids) => codec.pieces(ids)),
    marksIn: guarded(redact, (text) => codec.marksIn(text)),
    ...(chat ? { chatIds: guarded(redact, chatIdsOf(chat)) } : {}),
    generate: async (span, watch) => {
      checkSpan(span, info);
      return lifetime.within(watch.signal, async (signal) => {
        try {
          return await generate(span, { ...watch, signal });
        } catch (error) {
          // The caller may want to recognise its own reason.
          throw signal.aborted ? signal.reason : redactError(error, redact);
        }
      });
    },
    ...(connection.dialect.tokens === null
      ? { shows: guarded(redact, (id, signal) => shows(texter(wires, connection, manner), id, signal)) }
      : {}),
    close: async () => {
      const reason = new Error("the engine was closed");
      lifetime.end(reason);
      closing.abort(reason);
      await Promise.all([...clients.values()].map((client) => client.close()));
    },
  };
};

/**
 * A model of one OpenAI-compatible server or of several alike. Whatever is wrong with address, key, model or
 * dialect is a UserError here, before anything is spent.
 */
export const createOpenAIEngine = async (
  input: OpenAIInput,
  env: Env = process.env,
  hooks: OpenAIHooks = {},
): Promise<Engine> => {
  const wires = wire(OpenAIOptions.parse(input), env, hooks);
  try {
    return await open(wires);
  } catch (error) {
    await Promise.all([...wires.clients.values()].map((client) => client.close()));
    throw redactError(error, wires.redact);
  }
};
