import { UserError } from "../../../core/user-error.ts";
import { greedy } from "../../../core/sampling.ts";
import type { Sampled, Span, Watch } from "../../../ports/engine.ts";
import type { HttpClient } from "../http/client.ts";
import { Fault } from "../http/fault.ts";
import { explain, wrongDialect } from "./connect.ts";
import type { OpenAIOptions } from "./options.ts";

export type Probe = Readonly<{
  generate: (span: Span, watch: Watch) => Promise<Sampled>;
  prefix: readonly number[];
  stops: Span["stops"];
  url: string;
  client: HttpClient;
  options: OpenAIOptions;
  /** What to do about a server that gives no token ids. */
  noIds: string;
}>;

const chatOnly = (url: string, status: number | null): UserError =>
  new UserError(`${url} cannot continue a text: it has no route for completions (${status})`, {
    hint: "a server that only chats cannot continue a thought, which this engine is for",
  });

const isMissing = (fault: Fault): boolean => [404, 405, 501].includes(fault.status ?? 0);

const givesNoIds = (fault: Fault): boolean => fault.message.includes("holds no token ids");

const wordsFor = async (error: unknown, { url, client, options, noIds }: Probe): Promise<unknown> => {
  if (!(error instanceof Fault)) return error;
  const suspicious = isMissing(error) || givesNoIds(error) || error.status === 400 || error.status === 422;
  const other = suspicious ? await wrongDialect(url, client, options) : null;
  if (other) return other;
  if (isMissing(error)) return chatOnly(url, error.status);
  if (givesNoIds(error)) return new UserError(`${url} gives no token ids`, { hint: noIds, cause: error });
  return explain(error, url, options);
};

/** Samples one token, which is the only proof that a server takes ids and gives ids. */
export const probe = async (how: Probe): Promise<void> => {
  const span = { prefix: how.prefix, maxTokens: 1, minTokens: 0, stops: how.stops, sampling: greedy, seed: 1 };
  try {
    await how.generate(span, { signal: new AbortController().signal, chain: "probe" });
  } catch (error) {
    throw await wordsFor(error, how);
  }
};
