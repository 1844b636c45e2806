import type { AskedLength } from "../core/facts.ts";
import type { PointRow } from "../ports/result-reader.ts";

/** The length that the prompt of a setting asks for. */
export const askedOf = ({ asked }: Pick<PointRow, "asked">): AskedLength | null =>
  asked === null ? null : (JSON.parse(asked) as AskedLength);

/** What an ignored end was replaced with, in a word. */
export const stringOf = ({ continuation }: Pick<PointRow, "continuation">): string => continuation?.trim() || "nothing";
