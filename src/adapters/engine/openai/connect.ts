import { canonicalJson } from "../../../core/hash.ts";
import { NotServed, UserError } from "../../../core/user-error.ts";
import type { HttpClient } from "../http/client.ts";
import { Fault, toFault } from "../http/fault.ts";
import type { Codec } from "./codec.ts";
import type { OpenAIOptions } from "./options.ts";
import type { Dialect, ServerFacts } from "./dialect.ts";
import { dialects } from "./dialects.ts";
import { readModels, sniff } from "./server.ts";
import { serverCodec, type Post } from "./server-codec.ts";
import { readTokenizerFile, type TokenizerFile } from "./tokenizer-file.ts";

type Helpers = Readonly<{ post: Post; onSilent: (url: string) => void }>;

type Clients = ReadonlyMap<string, HttpClient>;

/** What an engine needs to know of its servers before it is made. */
export type Connection = Readonly<{
  /** The server that was asked. */
  url: string;
  client: HttpClient;
  dialect: Dialect;
  server: ServerFacts;
  codec: Codec;
  tokenizer: TokenizerFile | null;
  contextLength: number;
  eosIds: readonly number[];
  /** Addresses that did not answer at the start. */
  silent: readonly string[];
}>;

const keyHint = (options: OpenAIOptions): string =>
  options.api_key_env
    ? `check the value of ${options.api_key_env}`
    : "name the variable that holds the key with api_key_env";

/** A fault of a request put into words for the person who wrote the experiment. */
export const explain = (error: unknown, url: string, options: OpenAIOptions): unknown => {
  const fault = toFault(error);
  if (!(fault instanceof Fault)) return fault;
  const cause = { cause: fault };
  if (fault.status === 401 || fault.status === 403)
    return new UserError(`${url} refuses the key (${fault.status})`, { ...cause, hint: keyHint(options) });
  if (fault.status === null && fault.kind === "down")
    return new NotServed(`cannot reach ${url}: ${fault.message}`, {
      ...cause,
      hint: "is the server running, and base_url right?",
    });
  return new UserError(`${url}: ${fault.message}`, cause);
};

const checkModel = (names: readonly string[], url: string, { model }: OpenAIOptions): void => {
  if (names.length === 0 || names.includes(model)) return;
  const shown = names
    .slice(0, 5)
    .map((name) => `"${name}"`)
    .join(", ");
  throw new NotServed(`${url} has no model "${model}"`, {
    hint: `it has ${shown}${names.length > 5 ? ` and ${names.length - 5} more` : ""}`,
  });
};

/** Every address that answers has the model; at least one answers. */
const reachable = async (clients: Clients, options: OpenAIOptions) => {
  const answers = await Promise.allSettled(
    [...clients].map(async ([url, client]) => ({ url, client, ...(await readModels(client, options.model)) })),
  );
  const up = answers.flatMap((answer) => (answer.status === "fulfilled" ? [answer.value] : []));
  const urls = [...clients.keys()];
  const failures = answers.flatMap((answer, at) =>
    answer.status === "rejected" ? [{ url: urls[at] ?? "", error: answer.reason as unknown }] : [],
  );
  for (const { url, error } of failures) {
    const down = error instanceof Fault && error.kind !== "fatal";
    if (!down || up.length === 0) throw explain(error, url, options);
  }
  for (const { url, names } of up) checkModel(names, url, options);
  return { up, silent: failures.map(({ url }) => url) };
};

/** Null where the server is what the options say, or may be. `sure`: something went wrong already. */
export const wrongDialect = async (
  url: string,
  client: HttpClient,
  { dialect }: OpenAIOptions,
  sure = true,
): Promise<UserError | null> => {
  const seen = (await sniff(client, dialect)) ?? (sure ? "generic" : dialect);
  return seen === dialect
    ? null
    : new UserError(`${url} does not speak dialect "${dialect}"`, { hint: `it looks like dialect: ${seen}` });
};

const noTokenize = (url: string): UserError =>
  new UserError(`${url} has no /tokenize`, { hint: 'give "tokenizer", the path of the model\'s tokenizer.json' });

const samples = ["The answer is 42.", "\n\nWait, 3×7=21 – naïve?"];

/** A tokenizer of another model would give wrong prompts without any error. */
const compareCodecs = async (own: Codec, server: Codec, path: string): Promise<void> => {
  for (const text of samples) {
    const [a, b] = await Promise.all([own.encode(text, true), server.encode(text, true)]);
    if (a.join() !== b.join())
      throw new UserError(
        `tokenizer "${path}" is not the server's: ${JSON.stringify(text)} is ${a.join(" ")} here and ` +
          `${b.join(" ")} there`,
        {
          hint: "give the tokenizer.json of the served model, or leave it out",
        },
      );
  }
};

