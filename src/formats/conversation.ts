import { UserError } from "../core/user-error.ts";
import type { Engine } from "../ports/engine.ts";
import { chatOf } from "./chat.ts";
import { type Chat, renderChat, type Turn } from "./chat-template.ts";
import type { InlineFormat } from "./inline.ts";
import { fillIn, type Prompt } from "./prompt.ts";
import { thoughtState } from "./thought-state.ts";

export type { Turn } from "./chat-template.ts";

/** A prompt, and what must be written after it to open the thought: nothing where it opens the thought itself. */
export type Opened = Prompt & Readonly<{ thinkingStart: readonly number[] }>;

export type Conversation = (turns: readonly Turn[]) => Promise<Opened>;

type Maker = Readonly<{
  format: InlineFormat;
  /** The template that the format names; null for a prompt written out. */
  chat: Chat | null;
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
  const { format, chat, template, prompt, engine, thinkingStart } = maker;
  const opened = async ({ ids, text }: Prompt, shape: string): Promise<Opened> => {
    const behind = shape.split(marks).at(-1)?.split("{problem}").at(-1) ?? "";
    const ends = { start: format.thinking_start, end: format.thinking_end, others: await engine.marksIn(behind) };
    return { ids, text, thinkingStart: thoughtState(behind, ends) === "open" ? [] : thinkingStart };
  };
  return async (given) => {
    const [only, ...more] = given;
    if (only?.role === "user" && more.length === 0) return opened(await prompt(only.content), template);
    const turns = withSystem(given, chat?.setting.system ?? null);
    const shape =
      chat === null && engine.info.chatTemplate === null ? inTurns(maker, turns) : await byTemplate(maker, turns);
    return opened(await fill(shape, turns, engine), shape);
  };
};

/** The format's own system message, where the conversation brings none. */
const withSystem = (turns: readonly Turn[], system: string | null): readonly Turn[] =>
  system === null || turns[0]?.role === "system" ? turns : [{ role: "system", content: system }, ...turns];

/** What the model's template makes of marks in place of the messages, so that markup in a message stays text. */
const byTemplate = async ({ format, chat, engine }: Maker, turns: readonly Turn[]): Promise<string> => {
  const { template, setting } = chat ?? (await chatOf(format, engine, "?"));
  const messages = turns.map(({ role }, at) => ({ role, content: mark(at) }));
  const shape = await renderChat(template, messages, { setting, generate: true });
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
  // A model without a template has no place for a system message: it is the beginning of the question after it.
  return shapes.reduceRight(
    (behind, shape, at) => (turns[at]?.role === "system" ? intoQuestion(shape, behind) : shape + behind),
    "",
  );
};

const intoQuestion = (shape: string, behind: string): string => {
  const at = behind.search(marks);
  return at < 0 ? shape + behind : behind.slice(0, at) + shape + behind.slice(at);
};

const fill = async (shape: string, turns: readonly Turn[], engine: Engine): Promise<Prompt> => {
  const contents = [...shape.matchAll(/OVERTHINKMESSAGE(\d+)END/g)].map(
    (found) => turns[Number(found[1])]?.content ?? "",
  );
  return fillIn({ betweens: shape.split(marks), contents, marks: await engine.marksIn(shape) }, engine);
};
