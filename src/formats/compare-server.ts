import { UserError } from "../core/user-error.ts";
import type { Engine } from "../ports/engine.ts";
import { messagesOf, type Variables } from "./chat-template.ts";
import { excerpts } from "./excerpts.ts";
import type { Prompt } from "./prompt.ts";

type Compared = Readonly<{
  engine: Engine;
  model: string;
  prompt: (question: string) => Promise<Prompt>;
  system: string | null;
  variables: Variables;
}>;

const question = "What is 3 + 4?";

const isSame = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((id, at) => id === b[at]);

/**
 * Where the engine renders conversations itself, its ids and ours must be the same: some servers give their templates
 * variables of their own, and a start option may have replaced the template.
 */
export const compareWithServer = async ({ engine, model, prompt, system, variables }: Compared): Promise<void> => {
  const theirs = await engine.chatIds?.(messagesOf(question, system), variables);
  if (theirs == null) return;
  const ours = await prompt(question);
  // A server that writes the first token by itself has cut it off.
  const [first, ...rest] = ours.ids;
  const firstText = first === undefined ? null : await engine.detokenize([first]);
  if (isSame(ours.ids, theirs) || (firstText === engine.info.bosText && isSame(rest, theirs))) return;
  const text = await engine.detokenize(theirs);
  const own = await engine.detokenize(ours.ids);
  const parted = excerpts(own, text);
  const shown =
    own === text ? `ids ${ours.ids.join(" ")} and ${theirs.join(" ")}` : `${parted.mine} here, ${parted.theirs} there`;
  throw new UserError(
    `model ${JSON.stringify(model)}: its server renders the chat template otherwise: ${ours.ids.length} and ` +
      `${theirs.length} tokens, ${shown}`,
    {
      hint:
        "state the variables that the server adds with template_variables, or give the template with " +
        "template: FILE",
    },
  );
};
