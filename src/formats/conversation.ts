import { UserError } from "../core/user-error.ts";
import type { Engine } from "../ports/engine.ts";
import { chatText, type Turn } from "./chat-template.ts";
import type { InlineFormat } from "./inline.ts";
import { splitAfterMarkup, splitBeforeMarkup } from "./markup.ts";
import { opensThought, type Prompt } from "./prompt.ts";

export type { Turn } from "./chat-template.ts";

/** A prompt, and what must be written behind it to open the thought: nothing where it opens the thought itself. */
export type Opened = Prompt & Readonly<{ thinkingStart: readonly number[] }>;

export type Conversation = (turns: readonly Turn[]) => Promise<Opened>;

type Maker = Readonly<{
  format: InlineFormat;
  /** With {problem} in it. */
  template: string;
  prompt: (question: string) => Promise<Prompt>;
  engine: Engine;
  thinkingStart: readonly number[];
}>;

const mark = (at: number): string => `OVERTHINKMESSAGE${at}END`;
const marks = /OVERTHINKMESSAGE\d+END/;

/**
 * Prompts for whole conversations. One question alone is put as in an experiment. Several messages are written by the
 * model's own chat template; a model without one is given turn after turn as its format writes a question.
 */
export const conversationMaker = (maker: Maker): Conversation => {
  const { format, template, prompt, engine, thinkingStart } = maker;
  const opened = async ({ ids, text }: Prompt, shape: string): Promise<Opened> => ({
    ids,
    text,
    thinkingStart: opensThought(shape, format.thinking_start) ? [] : thinkingStart,
  });
  return async (turns) => {
    const [only, ...more] = turns;
    if (only?.role === "user" && more.length === 0) return opened(await prompt(only.content), template);
    const shape = engine.info.chatTemplate === null ? inTurns(maker, turns) : byTemplate(maker, turns);
    return opened(await fill(shape, turns, engine), shape);
  };
};

/** What the model's template makes of marks in place of the messages, so that markup in a message stays text. */
const byTemplate = ({ format, engine }: Maker, turns: readonly Turn[]): string => {
  const texts = {
    bosToken: format.bos_token ?? engine.info.bosText ?? undefined,
    eosToken: [format.end_of_turn].flat()[0] ?? "",
  };
  const shape = chatText(
    engine.info.chatTemplate ?? "",
    texts,
    turns.map(({ role }, at) => ({ role, content: mark(at) })),
  );
  turns.forEach(({ role }, at) => {
    if (shape.split(mark(at)).length !== 2)
      throw new UserError(`the model's chat template does not write message ${at + 1} (${role}) once, as it is`);
  });
  return shape;
};

const inTurns = ({ format, template }: Maker, turns: readonly Turn[]): string => {
  const end = [format.end_of_turn].flat()[0] ?? "";
  const shapes = turns.map(({ role }, at) => {
    if (role === "assistant") return `${mark(at)}${end}`;
    return role === "system" ? `${mark(at)}\n\n` : template.replace("{problem}", () => mark(at));
  });
  // A model without a template has no place for a system message: it is the beginning of the question behind it.
  return shapes.reduceRight(
    (behind, shape, at) => (turns[at]?.role === "system" ? intoQuestion(shape, behind) : shape + behind),
    "",
  );
};

const intoQuestion = (shape: string, behind: string): string => {
  const at = behind.search(marks);
  return at < 0 ? shape + behind : behind.slice(0, at) + shape + behind.slice(at);
};

type Run = { text: string; special: boolean };

const fill = async (shape: string, turns: readonly Turn[], engine: Engine): Promise<Prompt> => {
  const contents = [...shape.matchAll(/OVERTHINKMESSAGE(\d+)END/g)].map((found) => turns[Number(found[1])]?.content);
  const runs: Run[] = [];
  const add = (text: string, special: boolean): void => {
    const last = runs.at(-1);
    if (text === "") return;
    if (last?.special === special) last.text += text;
    else runs.push({ text, special });
  };
  shape.split(marks).forEach((between, at) => {
    const [tail, rest] = splitBeforeMarkup(between);
    const [markup, lead] = splitAfterMarkup(rest);
    add(tail, false);
    add(markup, true);
    add(lead, false);
    add(contents[at] ?? "", false);
  });
  const ids = await Promise.all(runs.map(({ text, special }) => engine.tokenize(text, { special })));
  return { ids: ids.flat(), text: runs.map(({ text }) => text).join("") };
};
