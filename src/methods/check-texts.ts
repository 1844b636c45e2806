import { UserError } from "../core/user-error.ts";
import type { Fit } from "../ports/method.ts";

type Model = Pick<NonNullable<Fit["model"]>, "encode" | "contextLength">;

/** Hardly any token has more characters: a text that is much longer is not worth encoding. */
const charactersOfToken = 64;

/** Refuses a text of a setting that the context does not hold, before it is encoded for every attempt. */
export async function checkTexts(
  { encode, contextLength }: Model,
  texts: Readonly<Record<string, string | null | undefined>>,
): Promise<void> {
  for (const [name, text] of Object.entries(texts)) {
    if (text == null || text === "") continue;
    const isVast = text.length > charactersOfToken * contextLength;
    const length = isVast ? null : (await encode(text)).length;
    if (length !== null && length < contextLength) continue;
    const size = length === null ? `${text.length.toLocaleString("en-US")} characters` : `${length} tokens`;
    throw new UserError(`${name} has ${size}, the model's context holds ${contextLength} tokens`, {
      hint: "shorten it",
    });
  }
}
