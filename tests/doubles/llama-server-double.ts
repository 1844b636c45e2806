import { candidatesOf } from "./candidates.ts";
import { contextLength } from "./fake-engine.ts";
import { idsIn, numberIn, sample } from "./fake-sampler.ts";
import { decode, encode, eos, vocabularySize } from "./fake-tokenizer.ts";
import { startDouble, type Answer, type Double, type DoubleOptions } from "./http-double.ts";
import { model, type Renders } from "./vllm-double.ts";

type Body = Record<string, unknown>;
type Setup = Partial<Pick<DoubleOptions, "mishap" | "key" | "port" | "delayMs">>;

/** A text, or texts and ids in one list. Markup is broken where it is to stay text. */
const read = (content: unknown, special: boolean): readonly number[] =>
  [content].flat().flatMap((part) =>
    typeof part === "number"
      ? [part]
      : String(part)
          .split(special ? /(?!)/ : /(?<=<)/)
          .flatMap((text) => encode(text)),
  );

const errorBody = (status: number, message: string) => ({
  error: { code: status, message, type: status === 401 ? "authentication_error" : "not_found_error" },
});

const biased = (body: Body): ReadonlySet<number> =>
  new Set(((body["logit_bias"] ?? []) as [number, unknown][]).flatMap(([id, value]) => (value === false ? [id] : [])));

/** The fake model's only unfinished character is the first byte of "é". */
const isHalf = (ids: readonly number[]): boolean => ids.at(-1) === 0xc3;

/** Stops only at the end of generation, unless that is forbidden; runs over rather than end inside a character. */
const orderOf = (body: Body) => {
  const masked = new Set([...biased(body), ...(body["ignore_eos"] === true ? [eos] : [])]);
  return {
    prompt: typeof body["prompt"] === "string" ? encode(body["prompt"]) : idsIn(body, "prompt"),
    maxTokens: numberIn(body, "n_predict", Infinity),
    temperature: numberIn(body, "temperature", 0.8),
    seed: numberIn(body, "seed", 0),
    stopIds: new Set([eos]),
    masked,
    minTokens: masked.size > 0 ? Infinity : 0,
  };
};

const sampleWhole = (order: ReturnType<typeof orderOf>) => {
  const output = sample(order);
  return output.finish === "length" && isHalf(output.ids)
    ? sample({ ...order, maxTokens: order.maxTokens + 1 })
    : output;
};

const complete = (body: Body): Answer => {
  const order = orderOf(body);
  const { ids, logprobs, finish } = sampleWhole(order);
  const probabilities = (from: number, to: number) =>
    numberIn(body, "n_probs", 0) > 0
      ? {
          completion_probabilities: ids.slice(from, to).map((id, at) => ({
            id,
            logprob: logprobs[from + at],
            top_logprobs: candidatesOf(logprobs[from + at] ?? 0, numberIn(body, "n_probs", 0)).map((logprob) => ({
              id: 1,
              logprob,
            })),
          })),
        }
      : {};
  const timings = (count: number) => ({
    timings: { cache_n: 5, prompt_n: order.prompt.length - 5, predicted_n: count },
  });
  const partial = (at: number) => ({
    index: 0,
    content: decode(ids.slice(at, at + 1), true),
    tokens: body["return_tokens"] === true ? ids.slice(at, at + 1) : [],
    stop: false,
    tokens_predicted: at + 1,
    tokens_evaluated: order.prompt.length,
    ...probabilities(at, at + 1),
    ...(body["timings_per_token"] === true ? timings(at + 1) : {}),
  });
  const final = (whole: boolean) => ({
    index: 0,
    content: whole ? decode(ids, true) : "",
    tokens: whole && body["return_tokens"] === true ? ids : [],
    stop: true,
    stop_type: finish === "length" ? "limit" : "eos",
    stopping_word: "",
    tokens_predicted: ids.length,
    tokens_evaluated: order.prompt.length,
    tokens_cached: order.prompt.length + ids.length - 1,
    truncated: false,
    ...(whole ? probabilities(0, ids.length) : {}),
    ...timings(ids.length),
  });
  // A token that ends inside a character gets no event, and its id is in none.
  const shown = ids.flatMap((_, at) => (isHalf(ids.slice(0, at + 1)) ? [] : [at]));
  return { events: [...shown.map(partial), final(false)], whole: final(true), done: false };
};

/** llama.cpp's own server as `engines.md` describes it. */
export const startLlamaServer = (
  setup: Setup = {},
  template = "{{ messages }}",
  render?: Renders["render"],
): Promise<Double> =>
  startDouble({
    ...setup,
    errorBody,
    corrupt: (event) => ({ ...(event as object), tokens: [999_999] }),
    generating: ["/completion"],
    routes: {
      "GET /v1/models": () => ({
        object: "list",
        data: [
          {
            id: model,
            object: "model",
            owned_by: "llamacpp",
            meta: { n_vocab: vocabularySize, n_ctx_train: contextLength },
          },
        ],
      }),
      "GET /props": () => ({
        default_generation_settings: { n_ctx: contextLength },
        total_slots: 1,
        model_path: "fake.gguf",
        chat_template: template,
        bos_token: "",
        eos_token: "<|end|>",
        build_info: "b6700-fake",
      }),
      ...(render
        ? {
            "POST /apply-template": (body: Body) => ({
              prompt: render(body["messages"] as [], (body["chat_template_kwargs"] ?? {}) as object),
            }),
          }
        : {}),
      "POST /tokenize": (body) => ({ tokens: read(body["content"], body["parse_special"] !== false) }),
      "POST /detokenize": (body) => ({ content: decode(idsIn(body, "tokens")) }),
      "POST /completion": complete,
    },
  });
