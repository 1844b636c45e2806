import { z } from "zod";
import type { Sampling } from "../core/sampling.ts";

/** Fields that must have no effect here; another value than the neutral one is refused, not ignored. */
const neutral = <T extends string | number | boolean>(value: T) =>
  z.literal(value, { error: `only ${JSON.stringify(value)} is supported` }).nullish();

const empty = z
  .union([z.array(z.unknown()).max(0), z.record(z.string(), z.never())], { error: "is not supported" })
  .nullish();

export const samplingFields = {
  temperature: z.number().nonnegative().nullish(),
  top_p: z.number().gt(0).max(1).nullish(),
  top_k: z.int().min(-1).nullish(),
  min_p: z.number().min(0).max(1).nullish(),
  seed: z.int().nullish(),
  n: neutral(1),
  best_of: neutral(1),
  presence_penalty: neutral(0),
  frequency_penalty: neutral(0),
  repetition_penalty: neutral(1),
  repeat_penalty: neutral(1),
  logit_bias: empty,
};

/** Fields of clients that can change no token. */
export const harmlessFields = {
  user: z.unknown().optional(),
  metadata: z.unknown().optional(),
  store: z.unknown().optional(),
  service_tier: z.unknown().optional(),
  safety_identifier: z.unknown().optional(),
  prompt_cache_key: z.unknown().optional(),
  request_id: z.unknown().optional(),
  priority: z.unknown().optional(),
};

export const streamFields = {
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().nullish() }).nullish(),
};

export const budgetFields = {
  max_thinking_tokens: z.int().nonnegative().nullish(),
  ignore_ends: z.int().nonnegative().nullish(),
  continuation: z.string().nullish(),
  max_answer_tokens: z.int().positive().nullish(),
};

type SamplingFields = Readonly<{
  temperature?: number | null | undefined;
  top_p?: number | null | undefined;
  top_k?: number | null | undefined;
  min_p?: number | null | undefined;
}>;

export const samplingOf = ({ temperature, top_p, top_k, min_p }: SamplingFields): Sampling => ({
  temperature: temperature ?? 1,
  topP: top_p ?? 1,
  topK: Math.max(0, top_k ?? 0),
  minP: min_p ?? 0,
});

/** Without a seed each request is another draw, as everywhere. */
export const seedOrRandom = (seed: number | null | undefined): number => seed ?? Math.floor(Math.random() * 2 ** 31);
