import { sha256 } from "../core/hash.ts";
import type { Engine } from "../ports/engine.ts";
import type { Delimiters } from "../ports/method.ts";
import { asksForDate, chatOf } from "./chat.ts";
import { type Chat, chatPrompt, questionWritten, shownVariables, unstated, type Variables } from "./chat-template.ts";
import { checkPrompt, checkState, stateOf, type Words } from "./check-words.ts";
import { checkTurn, familyChat } from "./check-family.ts";
import { checkMarks } from "./check-marks.ts";
import { compareWithServer } from "./compare-server.ts";
import { type Conversation, conversationMaker } from "./conversation.ts";
import { delimiterIds } from "./delimiter-ids.ts";
import { endVariants } from "./end-variants.ts";
import { aroundQuestion, type Prompt, promptMaker } from "./prompt.ts";
import { type Evidence, marksNamed, recognise, turnEnds } from "./recognise.ts";
import type { AutoFormat, InlineFormat } from "./inline.ts";
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
  /** What the user should know of it. */
  note?: string;
}>;

const sameIds = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((id, at) => id === b[at]);

/** The format's ends of a turn, and the model's own ends where the format does not name them. */
const withModelEnds = (
  named: readonly (readonly number[])[],
  eosIds: readonly number[],
): readonly (readonly number[])[] => {
  const own = eosIds.map((id) => [id]).filter((end) => !named.some((other) => sameIds(other, end)));
  return [...named, ...own];
};

/** An end that is one of the vocabulary's marks is always written alike. */
const mergingEnds = async (format: InlineFormat, engine: Engine): Promise<Pick<Delimiters, "ends">> => {
  if (!format.plain_delimiters || (await engine.marksIn(format.thinking_end)).includes(format.thinking_end)) return {};
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
    endOfTurn: withModelEnds(ends, engine.info.eosIds),
    answerCue: await ids("answer_cue", format.answer_cue),
    startMark: await ids("thinking_start", format.thinking_start.trim()),
    ...(await mergingEnds(format, engine)),
  };
};

const chosenOf = async ({ format, chat, template }: Words, state: "open" | "neither"): Promise<Chosen> => ({
  thinking_start: format.thinking_start,
  thinking_end: format.thinking_end,
  end_of_turn: [format.end_of_turn].flat(),
  answer_cue: format.answer_cue,
  state,
  ...(format.template === undefined ? {} : { template_sha256: sha256(format.template) }),
  ...(chat ? { template_variables: chat.setting.variables } : {}),
  ...(chat && asksForDate(chat.template) ? { date: chat.setting.date } : {}),
  ...(chat?.setting.system != null ? { system: chat.setting.system } : {}),
  ...(chat && state === "neither" ? await notAsked(chat, template) : {}),
});

/** A template that asks for a thought where a variable says so, and leaves it to the model otherwise. */
const notAsked = async (chat: Chat, prompt: string): Promise<Pick<Chosen, "note">> => {
  const variables = await unstated(chat, prompt);
  if (variables === null) return {};
  return {
    note: `the chat template does not ask for a thought; template_variables: ${shownVariables(variables)} does`,
  };
};

type Read = Omit<Words, "format"> & Readonly<{ chat: Chat }>;

const evidenceOf = (
  { chat, template, engine, model }: Read,
  { plain_delimiters: plainAllowed }: InlineFormat | AutoFormat,
  stated = false,
): Evidence => ({ ...chat, model, engine, prompt: template, plainAllowed, stated });

/** With the marks that the template writes after an answer, and the format may not have named. */
const withTurnEnds = async (format: InlineFormat, known: Read): Promise<InlineFormat> => {
  const ends = [format.end_of_turn].flat();
  const marks = marksNamed([format.thinking_start, format.thinking_end]);
  const more = (await turnEnds(evidenceOf(known, format), marks)).filter((end) => !ends.includes(end));
  return { ...format, end_of_turn: [...ends, ...more] };
};

const read = async (spec: FormatSpec, engine: Engine, model: string): Promise<Words> => {
  const format = formatOf(spec);
  if (!isAuto(format) && format.prompt !== "chat") {
    const asked = typeof spec === "string" ? await familyChat({ name: spec, format, engine, model }) : null;
    return { format, chat: null, asked, template: format.prompt, engine, model };
  }
  const chat = await chatOf(format, engine, model);
  const template = await chatPrompt(chat.template, chat.setting);
  if (typeof spec === "string") checkTurn(spec, template, model);
  const known = { chat, asked: { chat, prompt: template }, template, engine, model };
  if (!isAuto(format)) return { format: await withTurnEnds(format, known), ...known };
  const stated = typeof spec !== "string" && format.thinking !== undefined;
  return { format: await recognise(format, evidenceOf(known, format, stated)), ...known };
};

/** Prompts with the question as the model's own template writes it. */
const promptOf = ({ asked, template, engine }: Words, marks: readonly string[]): ResolvedFormat["prompt"] => {
  const filled = promptMaker(aroundQuestion(template), marks, engine);
  if (asked === null) return filled;
  // Every setting and epoch asks the same questions.
  const known = new Map<string, string>();
  return async (text) => {
    const written = known.get(text) ?? (await questionWritten(text, asked.prompt, asked.chat));
    if (known.size < mostQuestions) known.set(text, written);
    return filled(written);
  };
};

const mostQuestions = 10_000;

/** Puts a format into the tokens of a model; refuses one that the model was not made for. */
export const resolveFormat = async (spec: FormatSpec, engine: Engine, model = "?"): Promise<ResolvedFormat> => {
  const known = await read(spec, engine, model);
  const delimiters = await encodeDelimiters(known);
  const marks = await engine.marksIn(known.template);
  checkPrompt(known, marks);
  await checkMarks(known);
  const state = stateOf(known, known.template, marks);
  await checkState(known, state, marks);
  const prompt = promptOf(known, marks);
  if (known.asked && known.format.template === undefined)
    await compareWithServer({ engine, model, chat: known.asked.chat });
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
    chosen: await chosenOf(known, state === "open" ? "open" : "neither"),
  };
};
