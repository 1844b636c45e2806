import { z } from "zod";
import { keyFields, ServerUrl } from "../http/key-options.ts";
import { families, KnobFields } from "./knobs.ts";

const Timeouts = z.strictObject({
  total: z.number().positive().default(3600).describe("Longest duration of one request."),
  stall: z.number().positive().default(600).describe("Longest silence of the server, its hidden thought included."),
  patience: z.number().nonnegative().default(900).describe("How long a question is tried again."),
});

/** A native model of a chat completions API. */
export const OpenAINativeOptions = z.strictObject({
  base_url: ServerUrl.describe("Address that `/chat/completions` is added to; `/v1` where it has no path."),
  model: z.string().min(1).describe("The model's name on the server."),
  revision: z
    .string()
    .min(1)
    .optional()
    .describe("Your name for the model's version, if the server reports none. Another name is another model."),
  ...keyFields,
  knobs: z
    .union([z.enum(families), KnobFields])
    .describe("Names of the request fields: those of a family, or your own mapping."),
  extra: z.record(z.string(), z.unknown()).default({}).describe("Further fields of every request, as they are."),
  stream: z
    .boolean()
    .default(true)
    .describe("Let the response come piece by piece; false for servers that cannot report usage then."),
  context_length: z.int().positive().optional().describe("Tokens that fit, for plans and to refuse knobs beyond it."),
  concurrency: z.int().positive().default(16).describe("Most requests in flight; the limit in use is found."),
  timeouts: Timeouts.prefault({}).describe("In seconds."),
});
export type OpenAINativeOptions = z.infer<typeof OpenAINativeOptions>;
export type OpenAINativeInput = z.input<typeof OpenAINativeOptions>;
