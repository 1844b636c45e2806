import { z } from "zod";
import type { ServedModel } from "./served-model.ts";
import { questionOf } from "./chat-request.ts";

const Message = z.object({ role: z.enum(["system", "user"]), content: z.string() });

/** vLLM's shape; `parse_special: false` (llama.cpp's word) leaves markup as text. */
export const TokenizeRequest = z.strictObject({
  model: z.string().optional(),
  prompt: z.string().optional(),
  messages: z.array(Message).min(1).optional(),
  add_special_tokens: z.boolean().optional(),
  parse_special: z.boolean().default(true),
  return_token_strs: z.boolean().optional(),
});

export const DetokenizeRequest = z.strictObject({
  model: z.string().optional(),
  tokens: z.array(z.int().nonnegative()),
});

const idsOf = async (
  request: z.infer<typeof TokenizeRequest>,
  { engine, format }: ServedModel,
): Promise<readonly number[]> => {
  if (request.messages) return (await format.prompt(questionOf({ messages: request.messages }))).ids;
  return request.prompt ? engine.tokenize(request.prompt, { special: request.parse_special }) : [];
};

export const tokenize = async (request: z.infer<typeof TokenizeRequest>, model: ServedModel): Promise<object> => {
  const tokens = await idsOf(request, model);
  const strings = request.return_token_strs
    ? await Promise.all(tokens.map((id) => model.engine.detokenize([id])))
    : null;
  return { tokens, count: tokens.length, max_model_len: model.engine.info.contextLength, token_strs: strings };
};

export const detokenize = async (
  { tokens }: z.infer<typeof DetokenizeRequest>,
  { engine }: ServedModel,
): Promise<object> => ({
  prompt: tokens.length === 0 ? "" : await engine.detokenize(tokens),
});
