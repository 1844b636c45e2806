import { UserError } from "../core/user-error.ts";
import type { Engine } from "../ports/engine.ts";
import { type Chat, chatPrompt, messagesOf } from "./chat-template.ts";
import { asksForDate } from "./chat.ts";
import { excerpts } from "./excerpts.ts";
import { aroundQuestion, promptMaker } from "./prompt.ts";

type Compared = Readonly<{ engine: Engine; model: string; chat: Chat }>;

const question = "What is 3 + 4?";

const isSame = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((id, at) => id === b[at]);

const dayLength = 24 * 3600 * 1000;

/** A server writes its own day, which may be another than ours. */
const serverDates = (): readonly string[] =>
  [0, -1, 1].map((days) => new Date(Date.now() + days * dayLength).toISOString().slice(0, 10));

/** Our ids of a question, on each day that the server may take it to be. */
async function ourIds({ engine, chat: { template, setting } }: Compared): Promise<readonly (readonly number[])[]> {
  const dates = asksForDate(template) ? serverDates() : [setting.date];
  return Promise.all(
    dates.map(async (date) => {
      const text = await chatPrompt(template, { ...setting, date });
      return (await promptMaker(aroundQuestion(text), await engine.marksIn(text), engine)(question)).ids;
    }),
  );
}

/** A server that writes the first token by itself may have cut it off. */
async function isEqual(ours: readonly number[], theirs: readonly number[], engine: Engine): Promise<boolean> {
  if (isSame(ours, theirs)) return true;
  const [first, ...rest] = ours;
  return first !== undefined && isSame(rest, theirs) && (await engine.detokenize([first])) === engine.info.bosText;
}

/**
 * Where the engine renders conversations itself, its ids and ours must be the same: some servers give their templates
 * variables of their own, and a start option may have replaced the template.
 */
export const compareWithServer = async (compared: Compared): Promise<void> => {
  const { engine, model, chat } = compared;
  const { system, variables } = chat.setting;
  const theirs = await engine.chatIds?.(messagesOf(question, system), variables);
  if (theirs == null) return;
  const all = await ourIds(compared);
  for (const ours of all) if (await isEqual(ours, theirs, engine)) return;
  const [ours = []] = all;
  const text = await engine.detokenize(theirs);
  const own = await engine.detokenize(ours);
  const parted = excerpts(own, text);
  const shown =
    own === text ? `ids ${ours.join(" ")} and ${theirs.join(" ")}` : `${parted.mine} here, ${parted.theirs} there`;
  throw new UserError(
    `model ${JSON.stringify(model)}: its server renders the chat template otherwise: ${ours.length} and ` +
      `${theirs.length} tokens, ${shown}`,
    {
      hint:
        "state the variables that the server adds with template_variables, or give the template with " +
        "template: FILE",
    },
  );
};
