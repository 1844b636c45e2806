import { z } from "zod";
import { TopOptions } from "../top-options.ts";

export const LlamaOptions = z.strictObject({
  path: z.string().min(1).describe("GGUF file of the model, in one piece."),
  context_length: z
    .int()
    .min(2)
    .optional()
    .describe(
      "Most tokens of prefix and answer together. Default: the length the model was trained on, less where " +
        "its cache would need more than 4 GiB.",
    ),
  sequences: z
    .int()
    .min(1)
    .max(256)
    .optional()
    .describe(
      "Most chains decoded in one batch; each has a cache that grows with it. Default: 16, fewer where their " +
        "caches would take more than 4 GiB or a quarter of the memory.",
    ),
  threads: z
    .int()
    .min(1)
    .optional()
    .describe(
      "Threads of a decoding step. Default: one for small models; for others as many as turn out to be " +
        "fastest while decoding, since more than one are far slower where the cores are busy.",
    ),
  gpu: z
    .union([z.literal(false), z.literal("auto")])
    .default(false)
    .describe("`auto` uses a GPU if the node-llama-cpp package for it is installed."),
  kv_type: z
    .enum(["F32", "F16"])
    .optional()
    .describe("Number type of the cache. Default: F32 for F32 weights, which makes results exact; else F16."),
  logprobs: z
    .boolean()
    .default(false)
    .describe("Report the log-probability of each sampled token. bench/signals.mjs measures what it costs."),
  ...TopOptions,
});

/** As written in an experiment file. */
export type LlamaInput = z.input<typeof LlamaOptions>;
export type LlamaOptions = z.output<typeof LlamaOptions>;
