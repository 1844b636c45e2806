import { numberIn, sample } from "./fake-sampler.ts";
import { decode, encode, eos } from "./fake-tokenizer.ts";
import { refuse, startDouble, type Answer, type Double, type DoubleOptions } from "./http-double.ts";
import { model } from "./vllm-double.ts";

type Body = Record<string, unknown>;
type Setup = Partial<Pick<DoubleOptions, "mishap" | "key" | "port" | "delayMs">>;

export type GenericQuirks = Readonly<{
  /** Refuses fields that are not OpenAI's. */
  strict?: boolean;
  chatOnly?: boolean;
  /** Leaves control tokens out of the text. */
  hidesControls?: boolean;
  /** Takes no notice of biases that would force a token. */
  ignoresBias?: boolean;
  /** Puts the beginning of a text in front of every prompt by itself, as Fireworks does. */
  addsBos?: boolean;
  /** Reads another prompt than it is sent. */
  changesPrompt?: boolean;
  /** Goes on as if there were no allowance. */
  endless?: boolean;
}>;

const errorBody = (status: number, message: string) => ({
  error: { message, type: "invalid_request_error", param: null, code: null, status },
});

const known = [
  "model",
  "prompt",
  "max_tokens",
  "temperature",
  "top_p",
  "presence_penalty",
  "frequency_penalty",
  "n",
  "seed",
  "logit_bias",
  "stream",
  "stream_options",
  "stop",
];

const biasesOf = (body: Body): readonly (readonly [number, number])[] =>
  Object.entries((body["logit_bias"] ?? {}) as Record<string, number>).map(([id, bias]) => [Number(id), bias]);

/** What it reads in the end. */
const promptOf = (body: Body, { addsBos, changesPrompt }: GenericQuirks): number[] => {
  const ids = encode(String(body["prompt"]));
  if (changesPrompt && ids.length > 4) return ids.slice(0, -1);
  return addsBos ? [...encode("<|user|>"), ...ids] : ids;
};

const orderOf = (body: Body, quirks: GenericQuirks) => ({
  prompt: promptOf(body, quirks),
  maxTokens: numberIn(body, "max_tokens", 16),
  temperature: numberIn(body, "temperature", 1),
  seed: numberIn(body, "seed", 0),
  stopIds: new Set([eos]),
  masked: new Set(biasesOf(body).flatMap(([id, bias]) => (bias < 0 ? [id] : []))),
  minTokens: Infinity,
});

/** The one token that a large bias makes of a request. */
const forcedBy = (body: Body, { ignoresBias }: GenericQuirks) => {
  const [id] = biasesOf(body).find(([, bias]) => bias > 50) ?? [];
  return id === undefined || ignoresBias ? null : ({ ids: [id], finish: "length" } as const);
};

/** With no ids masked, the end of generation stops at once. */
const run = (body: Body, quirks: GenericQuirks) => {
  const order = orderOf(body, quirks);
  return sample({ ...order, minTokens: order.masked.size > 0 ? Infinity : 0 });
};

/** Text grows by whole characters. */
const pieces = (ids: readonly number[], hidden = false): readonly string[] => {
  const texts = ids.map((_, at) => decode(ids.slice(0, at + 1), hidden).replace(/\ufffd+$/, ""));
  return texts.map((text, at) => text.slice(texts[at - 1]?.length ?? 0));
};

const complete =
  (quirks: GenericQuirks) =>
  (body: Body): Answer | ReturnType<typeof refuse> => {
    const unknown = Object.keys(body).find((name) => !known.includes(name));
    if (quirks.strict && unknown)
      return refuse(400, errorBody(400, `Unrecognized request argument supplied: ${unknown}`));
    if (typeof body["prompt"] !== "string") return refuse(400, errorBody(400, "prompt must be a string"));
    const { ids, finish } = forcedBy(body, quirks) ?? run(body, quirks);
    const shown = finish === "stop" ? ids.slice(0, -1) : ids;
    const head = { id: "cmpl-1", object: "text_completion", model };
    const usage = { prompt_tokens: promptOf(body, quirks).length, completion_tokens: shown.length };
    const more = quirks.endless ? Array.from({ length: 100 }, () => " and on".repeat(10_000)) : [];
    return {
      events: [
        ...more.map((text) => ({ ...head, choices: [{ index: 0, text, logprobs: null, finish_reason: null }] })),
        ...pieces(shown, quirks.hidesControls).map((text) => ({
          ...head,
          choices: [{ index: 0, text, logprobs: null, finish_reason: null }],
        })),
        { ...head, choices: [{ index: 0, text: "", logprobs: null, finish_reason: finish }] },
        { ...head, choices: [], usage },
      ],
      whole: { ...head, choices: [{ index: 0, text: decode(shown), finish_reason: finish }], usage },
      done: true,
    };
  };

/** A hosted API that takes text and gives text. */
export const startGeneric = (quirks: GenericQuirks = {}, setup: Setup = {}): Promise<Double> =>
  startDouble({
    ...setup,
    errorBody,
    generating: ["/v1/completions"],
    routes: {
      "GET /v1/models": () => ({ object: "list", data: [{ id: model, object: "model", owned_by: "someone" }] }),
      "POST /v1/chat/completions": () => ({ choices: [{ message: { role: "assistant", content: "Hello." } }] }),
      ...(quirks.chatOnly ? {} : { "POST /v1/completions": complete(quirks) }),
    },
  });
