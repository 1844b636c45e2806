import { LostIds, type Dialect, type Leg, type Piece, type Usage } from "./dialect.ts";
import { countOf, fieldsOf, idsOf, listOf, numbersOf, partOf, textOf, type Fields } from "./fields.ts";

/** Its defaults are not neutral (temperature 0.8, top_k 40, top_p 0.95, min_p 0.05), so each one is set. */
const samplingFields = ({ sampling, seed }: Leg): Fields => ({
  samplers: ["top_k", "top_p", "min_p", "temperature"],
  temperature: sampling.temperature,
  top_k: sampling.topK,
  top_p: sampling.topP,
  min_p: sampling.minP,
  typical_p: 1,
  top_n_sigma: -1,
  dynatemp_range: 0,
  xtc_probability: 0,
  repeat_penalty: 1,
  presence_penalty: 0,
  frequency_penalty: 0,
  dry_multiplier: 0,
  mirostat: 0,
  seed,
});

const body = (leg: Leg): Fields => ({
  prompt: leg.prefix,
  n_predict: leg.maxTokens,
  // It has no stop ids: those are watched for in the stream. Masking is done here, in a leg of its own.
  logit_bias: leg.mask > 0 ? leg.stopIds.map((id) => [id, false]) : [],
  stop: [],
  // This would forbid the end of generation instead of going past it.
  ignore_eos: false,
  return_tokens: true,
  cache_prompt: true,
  n_probs: leg.logprobs ? 1 : 0,
  post_sampling_probs: false,
  // Counts with every event: a stream that is cut off has no last one.
  timings_per_token: true,
  stream: !leg.whole,
  ...samplingFields(leg),
});

const finishOf = (event: Fields): Piece["finish"] => {
  if (event["stop"] !== true) return null;
  return textOf(event, "stop_type") === "limit" ? "length" : "stop";
};

const usageOf = (event: Fields): Usage => ({
  promptTokens: countOf(event, "tokens_evaluated"),
  cachedTokens: countOf(partOf(event, "timings"), "cache_n"),
  completionTokens: countOf(event, "tokens_predicted"),
});

const logprobsOf = (event: Fields, count: number): readonly number[] | null => {
  const rows = listOf(event, "completion_probabilities")?.map((row) => fieldsOf(row)["logprob"]);
  const values = rows ? numbersOf(rows) : null;
  return values?.length === count ? values : null;
};

/**
 * llama.cpp's own `/completion`. A stream leaves out tokens that end inside a character; their number gives
 * them away, and a whole answer has them.
 */
export const llamaServer: Dialect = {
  minTokens: false,
  stopsAtIds: false,
  overruns: true,
  request: (leg) => ({ path: "/completion", body: body(leg) }),
  reader: (leg) => {
    let seen = 0;
    return (raw) => {
      const event = fieldsOf(raw);
      const ids = idsOf(event, "tokens") ?? [];
      seen += ids.length;
      const predicted = countOf(event, "tokens_predicted");
      if (predicted !== null && predicted > seen) throw new LostIds(`${predicted - seen} ids are not in the answer`);
      return {
        ids,
        logprobs: leg.logprobs ? logprobsOf(event, ids.length) : null,
        finish: finishOf(event),
        usage: usageOf(event),
      };
    };
  },
};
