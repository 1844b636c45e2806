import { UserError } from "../core/user-error.ts";
import type { Engine } from "../ports/engine.ts";
import { chatOf } from "./chat.ts";
import { type Chat, chatPrompt, openings, tried } from "./chat-template.ts";
import type { InlineFormat } from "./inline.ts";
import { excerpts } from "./excerpts.ts";
import { templateFamily } from "./template-families.ts";

type Known = Readonly<{ name: string; format: InlineFormat; engine: Engine; model: string }>;

/** A chat template and the prompt that it makes, with {problem} in it. */
export type Asked = Readonly<{ chat: Chat; prompt: string }>;

/** The prompts that a template makes, as it is and with thinking turned on. */
const promptsOf = async ({ template, setting }: Chat): Promise<readonly Asked[]> => {
  const all: Asked[] = [];
  for (const variables of [{}, ...openings(template)]) {
    const chat = { template, setting: { ...setting, variables } };
    const prompt = await tried(chatPrompt(template, chat.setting));
    if (prompt !== null) all.push({ chat, prompt });
  }
  return all;
};

/** Whether a prompt leads to the same text as another one once the thought is open. */
const leadsTo = (own: string, { prompt, thinking_start: start }: InlineFormat): boolean => {
  const opened = prompt.endsWith(start) ? prompt : prompt + start;
  return own === prompt || own === opened || own + start === opened;
};

/** The model's own template; null where the engine knows none, or none that can be read. */
const ownChat = async ({ format, engine, model }: Known): Promise<Chat | null> =>
  engine.info.chatTemplate === null ? null : tried(chatOf({ ...format, prompt: "chat" }, engine, model));

/**
 * The model's own chat template, asked as the family asks; null where none is known. Refuses a family whose prompt is
 * another one than it makes: the marks may well be in the vocabulary, and the model was never trained with them in
 * these places.
 */
export const familyChat = async (known: Known): Promise<Asked | null> => {
  const chat = await ownChat(known);
  const all = chat === null ? [] : await promptsOf(chat);
  const [own] = all;
  if (own === undefined) return null;
  const found = all.find(({ prompt }) => leadsTo(prompt, known.format));
  if (found) return found;
  const { mine, theirs } = excerpts(known.format.prompt, own.prompt);
  throw new UserError(
    `model ${JSON.stringify(known.model)}: its own chat template makes another prompt than format: ${known.name}: ` +
      `${theirs} in place of ${mine}`,
    { hint: "format: auto takes its own" },
  );
};

/** Refuses a family of which the prompt of the model's own template shows that it is another one. */
export const checkTurn = (name: string, prompt: string, model: string): void => {
  const family = templateFamily(name);
  if (family === null || prompt.includes(family.turn)) return;
  throw new UserError(
    `model ${JSON.stringify(model)}: prompts of format: ${name} have ` +
      `${JSON.stringify(family.turn)}, and its own chat template writes none`,
    { hint: "format: auto takes its own" },
  );
};
