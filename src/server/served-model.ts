import { hashOf } from "../core/hash.ts";
import type { ResolvedFormat } from "../formats/resolve.ts";
import type { Engine } from "../ports/engine.ts";
import { ApiError } from "./api-error.ts";

/** A model on offer. */
export type ServedModel = Readonly<{
  name: string;
  engine: Engine;
  /** How prompt, thought and answer are delimited. */
  format: ResolvedFormat;
}>;

export type Budget = Readonly<{
  max_thinking_tokens: number | null;
  ignore_ends: number;
}>;

/** `pico@bf-64-w2`: at most 64 thinking tokens, 2 ends ignored. `pico@bf-w1`: no limit, 1 end ignored. */
const suffix = /^(.+)@bf(?:-(\d+))?(?:-w(\d+))?$/;

const budgetOf = ([, , tokens, waits]: RegExpExecArray): Budget | null =>
  tokens === undefined && waits === undefined
    ? null
    : { max_thinking_tokens: tokens === undefined ? null : Number(tokens), ignore_ends: Number(waits ?? 0) };

/** The budget in a model's name; refuses any other model than the one served. */
export const budgetInName = (wanted: string | undefined, { name }: ServedModel): Budget | null => {
  if (wanted === undefined || wanted === name) return null;
  if (wanted.length > 200) throw unknownModel(`${wanted.slice(0, 40)}...`, name);
  const match = suffix.exec(wanted);
  const budget = match?.[1] === name ? budgetOf(match) : null;
  if (budget === null) throw unknownModel(wanted, name);
  return budget;
};

const unknownModel = (wanted: string, name: string): ApiError =>
  new ApiError(
    404,
    `The model ${JSON.stringify(wanted)} does not exist; there is ${JSON.stringify(name)}, and ` +
      `${name}@bf-N-wM for N thinking tokens and M ignored ends.`,
    "model",
  );

/** The model in the list of models; our own engine `openai` reads the fields that vLLM does not have. */
export const modelEntry = ({ name, engine: { info } }: ServedModel): object => ({
  id: name,
  object: "model",
  created: 0,
  owned_by: "overthink",
  root: name,
  parent: null,
  max_model_len: info.contextLength,
  vocabulary_size: info.vocabularySize,
  eos_token_ids: info.eosIds,
  chat_template: info.chatTemplate,
  bos_token: info.bosText,
  eos_token: info.eosText,
  fingerprint: hashOf(info.identity),
});
