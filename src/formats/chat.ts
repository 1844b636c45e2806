import { UserError } from "../core/user-error.ts";
import type { Engine } from "../ports/engine.ts";
import { type Chat, type ChatTemplate, checkVariables, readChatTemplate, type Variables } from "./chat-template.ts";
import { type AutoFormat, fixedDate, type InlineFormat } from "./inline.ts";

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

/** One value for each variable: where several are swept, the first. */
const firstValues = (variables: Variables): Variables =>
  Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, isList(value) ? value[0] : value]));

export const asksForDate = ({ text }: ChatTemplate): boolean => text.includes("strftime_now");

/** The model's template, or the one given, with all its variables. */
export const chatOf = async (format: InlineFormat | AutoFormat, engine: Engine, model: string): Promise<Chat> => {
  const text = format.template ?? engine.info.chatTemplate;
  if (text === null || text.trim() === "")
    throw new UserError(`model ${JSON.stringify(model)} has no chat template that its engine knows`, {
      hint: 'write the prompt out: format: { prompt: "...{problem}..." }, or name a family',
    });
  const template = await readChatTemplate(text);
  const variables = firstValues(format.template_variables ?? {});
  checkVariables(template, variables);
  if (format.date !== undefined && !asksForDate(template))
    throw new UserError("date: the chat template does not ask for today's date", { hint: "leave it out" });
  const eos = "end_of_turn" in format ? ([format.end_of_turn].flat()[0] ?? null) : null;
  const setting = {
    bosToken: format.bos_token ?? engine.info.bosText,
    eosToken: engine.info.eosText ?? eos,
    system: format.system ?? null,
    date: format.date ?? fixedDate,
    variables,
  };
  return { template, setting };
};