const isMissing = (error: unknown): boolean =>
  error instanceof Fault && (error.status === 404 || error.status === 405 || error.status === 501);

/** A request of another kind of server is often one with unknown fields. */
const isUnread = (error: unknown): boolean => error instanceof Fault && (error.status === 400 || error.status === 422);

type Described = Readonly<{ dialect: Dialect; server: ServerFacts }>;

const chooseCodec = async (
  { dialect, server }: Described,
  own: TokenizerFile | null,
  options: OpenAIOptions,
  post: Post,
): Promise<Codec> => {
  const tokenizer = dialect.tokenizer?.(post, { model: options.model, facts: server });
  const remote = tokenizer ? serverCodec(tokenizer, server.vocabulary) : null;
  if (remote === null) {
    if (own) return own.codec;
    throw new UserError('dialect "generic" needs "tokenizer"', {
      hint: "the path of the model's tokenizer.json: such a server gives no token ids",
    });
  }
  try {
    await remote.encode("a", true);
  } catch (error) {
    if (own && isMissing(error)) return own.codec;
    throw error;
  }
  if (own) await compareCodecs(own.codec, remote, options.tokenizer ?? "");
  return own ? { ...own.codec, vocabulary: server.vocabulary ?? own.codec.vocabulary } : remote;
};

const chooseContext = (url: string, said: number | null, { context_length: wanted, model }: OpenAIOptions): number => {
  if (said === null && wanted === undefined)
    throw new UserError(`${url} does not say how many tokens "${model}" takes`, { hint: "set context_length" });
  if (said !== null && wanted !== undefined && wanted > said)
    throw new UserError(`context_length ${wanted} is more than the ${said} tokens that ${url} takes`, {
      hint: "lower it, or start the server with more",
    });
  return wanted ?? said ?? 0;
};

type Told = Readonly<{ url: string; told: ServerFacts["told"] }>;
type Up = Awaited<ReturnType<typeof reachable>>["up"];

/** A chain may move from one address to another: all must say the same of their model. */
const checkAlike = async (first: Told, others: Up, dialect: Dialect, model: string): Promise<void> => {
  for (const { url, client, entry } of others) {
    const { told } = await dialect.facts(client, entry);
    if (canonicalJson(told) !== canonicalJson(first.told))
      throw new UserError(`${first.url} and ${url} serve different models as "${model}"`, {
        hint:
          `one says ${canonicalJson(first.told)}, the other ${canonicalJson(told)}; make them two entries ` +
          `of \`models\``,
      });
  }
};

/**
 * Finds out, before anything is spent, whether the servers are what the options say. `post` asks any of the
 * servers that answer; `onSilent` is called for those that do not.
 */
export const connect = async (
  clients: Clients,
  options: OpenAIOptions,
  { post, onSilent }: Helpers,
): Promise<Connection> => {
  const { up, silent } = await reachable(clients, options);
  const first = up[0];
  if (first === undefined) throw new Error("no address answered");
  const { url, client, entry } = first;
  silent.forEach(onSilent);
  try {
    const dialect = await dialects[options.dialect]();
    const other = options.dialect === "generic" ? null : await wrongDialect(url, client, options, false);
    if (other) throw other;
    const server = await dialect.facts(client, entry);
    await checkAlike({ url, told: server.told }, up.slice(1), dialect, options.model);
    const tokenizer = options.tokenizer === undefined ? null : readTokenizerFile(options.tokenizer);
    const codec = await chooseCodec({ dialect, server }, tokenizer, options, post);
    const knowsLength = server.contextLength !== null || options.context_length !== undefined;
    const unknown = knowsLength ? null : await wrongDialect(url, client, options);
    if (unknown) throw unknown;
    const eosIds = options.eos_token_ids ?? server.eosIds ?? tokenizer?.eosIds ?? [];
    return {
      url,
      client,
      dialect,
      server,
      codec,
      tokenizer,
      silent,
      eosIds,
      contextLength: chooseContext(url, server.contextLength, options),
    };
  } catch (error) {
    if (isMissing(error)) throw (await wrongDialect(url, client, options)) ?? noTokenize(url);
    throw (isUnread(error) ? await wrongDialect(url, client, options) : null) ?? explain(error, url, options);
  }
};
