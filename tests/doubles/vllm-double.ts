import { contextLength } from "./fake-engine.ts";
import { candidatesOf } from "./candidates.ts";
import { idsIn, numberIn, sample } from "./fake-sampler.ts";
import { decode, encode, eos, vocabularySize } from "./fake-tokenizer.ts";
import { refuse, startDouble, type Answer, type Double, type DoubleOptions } from "./http-double.ts";

export const model = "fake-1";

type Body = Record<string, unknown>;

export type VllmQuirks = Readonly<{
  /** Too old for `return_token_ids`. */
  noIds?: boolean;
  ignoresMaxTokens?: boolean;
  ignoresMinTokens?: boolean;
  /** Stops at its own end of generation whatever `ignore_eos` says. */
  stopsAtEos?: boolean;
  /** Leaves the matched stop token out of `token_ids`. */
  trimsStop?: boolean;
  /** Puts this in front of every prompt. */
  bos?: number;
  maxModelLen?: number;
  root?: string;
  version?: string;
  /** Other weights under the same name. */
  weights?: string;
  /** Gives none of them, whatever is asked. */
  noLogprobs?: boolean;
  /** Added to every log-probability: another kernel's rounding. */
  noise?: number;
  cachedTokens?: number;
  chat?: Renders;
}>;

/** How a server puts a conversation, by a template that it tells and variables of its own besides. */
export type Renders = Readonly<{
  template: string;
  render: (messages: readonly Readonly<{ role: string; content: string }>[], variables: object) => string;
}>;

/** The ids of the conversation in a request. */
export const rendered = ({ render }: Renders, { messages, chat_template_kwargs: variables }: Body): number[] =>
  encode(render(messages as Parameters<Renders["render"]>[0], (variables ?? {}) as object));

type Setup = Partial<Pick<DoubleOptions, "mishap" | "key" | "port" | "delayMs">>;

const errorBody = (status: number, message: string) => ({
  error: { message, type: status === 404 ? "NotFoundError" : "BadRequestError", param: null, code: status },
});

const invalid = (message: string) => refuse(400, errorBody(400, message));

const limit = (quirks: VllmQuirks) => quirks.maxModelLen ?? contextLength;

const problemWith = (body: Body, prompt: readonly number[], quirks: VllmQuirks) => {
  const maxTokens = numberIn(body, "max_tokens", 16);
  if (body["model"] !== model)
    return refuse(404, errorBody(404, `The model \`${String(body["model"])}\` does not exist.`));
  if (prompt.length + maxTokens > limit(quirks))
    return invalid(`This model's maximum context length is ${limit(quirks)} tokens.`);
  if (numberIn(body, "min_tokens", 0) > maxTokens)
    return invalid("min_tokens must be less than or equal to max_tokens");
  if (prompt.some((id) => id >= vocabularySize)) return invalid("Token id is out of vocabulary");
  if (Object.hasOwn(body, "extra_body")) throw new Error("extra_body is no field of the protocol");
  return null;
};

/** Stops of vLLM: the end of generation unless ignored, then the given ids; `min_tokens` masks both. */
const orderOf = (body: Body, prompt: readonly number[], quirks: VllmQuirks) => {
  const given = idsIn(body, "stop_token_ids");
  const ends = body["ignore_eos"] === true && !quirks.stopsAtEos ? [] : [eos];
  return {
    prompt,
    maxTokens: quirks.ignoresMaxTokens ? 40 : numberIn(body, "max_tokens", 16),
    temperature: numberIn(body, "temperature", 0.7),
    seed: numberIn(body, "seed", 0),
    stopIds: new Set([...given, ...ends]),
    masked: new Set([...given, eos]),
    minTokens: quirks.ignoresMinTokens ? 0 : numberIn(body, "min_tokens", 0),
    weights: quirks.weights,
  };
};

const textOf = (body: Body, ids: readonly number[]): string => decode(ids, body["skip_special_tokens"] !== false);

