import { UserError } from "../core/user-error.ts";
import type { Engine } from "../ports/engine.ts";
import type { Delimiters } from "../ports/method.ts";
import { conversationMaker, type Conversation } from "./conversation.ts";
import { chatPrompt } from "./chat-template.ts";
import { delimiterIds } from "./delimiter-ids.ts";
import type { InlineFormat } from "./inline.ts";
import { opensThought, type Prompt, promptMaker } from "./prompt.ts";
import { formatOf, type FormatSpec } from "./schema.ts";

/** A format in the tokens of one model. */
export type ResolvedFormat = Readonly<{
  prompt: (question: string) => Promise<Prompt>;
  /** The prompt for several messages, by the model's own chat template where it has one. */
  conversation: Conversation;
  delimiters: Delimiters;
  /** The prompt with {problem} in it, chat template filled in; for records. */
  template: string;
}>;

const templateOf = (format: InlineFormat, engine: Engine, model: string): string => {
  if (format.prompt !== "chat") return format.prompt;
  const template = engine.info.chatTemplate;
  if (template === null)
    throw new UserError(`model ${JSON.stringify(model)} has no chat template that its engine knows`, {
      hint: 'write the prompt out: format: { prompt: "...{problem}..." }, or name a family',
    });
  const eosToken = [format.end_of_turn].flat()[0] ?? "";
  return chatPrompt(template, { bosToken: format.bos_token ?? engine.info.bosText ?? undefined, eosToken });
};

const sameIds = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((id, at) => id === b[at]);

/** The format's ends of a turn, and the model's own ends where the format does not name them. */
const turnEnds = (named: readonly (readonly number[])[], eosIds: readonly number[]): readonly (readonly number[])[] => {
  const own = eosIds.map((id) => [id]).filter((end) => !named.some((other) => sameIds(other, end)));
  return [...named, ...own];
};

const encodeDelimiters = async (format: InlineFormat, engine: Engine, model: string): Promise<Delimiters> => {
  const encoding = { engine, model, plainAllowed: format.plain_delimiters };
  const ids = async (name: string, text: string) => await delimiterIds({ name, text }, encoding);
  const ends = await Promise.all([format.end_of_turn].flat().map(async (text) => await ids("end_of_turn", text)));
  return {
    thinkingStart: await ids("thinking_start", format.thinking_start),
    thinkingEnd: await ids("thinking_end", format.thinking_end),
    endOfTurn: turnEnds(ends, engine.info.eosIds),
    answerCue: await ids("answer_cue", format.answer_cue),
  };
};

/** Puts a format into the tokens of a model; refuses one that the model was not made for. */
export const resolveFormat = async (spec: FormatSpec, engine: Engine, model = "?"): Promise<ResolvedFormat> => {
  const format = formatOf(spec);
  const template = templateOf(format, engine, model);
  const delimiters = await encodeDelimiters(format, engine, model);
  const opened = opensThought(template, format.thinking_start);
  const prompt = promptMaker(template, engine);
  return {
    prompt,
    conversation: conversationMaker({ format, template, prompt, engine, thinkingStart: delimiters.thinkingStart }),
    delimiters: opened ? { ...delimiters, thinkingStart: [] } : delimiters,
    template,
  };
};
