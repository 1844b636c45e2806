import { sha256 } from "../core/hash.ts";
import type { Engine } from "../ports/engine.ts";
import type { Delimiters } from "../ports/method.ts";
import { asksForDate, chatOf } from "./chat.ts";
import { chatPrompt, type Variables } from "./chat-template.ts";
import { checkPrompt, checkState, stateOf, type Words } from "./check-words.ts";
import { compareWithServer } from "./compare-server.ts";
import { type Conversation, conversationMaker } from "./conversation.ts";
import { delimiterIds } from "./delimiter-ids.ts";
import { endVariants } from "./end-variants.ts";
import { aroundQuestion, type Prompt, promptMaker } from "./prompt.ts";
import { recognise } from "./recognise.ts";
import type { InlineFormat } from "./inline.ts";
import { formatOf, type FormatSpec, isAuto } from "./schema.ts";

/** A format in the tokens of one model. */
export type ResolvedFormat = Readonly<{
  prompt: (question: string) => Promise<Prompt>;
  /** The prompt for several messages, by the model's own chat template where it has one. */
  conversation: Conversation;
  delimiters: Delimiters;
  /** The prompt with {problem} in it, chat template filled in; for records. */
  template: string;
  /** What was chosen, for a plan, a check and the record. */
  chosen: Chosen;
}>;

export type Chosen = Readonly<{
  thinking_start: string;
  thinking_end: string;
  end_of_turn: readonly string[];
  answer_cue: string;
  /** Where the prompt leaves the thought; `neither`: the start mark is written. */
  state: "open" | "neither";
  /** Of a template that a file holds. */
  template_sha256?: string;
  /** Of a chat template. */
  template_variables?: Variables;
  system?: string;
  date?: string;
}>;

const sameIds = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((id, at) => id === b[at]);

/** The format's ends of a turn, and the model's own ends where the format does not name them. */
const turnEnds = (named: readonly (readonly number[])[], eosIds: readonly number[]): readonly (readonly number[])[] => {
  const own = eosIds.map((id) => [id]).filter((end) => !named.some((other) => sameIds(other, end)));
  return [...named, ...own];
};

/** An end that is one of the vocabulary's marks is always written alike. */
const mergingEnds = async (format: InlineFormat, engine: Engine): Promise<Pick<Delimiters, "ends">> => {
  if (!format.plain_delimiters) return {};
  const ends = await endVariants(format.thinking_end, engine);
  return ends.length > 1 ? { ends } : {};
};

const encodeDelimiters = async ({ format, engine, model }: Words): Promise<Delimiters> => {
  const encoding = { engine, model, plainAllowed: format.plain_delimiters };
  const ids = async (name: string, text: string) => await delimiterIds({ name, text }, encoding);
  const ends = await Promise.all([format.end_of_turn].flat().map(async (text) => await ids("end_of_turn", text)));
  return {
    thinkingStart: await ids("thinking_start", format.thinking_start),
    thinkingEnd: await ids("thinking_end", format.thinking_end),
    endOfTurn: turnEnds(ends, engine.info.eosIds),
    answerCue: await ids("answer_cue", format.answer_cue),
    startMark: await ids("thinking_start", format.thinking_start.trim()),
    ...(await mergingEnds(format, engine)),
  };
};

const chosenOf = ({ format, chat }: Words, state: "open" | "neither"): Chosen => ({
  thinking_start: format.thinking_start,
  thinking_end: format.thinking_end,
  end_of_turn: [format.end_of_turn].flat(),
  answer_cue: format.answer_cue,
  state,
  ...(format.template === undefined ? {} : { template_sha256: sha256(format.template) }),
  ...(chat ? { template_variables: chat.setting.variables } : {}),
  ...(chat && asksForDate(chat.template) ? { date: chat.setting.date } : {}),
  ...(chat?.setting.system != null ? { system: chat.setting.system } : {}),
});

const read = async (spec: FormatSpec, engine: Engine, model: string): Promise<Words> => {
  const format = formatOf(spec);
  if (!isAuto(format) && format.prompt !== "chat")
    return { format, chat: null, template: format.prompt, engine, model };
  const chat = chatOf(format, engine, model);
  const template = chatPrompt(chat.template, chat.setting);
  if (!isAuto(format)) return { format, chat, template, engine, model };
  const evidence = { ...chat, model, engine, prompt: template, plainAllowed: format.plain_delimiters };
  return { format: await recognise(format, evidence), chat, template, engine, model };
};

/** Puts a format into the tokens of a model; refuses one that the model was not made for. */
export const resolveFormat = async (spec: FormatSpec, engine: Engine, model = "?"): Promise<ResolvedFormat> => {
  const known = await read(spec, engine, model);
  const delimiters = await encodeDelimiters(known);
  const marks = await engine.marksIn(known.template);
  checkPrompt(known, marks);
  const state = stateOf(known, known.template, marks);
  checkState(known, state, marks);
  const prompt = promptMaker(aroundQuestion(known.template), marks, engine);
  if (known.chat && known.format.template === undefined)
    await compareWithServer({ engine, model, prompt, ...known.chat.setting });
  const { format, chat, template } = known;
  return {
    prompt,
    conversation: conversationMaker({
      format,
      chat,
      template,
      prompt,
      engine,
      thinkingStart: delimiters.thinkingStart,
    }),
    delimiters: {
      ...delimiters,
      ...(state === "open" ? { thinkingStart: [] } : {}),
      promptOpens: state === "open",
    },
    template,
    chosen: chosenOf(known, state === "open" ? "open" : "neither"),
  };
};
