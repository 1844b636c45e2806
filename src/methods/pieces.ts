import type { Kind, Piece } from "../core/segment.ts";
import type { Continue, Delimiters, ThoughtEnd } from "../ports/method.ts";

export type Ids = readonly number[];

/** A piece that the method writes. */
export const forced = (kind: Kind, tokenIds: Ids): Piece => ({ kind, origin: "forced", stop: null, tokenIds });

/** Written by the model, and ended by something else than its own stop. */
export const delimiter = (tokenIds: Ids): Piece => ({ kind: "delimiter", origin: "sampled", stop: null, tokenIds });

/** Whether token ids end in these; never in none. */
export const endsWith = (ids: Ids, tail: Ids): boolean =>
  tail.length > 0 && tail.length <= ids.length && tail.every((id, at) => ids[ids.length - tail.length + at] === id);

/** Where `part` begins within `ids`, -1 if nowhere. */
export function indexOfIds(ids: Ids, part: Ids): number {
  if (part.length === 0) return -1;
  for (let at = 0; at + part.length <= ids.length; at++) if (part.every((id, step) => ids[at + step] === id)) return at;
  return -1;
}

/** The ways in which a thought may end by its mark. */
export const endsOf = ({ thinkingEnd, ends }: Pick<Delimiters, "thinkingEnd" | "ends">): readonly ThoughtEnd[] =>
  ends ?? [{ ids: thinkingEnd, shared: 0, text: "" }];

/** The end that ids end in; of several the longest, whose first token holds most of the thought. */
export const endIn = (ids: Ids, ends: readonly ThoughtEnd[]): ThoughtEnd | undefined =>
  ends.filter((end) => endsWith(ids, end.ids)).toSorted((a, b) => b.ids.length - a.ids.length)[0];

type Asked = Readonly<{ go: Continue; after: Ids; maxTokens: number; endOfTurn: Delimiters["endOfTurn"] }>;

/** Samples the answer up to the end of the turn. Nothing where no room is left. */
export async function sampleAnswer({ go, after, maxTokens, endOfTurn }: Asked): Promise<readonly Piece[]> {
  if (maxTokens < 1) return [];
  const { tokenIds } = await go({ after, maxTokens, stops: endOfTurn });
  return answerPieces(tokenIds, endOfTurn);
}

/** An answer as it was sampled, its end apart. */
export function answerPieces(tokenIds: Ids, endOfTurn: Delimiters["endOfTurn"]): readonly Piece[] {
  const ending = endOfTurn.find((tail) => endsWith(tokenIds, tail));
  if (!ending) return [{ kind: "answer", origin: "sampled", stop: "length", tokenIds }];
  const answer: Piece = { kind: "answer", origin: "sampled", stop: "eos", tokenIds: tokenIds.slice(0, -ending.length) };
  return [answer, delimiter(ending)];
}
