import { UserError } from "../core/user-error.ts";
import type { Engine } from "../ports/engine.ts";
import { markupOf } from "./markup.ts";

export type Encoding = Readonly<{ engine: Engine; model: string; plainAllowed: boolean }>;

type Named = Readonly<{ name: string; text: string }>;

const refuseMarkup = ({ name, text }: Named, markup: string, { model }: Encoding): never => {
  const within = markup === text ? "" : ` of ${JSON.stringify(text)}`;
  throw new UserError(
    `model ${JSON.stringify(model)}: ${name} ${JSON.stringify(markup)}${within} is not in its vocabulary`,
    {
      hint: "choose the format that this model was trained with, or, if it was trained with plain text, write the format out with plain_delimiters: true",
    },
  );
};

const checkMarkup = async (named: Named, ids: readonly number[], encoding: Encoding): Promise<void> => {
  for (const markup of markupOf(named.text)) {
    const [id, ...more] = await encoding.engine.tokenize(markup, { special: true });
    const isToken = id !== undefined && more.length === 0 && ids.includes(id);
    if (!isToken) refuseMarkup(named, markup, encoding);
  }
};

/** Some vocabularies begin every text with a space, which a cue can bear and a stop sequence cannot. */
const kept = (name: string, text: string, written: string): boolean =>
  written === text || (name === "answer_cue" && written.trimStart() === text.trimStart());

const checkRoundTrip = async (
  { name, text }: Named,
  ids: readonly number[],
  { engine, model }: Encoding,
): Promise<void> => {
  const written = await engine.detokenize(ids);
  if (!kept(name, text, written))
    throw new UserError(
      `model ${JSON.stringify(model)}: ${name} ${JSON.stringify(text)} becomes ${JSON.stringify(written)} in its vocabulary`,
      { hint: "write the delimiter in characters that the model's tokenizer keeps" },
    );
};

/** Token ids of a delimiter; refuses one that the model has no control token for, or that changes on the way. */
export const delimiterIds = async (named: Named, encoding: Encoding): Promise<readonly number[]> => {
  if (named.text === "") return [];
  const ids = await encoding.engine.tokenize(named.text, { special: true });
  if (!encoding.plainAllowed) await checkMarkup(named, ids, encoding);
  await checkRoundTrip(named, ids, encoding);
  return ids;
};
