import { brokenAtMarks } from "../../../core/marks.ts";
import type { Vocabulary } from "../../../ports/engine.ts";

/** Text to ids and back, for the model of the server. */
export type Codec = Readonly<{
  /** `special`: marks become their tokens; otherwise text stays text. Never adds a BOS. */
  encode: (text: string, special: boolean) => Promise<readonly number[]>;
  decode: (ids: readonly number[]) => Promise<string>;
  /** Text of each id, empty for a part of a character; null where it is not known. */
  pieces: (ids: readonly number[]) => Promise<readonly (string | null)[]>;
  /** The vocabulary's marks that are in a text. */
  marksIn: (text: string) => Promise<readonly string[]>;
  /** Number of ids; null where not known. */
  vocabulary: number | null;
  /** Null where only the server has it. */
  tokens: Vocabulary | null;
}>;

/** Encodes text in which these marks shall stay text, with an encoder that finds marks in any text. */
export const encodeBroken = async (
  text: string,
  marks: readonly string[],
  codec: Readonly<{ encode: (text: string) => Promise<readonly number[]>; decode: Codec["decode"] }>,
): Promise<readonly number[]> => {
  const pieces = brokenAtMarks(text, marks);
  const ids = (await Promise.all(pieces.map(codec.encode))).flat();
  if (pieces.length > 1 && (await codec.decode(ids)) !== text)
    throw new Error(`the tokenizer cannot write ${JSON.stringify(text)} without its control tokens`);
  return ids;
};
