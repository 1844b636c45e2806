import { UserError } from "../core/user-error.ts";
import type { Engine } from "../ports/engine.ts";
import { type Suspect, suspectsInDelimiter } from "./suspects.ts";

export type Encoding = Readonly<{ engine: Engine; model: string; plainAllowed: boolean }>;

type Named = Readonly<{ name: string; text: string }>;

const refuseMarkup = ({ name, text }: Named, { text: markup, meant }: Suspect, { model }: Encoding): never => {
  const within = markup === text ? "" : ` of ${JSON.stringify(text)}`;
  const guess = meant === null ? "" : `, did you mean ${JSON.stringify(meant)}?`;
  throw new UserError(
    `model ${JSON.stringify(model)}: ${name} ${JSON.stringify(markup)}${within} is not in its vocabulary${guess}`,
    {
      hint:
        "choose the format that this model was trained with, or, if it was trained to write its delimiters as " +
        "ordinary text, write the format out with plain_delimiters: true",
    },
  );
};

const checkMarkup = async (named: Named, { engine, ...encoding }: Encoding): Promise<void> => {
  const known = { marks: await engine.marksIn(named.text), vocabulary: engine.info.vocabulary };
  const [suspect] = suspectsInDelimiter(named.text, known);
  if (suspect) refuseMarkup(named, suspect, { engine, ...encoding });
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
      `model ${JSON.stringify(model)}: ${name} ${JSON.stringify(text)} becomes ${JSON.stringify(written)} in ` +
        "its vocabulary",
      { hint: "write the delimiter in characters that the model's tokenizer keeps" },
    );
};

/** Token ids of a delimiter; refuses one that the model has no control token for, or that changes on the way. */
export const delimiterIds = async (named: Named, encoding: Encoding): Promise<readonly number[]> => {
  if (named.text === "") return [];
  const ids = await encoding.engine.tokenize(named.text, { special: true });
  if (!encoding.plainAllowed) await checkMarkup(named, encoding);
  await checkRoundTrip(named, ids, encoding);
  return ids;
};
