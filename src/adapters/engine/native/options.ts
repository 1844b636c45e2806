import { z } from "zod";
import { keyFields, ServerUrl } from "../http/key-options.ts";
import { families, KnobFields, samplingFields } from "./knobs.ts";
import { makers, serviceNames } from "./services.ts";

const Timeouts = z.strictObject({
  total: z
    .number()
    .positive()
    .optional()
    .describe("Longest duration of one request. Left out: by the length that the knobs allow, an hour or more."),
  stall: z
    .number()
    .positive()
    .optional()
    .describe(
      "Longest silence of the server, not even a comment in its stream. Left out: by the length that the knobs " +
        "allow, 10 minutes to 2 hours.",
    ),
  patience: z.number().nonnegative().default(900).describe("How long a question is tried again."),
});

const Batch = z.strictObject({
  poll_seconds: z.number().positive().default(60).describe("Seconds between two looks at a batch."),
  max_lines: z.int().positive().default(10_000).describe("Most questions of one batch."),
});
export type BatchOptions = z.infer<typeof Batch>;

const common = {
  model: z.string().min(1).describe("The model's name on the server."),
  revision: z
    .string()
    .min(1)
    .optional()
    .describe("Your name for the model's version, if the server reports none. Another name is another model."),
  extra: z.record(z.string(), z.unknown()).default({}).describe("Further fields of every request, as they are."),
  efforts: z
    .array(z.string().min(1))
    .optional()
    .describe("Effort words that the model takes. Left out: those of the dated list of models, where it has it."),
  send: z
    .array(z.enum(samplingFields))
    .optional()
    .describe(
      "Sampling fields that are sent. Left out: of those that the service and the model take, the ones that " +
        "`sampling` of the file has.",
    ),
  context_length: z.int().positive().optional().describe("Tokens that fit, for plans and to refuse knobs beyond it."),
  concurrency: z.int().positive().default(16).describe("Most requests in flight; the limit in use is found."),
  batch: z
    .union([z.boolean(), Batch])
    .default(false)
    .describe("Put the questions into batches, which take up to a day and cost less."),
  timeouts: Timeouts.prefault({}).describe("In seconds."),
};

/** A native model of a chat completions or a Responses API. */
export const OpenAINativeOptions = z.strictObject({
  service: z
    .enum(serviceNames)
    .optional()
    .describe("A known service: it stands for `base_url`, `api_key_env`, `protocol` and `knobs`."),
  base_url: ServerUrl.optional().describe("Address that the route is added to; `/v1` where it has no path."),
  ...keyFields,
  protocol: z
    .enum(["chat", "responses"])
    .optional()
    .describe("Chat completions, or OpenAI's Responses. Left out: what the service names, else chat."),
  knobs: z
    .union([z.enum(families), KnobFields])
    .optional()
    .describe("Names of the request fields: those of a family, or your own mapping."),
  stream: z
    .boolean()
    .default(true)
    .describe("Let the response come piece by piece; false for servers that cannot report usage then."),
  tokenizer: z
    .string()
    .optional()
    .describe("The model's tokenizer.json: counts a thought that is shown where the server does not count it."),
  ...common,
});
export type OpenAINativeOptions = z.infer<typeof OpenAINativeOptions>;
export type OpenAINativeInput = z.input<typeof OpenAINativeOptions>;

const keyOfMaker = (variable: string) =>
  z
    .string()
    .optional()
    .describe(`Variable that holds the key. Left out: \`${variable}\`, which goes to the maker's own address alone.`);

/** A model of Anthropic's Messages API. */
export const AnthropicOptions = z.strictObject({
  base_url: ServerUrl.default(makers.anthropic.base_url).describe("Address of the service."),
  ...keyFields,
  api_key_env: keyOfMaker("ANTHROPIC_API_KEY"),
  max_tokens: z
    .int()
    .positive()
    .optional()
    .describe("Sent where `max_output_tokens` is null, since the service wants a number. Left out: the model's most."),
  ...common,
});
export type AnthropicOptions = z.infer<typeof AnthropicOptions>;
export type AnthropicInput = z.input<typeof AnthropicOptions>;

/** A model of the Gemini API. */
export const GeminiOptions = z.strictObject({
  base_url: ServerUrl.default(makers.gemini.base_url).describe("Address of the service."),
  ...keyFields,
  api_key_env: keyOfMaker("GEMINI_API_KEY"),
  ...common,
});
export type GeminiOptions = z.infer<typeof GeminiOptions>;
export type GeminiInput = z.input<typeof GeminiOptions>;

/** What the engines of all native models have in common. */
export type CommonOptions = Pick<OpenAINativeOptions, keyof typeof common>;

/** Null where questions are asked one by one. */
export const batchOf = ({ batch }: Pick<CommonOptions, "batch">): BatchOptions | null =>
  batch === false ? null : Batch.parse(batch === true ? {} : batch);