const complete =
  (quirks: VllmQuirks) =>
  (body: Body): Answer | ReturnType<typeof refuse> => {
    const given = typeof body["prompt"] === "string" ? encode(body["prompt"]) : idsIn(body, "prompt");
    const prompt = quirks.bos === undefined ? given : [quirks.bos, ...given];
    const problem = problemWith(body, prompt, quirks);
    if (problem) return problem;
    const { ids, logprobs, finish, matched } = sample(orderOf(body, prompt, quirks));
    const stopReason =
      matched === null || (matched === eos && !idsIn(body, "stop_token_ids").includes(eos)) ? null : matched;
    const withIds = body["return_token_ids"] === true && !quirks.noIds;
    const trimmed = (id: number, last: boolean) => (quirks.trimsStop && last && finish === "stop" ? [] : [id]);
    const choice = (chunk: readonly number[], from: number, last: boolean) => ({
      index: 0,
      text: textOf(body, last && finish === "stop" ? chunk.slice(0, -1) : chunk),
      logprobs:
        typeof body["logprobs"] === "number" && !quirks.noLogprobs
          ? {
              token_logprobs: logprobs.slice(from, from + chunk.length).map((value) => value - (quirks.noise ?? 0)),
              tokens: [],
              // Not in order, and with a token more where the sampled one is none of them.
              top_logprobs: logprobs
                .slice(from, from + chunk.length)
                .map((value) =>
                  Object.fromEntries(
                    [...candidatesOf(value, numberIn(body, "logprobs", 0)), value - 50]
                      .reverse()
                      .map((each, nth) => [`token_id:${nth}`, each]),
                  ),
                ),
            }
          : null,
      finish_reason: last ? finish : null,
      stop_reason: last ? stopReason : null,
      ...(withIds
        ? {
            token_ids: chunk.flatMap((id, at) => trimmed(id, last && at === chunk.length - 1)),
            prompt_token_ids: from === 0 ? prompt : null,
          }
        : {}),
    });
    const usage = {
      prompt_tokens: prompt.length,
      completion_tokens: ids.length,
      total_tokens: prompt.length + ids.length,
      ...(quirks.cachedTokens === undefined ? {} : { prompt_tokens_details: { cached_tokens: quirks.cachedTokens } }),
    };
    const head = { id: "cmpl-1", object: "text_completion", created: 1, model };
    return {
      events: [
        ...ids.map((id, at) => ({ ...head, choices: [choice([id], at, at === ids.length - 1)], usage: null })),
        { ...head, choices: [], usage },
      ],
      whole: { ...head, choices: [choice(ids, 0, true)], usage },
      done: true,
    };
  };

const corrupt = (value: unknown): unknown => {
  const event = value as { choices: { token_ids?: number[] }[] };
  return { ...event, choices: event.choices.map((choice) => ({ ...choice, token_ids: [999_999] })) };
};

/** vLLM's OpenAI server as `engines.md` describes it. */
export const startVllm = (quirks: VllmQuirks = {}, setup: Setup = {}): Promise<Double> =>
  startDouble({
    ...setup,
    errorBody,
    corrupt,
    generating: ["/v1/completions"],
    routes: {
      "GET /v1/models": () => ({
        object: "list",
        data: [
          {
            id: model,
            object: "model",
            owned_by: "vllm",
            root: quirks.root ?? "org/fake",
            max_model_len: limit(quirks),
          },
        ],
      }),
      ...(quirks.chat ? { "GET /tokenizer_info": () => ({ chat_template: quirks.chat?.template }) } : {}),
      "GET /version": () => ({ version: quirks.version ?? "0.11.0" }),
      "POST /tokenize": (body) => {
        const tokens = quirks.chat && "messages" in body ? rendered(quirks.chat, body) : encode(String(body["prompt"]));
        return { tokens, count: tokens.length, max_model_len: limit(quirks) };
      },
      "POST /detokenize": (body) => ({ prompt: decode(idsIn(body, "tokens")) }),
      "POST /v1/completions": complete(quirks),
    },
  });
