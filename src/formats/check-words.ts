import { UserError } from "../core/user-error.ts";
import type { Engine } from "../ports/engine.ts";
import { type Chat, openings, promptWith, shownVariables } from "./chat-template.ts";
import type { Asked } from "./check-family.ts";
import type { InlineFormat } from "./inline.ts";
import { aroundQuestion } from "./prompt.ts";
import { type Suspect, suspectsInPrompt } from "./suspects.ts";
import { type ThoughtState, thoughtState } from "./thought-state.ts";

/** A format as it was written or recognised, and the prompt that it makes, with {problem} in it. */
export type Words = Readonly<{
  format: InlineFormat;
  chat: Chat | null;
  /** The template that says how a question is written; null where none is known, or the prompt is a user's own. */
  asked: Asked | null;
  template: string;
  engine: Engine;
  model: string;
}>;

const refuseSuspect = (suspect: Suspect, where: string, model: string): never => {
  const lost = suspect.cause === "typed as ordinary text";
  const guess = suspect.meant === null ? "" : `, did you mean ${JSON.stringify(suspect.meant)}?`;
  const why = lost
    ? "its vocabulary types it as ordinary text, so it falls apart into characters"
    : `its vocabulary does not have it as one token${guess}`;
  throw new UserError(`model ${JSON.stringify(model)}: ${JSON.stringify(suspect.text)} in ${where}: ${why}`, {
    hint: lost
      ? "convert the model again: token types get lost in some conversions"
      : "write the marks that this model was trained with, or, if it was trained with them as ordinary text, " +
        "plain_delimiters: true",
  });
};

/** Refuses a prompt with marks that the vocabulary does not have. */
export const checkPrompt = ({ format, chat, template, engine, model }: Words, marks: readonly string[]): void => {
  const byHand = chat === null;
  const known = { marks, vocabulary: engine.info.vocabulary };
  const [suspect] = suspectsInPrompt(template, known, { byHand, plainAllowed: format.plain_delimiters });
  if (suspect) refuseSuspect(suspect, byHand ? "the prompt" : "its chat template", model);
};

export const stateOf = ({ format }: Words, template: string, others: readonly string[]): ThoughtState =>
  thoughtState(aroundQuestion(template).after, { start: format.thinking_start, end: format.thinking_end, others });

/** What opens a thought that the template closes, found by trying. */
const openedBy = async (read: Words, chat: Chat, marks: readonly string[]): Promise<string> => {
  const { template } = chat;
  for (const change of openings(template)) {
    const prompt = await promptWith(chat, change);
    if (prompt !== null && stateOf(read, prompt, marks) !== "closed")
      return `opened by template_variables: ${shownVariables(change)}`;
  }
  return template.reads.length === 0
    ? "it reads no variable that could open it: give another one with template: FILE"
    : `no variable that is known opens it; it reads ${template.reads.join(", ")}`;
};

/** Refuses a prompt after which no thought can begin. */
export const checkState = async (read: Words, state: ThoughtState, marks: readonly string[]): Promise<void> => {
  const { chat, format, model } = read;
  const writer = chat ? "the chat template" : "the prompt";
  if (state === "closed")
    throw new UserError(`model ${JSON.stringify(model)}: ${writer} has closed the thought before the model can think`, {
      hint: chat ? await openedBy(read, chat, marks) : "leave the thought open in it",
    });
  if (state === "half")
    throw new UserError(
      `model ${JSON.stringify(model)}: ${writer} ends within thinking_start ${JSON.stringify(format.thinking_start)}`,
      { hint: "name what the prompt ends with as thinking_start, or write the prompt out" },
    );
};
