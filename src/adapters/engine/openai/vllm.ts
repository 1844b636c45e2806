import type { Dialect, Leg, Piece, Usage } from "./dialect.ts";
import { countOf, fieldsOf, idsOf, listOf, numbersOf, partOf, textOf, type Fields } from "./fields.ts";

/** Every field that the model's generation config could otherwise fill in. */
const samplingFields = ({ sampling }: Leg): Fields => ({
  temperature: sampling.temperature,
  top_p: sampling.topP,
  top_k: sampling.topK === 0 ? -1 : sampling.topK,
  min_p: sampling.minP,
  repetition_penalty: 1,
  presence_penalty: 0,
  frequency_penalty: 0,
  logit_bias: null,
  n: 1,
});

const body = (leg: Leg, model: string): Fields => ({
  model,
  prompt: leg.prefix,
  max_tokens: leg.maxTokens,
  min_tokens: leg.mask,
  stop: [],
  stop_token_ids: leg.stopIds,
  include_stop_str_in_output: true,
  // The model's own end stops only where the span says so; it is then among the stop ids.
  ignore_eos: true,
  skip_special_tokens: false,
  spaces_between_special_tokens: false,
  add_special_tokens: false,
  return_token_ids: true,
  logprobs: leg.logprobs ? 0 : null,
  seed: leg.seed,
  stream: true,
  stream_options: { include_usage: true },
  ...samplingFields(leg),
});

export const usageOf = (event: Fields): Usage | null => {
  if (event["usage"] === null || event["usage"] === undefined) return null;
  const usage = partOf(event, "usage");
  return {
    promptTokens: countOf(usage, "prompt_tokens"),
    cachedTokens: countOf(partOf(usage, "prompt_tokens_details"), "cached_tokens"),
    completionTokens: countOf(usage, "completion_tokens"),
  };
};

export const finishOf = (choice: Fields): Piece["finish"] => {
  const reason = textOf(choice, "finish_reason");
  if (reason === null) return null;
  return reason === "length" ? "length" : "stop";
};

/** The matched stop id is in `token_ids`; where a server leaves it out, `stop_reason` names it. */
const withStop = (choice: Fields, ids: readonly number[], last: number | undefined): readonly number[] => {
  const matched = choice["stop_reason"];
  const missing = typeof matched === "number" && finishOf(choice) === "stop" && (ids.at(-1) ?? last) !== matched;
  return missing ? [...ids, matched] : ids;
};

/** vLLM's `/v1/completions`, which takes and gives token ids. Our own `serve` speaks it too. */
export const vllm: Dialect = {
  minTokens: true,
  stopsAtIds: true,
  overruns: false,
  request: (leg, model) => ({ path: "/v1/completions", body: body(leg, model) }),
  reader: () => {
    let last: number | undefined;
    return (raw) => {
      const event = fieldsOf(raw);
      const first = listOf(event, "choices")?.[0];
      const choice = first === undefined ? {} : fieldsOf(first);
      const ids = withStop(choice, idsOf(choice, "token_ids") ?? [], last);
      last = ids.at(-1) ?? last;
      const logprobs = listOf(partOf(choice, "logprobs"), "token_logprobs");
      return { ids, logprobs: logprobs && numbersOf(logprobs), finish: finishOf(choice), usage: usageOf(event) };
    };
  },
};
