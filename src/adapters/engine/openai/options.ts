import { z } from "zod";
import { keyFields, ServerUrl } from "../http/key-options.ts";
import type { Sampling } from "../../../core/sampling.ts";
import { type Given, noSignals } from "../../../core/signals.ts";
import { givenBy, TopOptions } from "../top-options.ts";
import { dialectNames } from "./dialects.ts";

const Timeouts = z.strictObject({
  total: z.number().positive().default(3600).describe("Longest duration of one request."),
  stall: z
    .number()
    .positive()
    .default(300)
    .describe("Longest silence of a server, the wait for the first token included."),
  patience: z.number().nonnegative().default(900).describe("How long a span is tried again without one new token."),
});

/** A model of an OpenAI-compatible server. */
export const OpenAIOptions = z.strictObject({
  base_url: z
    .union([ServerUrl, z.array(ServerUrl).min(1)])
    .describe("Address of the server; several serve one model together."),
  model: z.string().min(1).describe("The model's name on the server."),
  dialect: z.enum(dialectNames).describe("What the server is. generic: text only, inexact."),
  revision: z
    .string()
    .min(1)
    .optional()
    .describe("Your name for the weights, if the server reports none. Another name is another model."),
  ...keyFields,
  context_length: z.int().positive().optional().describe("Tokens that fit; default: what the server says."),
  any_prompt_count: z
    .boolean()
    .default(false)
    .describe("Text-only servers: go on where one counts other prompt tokens than it was sent."),
  tokenizer: z.string().optional().describe("tokenizer.json or its folder; default: the server's own."),
  eos_token_ids: z
    .array(z.int().nonnegative())
    .optional()
    .describe("Ends of generation where server and tokenizer do not say."),
  vocabulary_size: z.int().positive().optional().describe("Number of token ids where server and tokenizer do not say."),
  concurrency: z
    .int()
    .positive()
    .default(64)
    .describe("Most requests in flight at one address; the limit in use is found."),
  logprobs: z.boolean().default(false).describe("Ask for the log-probability of each token."),
  ...TopOptions,
  timeouts: Timeouts.prefault({}).describe("In seconds."),
});
export type OpenAIOptions = z.infer<typeof OpenAIOptions>;
export type OpenAIInput = z.input<typeof OpenAIOptions>;

/**
 * What servers of this kind tell of sampled tokens. SGLang's numbers are those after temperature, so they are ours only
 * where it changes none.
 */
export function toldBy(options: OpenAIOptions, { temperature }: Sampling): Given {
  if (options.dialect === "generic") return noSignals;
  if (options.dialect === "sglang" && temperature !== 0 && temperature !== 1) return noSignals;
  return givenBy(options);
}
