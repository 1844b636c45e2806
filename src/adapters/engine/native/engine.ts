import { providerOf } from "../../../core/provider.ts";
import { UserError } from "../../../core/user-error.ts";
import type { NativeEngine, NativeRequest, NativeResponse } from "../../../ports/native-engine.ts";
import { rootOf, type HttpClient } from "../http/client.ts";
import { Fault, toFault } from "../http/fault.ts";
import { type Env, keyOf } from "../http/key-options.ts";
import { createLifetime } from "../http/lifetime.ts";
import { createPool } from "../http/pool.ts";
import { createRedact, redactAll, redactError } from "../http/redact.ts";
import { defaultBackoff, persist, type Backoff } from "../http/retry.ts";
import { createServiceClient } from "./client.ts";
import { fieldsOf, knobBody } from "./knobs.ts";
import { OpenAINativeOptions, type OpenAINativeInput } from "./options.ts";
import { emptyReply, readReply, responseOf } from "./reply.ts";
import type { OpenAIHooks } from "../openai/engine.ts";
import { request, type Requests } from "../openai/request.ts";

export { OpenAINativeOptions, type OpenAINativeInput } from "./options.ts";

/** The routes stand beside each other under the address, or under `/v1` of a bare one. */
const prefixOf = (url: string): string => {
  const trimmed = url.replace(/\/+$/, "");
  return new URL(trimmed).pathname === "/" ? "/v1" : trimmed.slice(rootOf(trimmed).length);
};

const bodyOf = ({ model, knobs, extra, stream }: OpenAINativeOptions, asked: NativeRequest) => ({
  ...knobBody(fieldsOf(knobs), extra, asked),
  model,
  messages: [{ role: "user", content: asked.question }],
  stream,
  ...(stream ? { stream_options: { include_usage: true } } : {}),
});

/** What a person can fix is reported as such. */
const explain = (error: unknown, url: string, { api_key_env }: OpenAINativeOptions): unknown => {
  if (!(error instanceof Fault) || error.kind !== "fatal") return error;
  const hint = api_key_env
    ? `check the value of ${api_key_env}`
    : "name the variable that holds the key with api_key_env";
  if (error.status === 401 || error.status === 403)
    return new UserError(`${url} refuses the key (${error.status})`, { cause: error, hint });
  return new UserError(`${url}: ${error.message}`, { cause: error });
};

type Entry = Readonly<Record<string, unknown>>;
type Listed = Readonly<{ data?: readonly Entry[] }>;

/** What a server says of its model beside the name. */
const toldBy = (entry: Entry | undefined): Entry =>
  Object.fromEntries(
    ["root", "parent", "max_model_len", "meta"].flatMap((name) => (entry?.[name] == null ? [] : [[name, entry[name]]])),
  );

/** Services name variants of a model after a colon, and some put a folder before the name. */
const isListed = (names: readonly string[], model: string): boolean =>
  [model, `models/${model}`, model.split(":")[0] ?? ""].some((name) => names.includes(name));

/**
 * Address, key and name are looked at before anything is spent, as far as the server has a list of models. Returns what
 * it says of the model.
 */
const greet = async (client: HttpClient, url: string, options: OpenAINativeOptions): Promise<Entry> => {
  try {
    const list = (await client.get(
      `${prefixOf(options.base_url)}/models`,
      AbortSignal.timeout(20_000),
    )) as Listed | null;
    const names = (list?.data ?? []).flatMap(({ id }) => (typeof id === "string" ? [id] : []));
    if (names.length > 0 && !isListed(names, options.model))
      throw new UserError(`${url} has no model "${options.model}"`, {
        hint: `it has ${names
          .slice(0, 5)
          .map((name) => `"${name}"`)
          .join(", ")}${names.length > 5 ? ` and ${names.length - 5} more` : ""}`,
      });
    return toldBy(list?.data?.find(({ id }) => id === options.model));
  } catch (error) {
    const fault = toFault(error);
    if (!(fault instanceof Fault)) throw fault;
    if (fault.status === null)
      throw new UserError(`cannot reach ${url}: ${fault.message}`, { cause: fault, hint: "is base_url right?" });
    if (fault.status === 401 || fault.status === 403) throw explain(fault, url, options);
    return {};
  }
};

/** One question until it is answered: each try a request of its own, since a broken thought cannot be continued. */
const asker =
  (options: OpenAINativeOptions, requests: Requests, backoff: Backoff) =>
  (asked: NativeRequest, chain: string, signal: AbortSignal): Promise<NativeResponse> => {
    const call = {
      chain,
      signal,
      path: `${prefixOf(options.base_url)}/chat/completions`,
      body: bodyOf(options, asked),
      drift: null,
      thinksFirst: true,
    };
    const attempt = async (): Promise<NativeResponse> => {
      const reply = emptyReply();
      let response: NativeResponse | null = null;
      await request(requests, {
        ...call,
        onEvent: (event, tally) => {
          readReply(reply, event);
          tally.tokens = null;
          return "more";
        },
        onEnd: (tally) => {
          response = responseOf(reply);
          const { prompt, cached, output } = response.tokens;
          tally.tokens = output;
          tally.usage = { promptTokens: prompt, cachedTokens: cached, completionTokens: output };
        },
      });
      if (response === null) throw new Error("a request ended without its response");
      return response;
    };
    return persist(attempt, {
      backoff,
      patienceMs: options.timeouts.patience * 1000,
      signal,
      now: requests.now,
      progress: () => 0,
    });
  };

/**
 * A model of a chat completions API, asked as its makers intend: a question in, thought (perhaps) and answer out.
 */
export const createOpenAINativeEngine = async (
  input: OpenAINativeInput,
  env: Env = process.env,
  hooks: OpenAIHooks = {},
): Promise<NativeEngine> => {
  const options = OpenAINativeOptions.parse(input);
  const key = keyOf(options, env);
  const root = rootOf(options.base_url);
  const redact = createRedact([key]);
  const client = createServiceClient(root, key);
  const now = Date.now;
  const { total, stall } = options.timeouts;
  const pool = createPool(new Map([[root, client]]), options.concurrency, now);
  const requests: Requests = {
    pool,
    limits: { total: total * 1000, stall: (options.stream ? stall : total) * 1000 },
    redact,
    onTry: hooks.onTry ?? (() => undefined),
    now,
  };
  const ask = asker(options, requests, { ...defaultBackoff, ...hooks.backoff });
  const lifetime = createLifetime();
  const leave = async (reason: Error): Promise<void> => {
    lifetime.end(reason);
    await client.close();
  };
  const told = await greet(client, root, options).catch(async (error: unknown) => {
    await leave(new Error("never opened"));
    throw redactError(error, redact);
  });
  const { model, base_url, knobs, extra, revision } = options;
  const provider = providerOf(base_url);
  return {
    info: {
      identity: {
        engine: "openai-native",
        ...(provider === null ? {} : { provider }),
        model,
        ...redactAll(told, redact),
        ...(revision === undefined ? {} : { revision }),
        knobs: fieldsOf(knobs),
        extra,
      },
      facts: { url: redact(base_url), stream: options.stream, counts: "as reported by the server" },
      contextLength: options.context_length ?? null,
      concurrency: options.concurrency,
    },
    respond: (asked, { signal, chain }) =>
      lifetime.within(signal, async (mine) => {
        try {
          return await ask(asked, chain, mine);
        } catch (error) {
          // The caller may want to recognise its own reason.
          throw mine.aborted ? mine.reason : redactError(explain(error, root, options), redact);
        }
      }),
    close: () => leave(new Error("the engine was closed")),
  };
};
