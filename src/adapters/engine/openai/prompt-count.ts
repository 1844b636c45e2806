import { UserError } from "../../../core/user-error.ts";
import type { Codec } from "./codec.ts";
import { fieldsOf } from "./fields.ts";
import type { Post } from "./server-codec.ts";
import { usageOf } from "./dialects/vllm.ts";

const sample = "1 2";
export type PromptCount = Readonly<{
  url: string;
  post: Post;
  model: string;
  codec: Codec;
  /** The model's own beginning of a text; null where it has none that is known. */
  bosText: string | null;
  anyPromptCount: boolean;
}>;

/**
 * Some hosts put the beginning of a text in front of every prompt by themselves. Their count of a short prompt shows
 * it, against ours. Returns what they put there, null for nothing; throws a UserError where they read something else.
 */
export const bosPutBy = async ({
  url,
  post,
  model,
  codec,
  bosText,
  anyPromptCount,
}: PromptCount): Promise<string | null> => {
  const asked = { model, prompt: sample, max_tokens: 1, temperature: 0 };
  const reply = await post("/v1/completions", asked);
  const theirs = usageOf(fieldsOf(reply))?.promptTokens ?? null;
  const ours = (await codec.encode(sample, true)).length;
  if (theirs === null || theirs === ours) return null;
  if (theirs === ours + 1 && bosText !== null) return bosText;
  if (anyPromptCount) return null;
  throw new UserError(`${url} read ${theirs} prompt tokens where ${ours} were sent`, {
    hint: "it changes the prompt, or the tokenizer is not the model's own; any_prompt_count: true goes on all the same",
  });
};
