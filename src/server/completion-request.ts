import { z } from "zod";
import type { ServedModel } from "./served-model.ts";
import { budgetFields, harmlessFields, samplingFields, streamFields } from "./sampling-fields.ts";

const ids = z.array(z.int().nonnegative()).min(1);

const Prompt = z.union([z.string().min(1), ids, z.tuple([z.string().min(1)]), z.tuple([ids])], {
  error: "expected one text or one list of token ids, not empty",
});

/** `/v1/completions` in vLLM's fields. An unknown field is an error: one that was ignored would be worse. */
export const CompletionRequest = z.strictObject({
  model: z.string().optional(),
  prompt: Prompt,
  max_tokens: z.int().positive().nullish(),
  min_tokens: z.int().nonnegative().nullish(),
  stop: z.union([z.string().min(1), z.array(z.string().min(1))]).nullish(),
  stop_token_ids: z.array(z.int().nonnegative()).nullish(),
  include_stop_str_in_output: z.boolean().nullish(),
  ignore_eos: z.boolean().nullish(),
  skip_special_tokens: z.boolean().nullish(),
  spaces_between_special_tokens: z.boolean().nullish(),
  add_special_tokens: z.boolean().nullish(),
  return_token_ids: z.boolean().nullish(),
  logprobs: z.int().nonnegative().nullish(),
  echo: z.literal(false, { error: "is not supported" }).nullish(),
  suffix: z.literal("", { error: "is not supported" }).nullish(),
  ...samplingFields,
  ...streamFields,
  ...budgetFields,
  ...harmlessFields,
});
export type CompletionRequest = z.infer<typeof CompletionRequest>;

/** A text prompt is read with its markup, and gets no BOS that is not written in it. */
export const promptIds = async ({ prompt }: CompletionRequest, { engine }: ServedModel): Promise<readonly number[]> => {
  const [first] = prompt;
  if (typeof prompt === "string") return engine.tokenize(prompt, { special: true });
  if (typeof first === "string") return engine.tokenize(first, { special: true });
  return Array.isArray(first) ? first : (prompt as readonly number[]);
};
