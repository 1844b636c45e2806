import { z } from "zod";
import { mostCharactersFor } from "../core/text-limits.ts";
import { ApiError } from "./api-error.ts";
import type { ServedModel } from "./served-model.ts";
import {
  budgetFields,
  choicesField,
  effortFields,
  harmlessFields,
  samplingFields,
  stopFields,
  streamFields,
} from "./sampling-fields.ts";

const ids = z.array(z.int().nonnegative()).min(1);
const text = z.string().min(1);
/** Prompts x choices of one request. */
const mostChoices = 1024;

const Prompt = z.union([text, ids, z.array(text).min(1), z.array(ids).min(1)], {
  error: "expected a text, a list of token ids, or a list of either, none of them empty",
});

/** `/v1/completions` in vLLM's fields. An unknown field is an error: one that was ignored would be worse. */
export const CompletionRequest = z
  .strictObject({
    model: z.string().optional(),
    prompt: Prompt,
    max_tokens: z.int().nonnegative().nullish(),
    n: choicesField,
    best_of: z.int().positive().nullish(),
    include_stop_str_in_output: z.boolean().nullish(),
    skip_special_tokens: z.boolean().nullish(),
    spaces_between_special_tokens: z.boolean().nullish(),
    add_special_tokens: z.boolean().nullish(),
    return_token_ids: z.boolean().nullish(),
    return_tokens_as_token_ids: z.literal(false, { error: "is not supported" }).nullish(),
    truncate_prompt_tokens: z.literal(-1, { error: "is not supported: nothing is cut off a prompt" }).nullish(),
    logprobs: z.int().nonnegative().max(100).nullish(),
    echo: z.boolean().nullish(),
    suffix: z.literal("", { error: "is not supported" }).nullish(),
    response_format: z.strictObject({ type: z.literal("text") }, { error: "only text is supported" }).nullish(),
    ...stopFields,
    ...samplingFields,
    ...streamFields,
    ...budgetFields,
    ...effortFields,
    ...harmlessFields,
  })
  .superRefine((request, context) => {
    const refuse = (path: string, message: string) => context.addIssue({ code: "custom", path: [path], message });
    const { max_tokens = 16, min_tokens, n, best_of, echo } = request;
    if (max_tokens === 0 && !echo) refuse("max_tokens", "0 needs echo: nothing would come back");
    if (min_tokens != null && max_tokens !== null && min_tokens > max_tokens)
      refuse("min_tokens", "is above max_tokens");
    if (best_of != null && best_of !== (n ?? 1)) refuse("best_of", "only the value of n is supported");
  });
export type CompletionRequest = z.infer<typeof CompletionRequest>;

type PromptFields = Pick<CompletionRequest, "prompt" | "add_special_tokens" | "n">;

const isText = (prompt: string | readonly number[]): prompt is string => typeof prompt === "string";

const listOf = (prompt: CompletionRequest["prompt"]): readonly (string | readonly number[])[] => {
  if (typeof prompt === "string") return [prompt];
  return typeof prompt[0] === "number" ? [prompt as readonly number[]] : (prompt as (string | number[])[]);
};

/** Reading a text takes the process a while, in which nobody else is answered. */
export const checkLength = (written: string, { engine: { info } }: ServedModel): void => {
  if (written.length <= mostCharactersFor(info.contextLength)) return;
  const message = `a text has ${written.length} characters, the context holds ${info.contextLength} tokens`;
  throw new ApiError(400, message, "prompt");
};

/** Characters of all texts of one request together, where the context does not hold more. */
const mostTogether = 1_000_000;

/** The same for several texts, which are read one after another. */
export const checkLengths = (texts: readonly string[], model: ServedModel): void => {
  for (const text of texts) checkLength(text, model);
  const together = texts.reduce((sum, text) => sum + text.length, 0);
  const most = Math.max(mostTogether, mostCharactersFor(model.engine.info.contextLength));
  if (together > most)
    throw new ApiError(400, `the texts have ${together} characters together, at most ${most} are read`, "prompt");
};

/** A text is read with its markup, and gets a BOS that is not written in it only if that is asked for. */
export const textIds = async (
  written: string,
  begun: boolean,
  model: ServedModel,
  special = true,
): Promise<readonly number[]> => {
  const { engine } = model;
  const { bosText } = engine.info;
  checkLength(written, model);
  if (!begun) return written === "" ? [] : engine.tokenize(written, { special });
  if (!bosText)
    throw new ApiError(
      400,
      "add_special_tokens: the model names no token for the beginning of a text",
      "add_special_tokens",
    );
  return engine.tokenize(written.startsWith(bosText) ? written : bosText + written, { special });
};

/** Each prompt of a request in ids. */
export const promptsOf = async (request: PromptFields, model: ServedModel): Promise<readonly (readonly number[])[]> => {
  const prompts = listOf(request.prompt);
  if (prompts.length * (request.n ?? 1) > mostChoices)
    throw new ApiError(400, `at most ${mostChoices} choices in one request`, "prompt");
  checkLengths(prompts.filter(isText), model);
  return Promise.all(
    prompts.map(async (prompt) =>
      isText(prompt) ? textIds(prompt, request.add_special_tokens === true, model) : prompt,
    ),
  );
};
