import { candidatesOf } from "./candidates.ts";
import { contextLength } from "./fake-engine.ts";
import { idsIn, numberIn, sample } from "./fake-sampler.ts";
import { decode, encode, eos } from "./fake-tokenizer.ts";
import { refuse, startDouble, type Answer, type Double, type DoubleOptions } from "./http-double.ts";
import { model, rendered, type Renders } from "./vllm-double.ts";

type Body = Record<string, unknown>;

export type SglangQuirks = Readonly<{
  /** Started with incremental output: an event holds new ids only. */
  incremental?: boolean;
  /** Trims the matched token from `output_ids` whatever `no_stop_trim` says. */
  trimsStop?: boolean;
  /** Does not tell how long an input may be. */
  silentOnLength?: boolean;
  chat?: Renders;
}>;

type Setup = Partial<Pick<DoubleOptions, "mishap" | "key" | "port" | "delayMs">>;

const errorBody = (status: number, message: string) => ({
  object: "error",
  message,
  type: "BadRequest",
  param: null,
  code: status,
});

/** `ignore_eos` switches the stop ids off too; the length is looked at first. */
const orderOf = (body: Body) => {
  const params = (body["sampling_params"] ?? {}) as Body;
  const stops = [...idsIn(params, "stop_token_ids"), eos];
  return {
    prompt: idsIn(body, "input_ids"),
    maxTokens: numberIn(params, "max_new_tokens", 128),
    temperature: numberIn(params, "temperature", 1),
    seed: numberIn(params, "sampling_seed", 42),
    stopIds: new Set(params["ignore_eos"] === true ? [] : stops),
    masked: new Set(stops),
    minTokens: numberIn(params, "min_new_tokens", 0),
    lengthFirst: true,
    trim: params["no_stop_trim"] !== true,
  };
};

/** As 0.5.23 does it: the last places of the context are its own. */
export const inputLength = contextLength - 6;

/** What it cannot take ends as an answer, with a token that nobody sampled. */
const abortion = (length: number): Answer => {
  const message = `Input length (${length} tokens) exceeds the maximum allowed length (${inputLength} tokens).`;
  const reason = { type: "abort", message, status_code: 400, err_type: "BadRequestError" };
  const event = {
    text: "3",
    output_ids: [51],
    meta_info: { finish_reason: reason, prompt_tokens: 1, completion_tokens: 1 },
  };
  return { events: [event], whole: event, done: true };
};

const generate =
  (quirks: SglangQuirks) =>
  (body: Body): Answer | ReturnType<typeof refuse> => {
    const { trim, ...order } = orderOf(body);
    if (order.prompt.length + order.maxTokens > contextLength)
      return refuse(400, { error: { message: "The input is longer than the model's context length" } });
    if (order.prompt.length >= inputLength) return abortion(order.prompt.length);
    const { ids, logprobs, finish, matched } = sample(order);
    const cut = finish === "stop" && (trim || quirks.trimsStop === true);
    const event = (count: number) => {
      const last = count === ids.length;
      const end = last && cut ? count - 1 : count;
      const from = quirks.incremental ? count - 1 : 0;
      return {
        text: last ? decode(ids.slice(0, end)) : "",
        output_ids: ids.slice(from, end),
        meta_info: {
          id: "1",
          finish_reason: last
            ? finish === "length"
              ? { type: "length", length: ids.length }
              : { type: "stop", matched }
            : null,
          prompt_tokens: order.prompt.length,
          completion_tokens: count,
          cached_tokens: 3,
          ...(body["return_logprob"] === true
            ? {
                output_token_logprobs: logprobs.slice(0, end).map((value, at) => [value, ids[at], null]),
                output_top_logprobs: logprobs
                  .slice(0, end)
                  .map((value) =>
                    candidatesOf(value, numberIn(body, "top_logprobs_num", 0)).map((each) => [each, 1, null]),
                  ),
              }
            : {}),
        },
      };
    };
    return { events: ids.map((_, at) => event(at + 1)), whole: event(ids.length), done: true };
  };

/** Chat, of which the ids of the prompt are wanted alone. */
const chat = (renders: Renders) => (body: Body) => ({
  object: "chat.completion",
  choices: [
    {
      index: 0,
      message: { role: "assistant", content: "3" },
      finish_reason: "length",
      ...(body["return_prompt_token_ids"] === true && body["stream"] === false
        ? { prompt_token_ids: rendered(renders, body) }
        : {}),
    },
  ],
});

/** SGLang's native route as `engines.md` describes it. */
export const startSglang = (quirks: SglangQuirks = {}, setup: Setup = {}): Promise<Double> =>
  startDouble({
    ...setup,
    errorBody,
    corrupt: (event) => ({
      ...(event as object),
      output_ids: [...(event as { output_ids: number[] }).output_ids.slice(0, -1), 999_999],
    }),
    generating: ["/generate"],
    routes: {
      "GET /v1/models": () => ({
        object: "list",
        data: [{ id: model, object: "model", owned_by: "sglang", max_model_len: contextLength }],
      }),
      "GET /model_info": () => ({ model_path: "org/fake", tokenizer_path: "org/fake", is_generation: true }),
      "GET /server_info": () => ({
        version: "0.5.23",
        context_length: contextLength,
        ...(quirks.silentOnLength ? {} : { max_req_input_len: inputLength }),
      }),
      "POST /tokenize": (body) => ({ tokens: encode(String(body["prompt"])), count: 1, max_model_len: contextLength }),
      "POST /detokenize": (body) => ({ text: decode(idsIn(body, "tokens"), body["skip_special_tokens"] !== false) }),
      "POST /generate": generate(quirks),
      ...(quirks.chat ? { "POST /v1/chat/completions": chat(quirks.chat) } : {}),
    },
  });
