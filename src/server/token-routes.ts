import { z } from "zod";
import type { ServedModel } from "./served-model.ts";
import { Message, turnsOf } from "./chat-request.ts";
import { checkLength, checkLengths, textIds } from "./completion-request.ts";

const ids = z.array(z.int().nonnegative());

/** vLLM's shape; `parse_special: false` (llama.cpp's word) leaves markup as text. */
export const TokenizeRequest = z.strictObject({
  model: z.string().optional(),
  prompt: z.string().optional(),
  /** Several, each read by itself; ours. */
  prompts: z.array(z.string()).max(1024).optional(),
  messages: z.array(Message).min(1).max(4096).optional(),
  add_special_tokens: z.boolean().nullish(),
  add_generation_prompt: z.literal(true, { error: "only true is supported" }).nullish(),
  parse_special: z.boolean().default(true),
  return_token_strs: z.boolean().nullish(),
});

export const DetokenizeRequest = z.strictObject({
  model: z.string().optional(),
  tokens: ids,
  skip_special_tokens: z.literal(false, { error: "only false is supported" }).nullish(),
});

const idsOf = async (
  { messages, prompt = "", add_special_tokens, parse_special }: z.infer<typeof TokenizeRequest>,
  model: ServedModel,
): Promise<readonly number[]> => {
  if (messages) {
    const turns = turnsOf(messages);
    checkLength(turns.map(({ content }) => content).join(""), model);
    return (await model.format.conversation(turns)).ids;
  }
  return textIds(prompt, add_special_tokens === true, model, parse_special);
};

export const tokenize = async (request: z.infer<typeof TokenizeRequest>, model: ServedModel): Promise<object> => {
  const { prompts, ...common } = request;
  if (prompts) checkLengths(prompts, model);
  if (prompts) return { results: await Promise.all(prompts.map((prompt) => tokenize({ ...common, prompt }, model))) };
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

/** What clients that have no tokenizer of their own ask for. */
export const tokenizerInfo = async ({ engine }: ServedModel): Promise<object> => {
  const { eosIds, bosText, chatTemplate, contextLength } = engine.info;
  const [eos] = eosIds;
  return {
    tokenizer_class: "overthink",
    bos_token: bosText,
    eos_token: eos === undefined ? null : await engine.detokenize([eos]),
    chat_template: chatTemplate,
    model_max_length: contextLength,
    add_bos_token: false,
    clean_up_tokenization_spaces: false,
  };
};
