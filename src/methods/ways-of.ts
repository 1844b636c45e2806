import type { Task } from "../ports/method.ts";
import type { Ids } from "./pieces.ts";

/** A word alone and behind a space, which many vocabularies write as other tokens; no way twice. */
export async function waysOf({ encode }: Pick<Task, "encode">, word: string): Promise<readonly Ids[]> {
  const ways = await Promise.all([word, ` ${word}`].map((text) => encode(text)));
  const known = new Map(ways.filter((ids) => ids.length > 0).map((ids) => [ids.join(), ids]));
  return [...known.values()];
}
