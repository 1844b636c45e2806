import { z } from "zod";
import { seedOf } from "../core/hash.ts";
import type { Sampling } from "../core/sampling.ts";

/** Fields that must have no effect here; another value than the neutral one is refused, not ignored. */
const neutral = <T extends string | number | boolean>(...values: [T, ...T[]]) =>
  z
    .literal(values, { error: `only ${values.map((value) => JSON.stringify(value)).join(" or ")} is supported` })
    .nullish();

const empty = z
  .union([z.array(z.unknown()).max(0), z.record(z.string(), z.never())], { error: "is not supported" })
  .nullish();

const noTools = z.array(z.unknown()).max(0, { error: "tools are not supported" }).nullish();

const instead = (advice: string) => z.null({ error: `is not supported: ${advice}` }).optional();

/** At higher temperatures every model draws evenly; lower ones than `coldest` are greedy to the engines' floats. */
const hottest = 1000;
const coldest = 1e-5;

export const samplingFields = {
  temperature: z.number().nonnegative().max(hottest).nullish(),
  top_p: z.number().gt(0).max(1).nullish(),
  top_k: z.int().min(-1).nullish(),
  min_p: z.number().min(0).max(1).nullish(),
  seed: z.int().nullish(),
  presence_penalty: neutral(0),
  frequency_penalty: neutral(0),
  repetition_penalty: neutral(1),
  repeat_penalty: neutral(1),
  length_penalty: neutral(1),
  typical_p: neutral(1),
  use_beam_search: neutral(false),
  early_stopping: neutral(false),
  logit_bias: empty,
  bad_words: empty,
  allowed_token_ids: instead("nothing limits the vocabulary"),
  watermarking: neutral(false),
};

export const choicesField = z.int().positive().max(128, { error: "at most 128" }).nullish();

/** Fields of clients that can change no token. */
export const harmlessFields = {
  user: z.unknown().optional(),
  metadata: z.unknown().optional(),
  store: z.unknown().optional(),
  service_tier: z.unknown().optional(),
  safety_identifier: z.unknown().optional(),
  prompt_cache_key: z.unknown().optional(),
  prompt_cache_retention: z.unknown().optional(),
  request_id: z.unknown().optional(),
  priority: z.unknown().optional(),
  cache_salt: z.unknown().optional(),
  stream_interval: z.unknown().optional(),
};

/** What chats may ask for beyond text; only the values that ask for nothing are taken. */
export const chatFeatureFields = {
  tools: noTools,
  functions: noTools,
  tool_choice: neutral("none", "auto"),
  function_call: neutral("none", "auto"),
  parallel_tool_calls: z.boolean().nullish(),
  response_format: z.strictObject({ type: z.literal("text") }, { error: "only text is supported" }).nullish(),
  modalities: z.tuple([z.literal("text")], { error: 'only ["text"] is supported' }).nullish(),
  documents: empty,
};

/** How much to think is said by `max_thinking_tokens`, or by vLLM's name for it. */
export const effortFields = {
  reasoning_effort: instead("effort has no measure here; say max_thinking_tokens, or the model as NAME@bf-N"),
  chat_template_kwargs: z
    .record(z.string(), z.never(), {
      error: "is not supported: variables of the template belong to the model's format in the experiment file",
    })
    .nullish(),
};

export const streamFields = {
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().nullish(), continuous_usage_stats: neutral(false) }).nullish(),
};

export const budgetFields = {
  max_thinking_tokens: z.int().nonnegative().nullish(),
  thinking_token_budget: z.int().min(-1).nullish(),
  ignore_ends: z.int().nonnegative().nullish(),
  continuation: z.string().max(4096).nullish(),
  max_answer_tokens: z.int().positive().nullish(),
};

const stopText = z.string().min(1).max(1024);

export const stopFields = {
  // Some clients send what they have, which may be no text at all.
  stop: z.union([stopText, z.array(z.union([stopText, z.null()])).max(64)]).nullish(),
  stop_token_ids: z.array(z.int().nonnegative()).max(4096).nullish(),
  min_tokens: z.int().nonnegative().nullish(),
  ignore_eos: z.boolean().nullish(),
};

export const stopTextsOf = ({
  stop,
}: Readonly<{ stop?: string | readonly (string | null)[] | null | undefined }>): readonly string[] =>
  [stop ?? []].flat().filter((text) => text !== null);

type SamplingFields = Readonly<{
  temperature?: number | null | undefined;
  top_p?: number | null | undefined;
  top_k?: number | null | undefined;
  min_p?: number | null | undefined;
}>;

/** More than any vocabulary has. */
const everyToken = 2 ** 24;

export const samplingOf = ({ temperature, top_p, top_k, min_p }: SamplingFields): Sampling => ({
  temperature: temperature != null && temperature < coldest ? 0 : (temperature ?? 1),
  topP: top_p ?? 1,
  topK: top_k == null || top_k < 0 || top_k > everyToken ? 0 : top_k,
  minP: min_p ?? 0,
});

/** Without a seed each request is another draw, as everywhere; several choices are as many draws. */
export const seedsOf = (seed: number | null | undefined, choices: number): readonly number[] => {
  const first = seed ?? Math.floor(Math.random() * 2 ** 31);
  return Array.from({ length: choices }, (_, at) => (at === 0 ? first : seedOf(first, at)));
};
