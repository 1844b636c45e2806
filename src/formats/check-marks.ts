import { stretchesOf } from "../core/marks.ts";
import { thoughtMarks } from "../core/thought-marks.ts";
import { UserError } from "../core/user-error.ts";
import { type ChatTemplate, readChatTemplate, tried } from "./chat-template.ts";
import type { Words } from "./check-words.ts";
import { namesOf, weighAll } from "./recognise.ts";

/** The template that the format names, else the model's own; null where none can be read. */
const templateOf = async ({ chat, engine }: Words): Promise<ChatTemplate | null> => {
  if (chat) return chat.template;
  return engine.info.chatTemplate === null ? null : tried(readChatTemplate(engine.info.chatTemplate));
};

/**
 * Refuses delimiters that the model's template does not know, while it has other ones: they may well be in the
 * vocabulary, and the model would hardly ever write them.
 */
export const checkMarks = async (known: Words): Promise<void> => {
  const { format, engine, model, template: prompt } = known;
  const template = await templateOf(known);
  const own = [format.thinking_start, format.thinking_end].map((mark) => mark.trim()).filter((mark) => mark !== "");
  if (template === null || own.some((mark) => template.text.includes(mark))) return;
  const all = await weighAll(thoughtMarks, { engine, template, prompt });
  const mentioned = all.filter((one) => one.isMentioned && (one.isInVocabulary || format.plain_delimiters));
  const others =
    mentioned.length > 0 || (await isCertain(own, known)) ? mentioned : all.filter((one) => one.isInVocabulary);
  if (others.length > 0)
    throw new UserError(
      `model ${JSON.stringify(model)}: its ${mentioned.length > 0 ? "chat template" : "vocabulary"} has ` +
        `${namesOf(others)}, and thinking_start and thinking_end are ${JSON.stringify(format.thinking_start)} and ` +
        JSON.stringify(format.thinking_end),
      {
        hint:
          "format: auto takes its own; for a model that was trained anew, give the template that it was trained " +
          "with (prompt: chat, template: FILE)",
      },
    );
};

/**
 * Words are in every vocabulary: where it has thinking marks besides, these are what the model was trained with. Marks
 * that are tokens are its own, and so are those of a family whose prompt is that of the model's template.
 */
const isCertain = async (own: readonly string[], { asked, chat, engine }: Words): Promise<boolean> => {
  if (asked !== null && chat === null) return true;
  const tokens = await engine.marksIn(own.join(" "));
  return own.every((mark) => stretchesOf(mark, tokens).every((part) => part.mark));
};
