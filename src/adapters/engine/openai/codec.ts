/** Text to ids and back, for the model behind the server. */
export type Codec = Readonly<{
  /** `special`: markup becomes its control token; otherwise text stays text. Never adds a BOS. */
  encode: (text: string, special: boolean) => Promise<readonly number[]>;
  decode: (ids: readonly number[]) => Promise<string>;
  /** Number of ids; null where not known. */
  vocabulary: number | null;
}>;

/**
 * Encodes text in which markup shall stay text with a tokenizer that always reads markup: each piece of markup
 * is broken after its first character. `pieces` are the parts between which nothing may be joined.
 */
export const plainPieces = (text: string, markup: readonly string[]): readonly string[] => {
  const present = markup.filter((mark) => mark.length > 1 && text.includes(mark));
  if (present.length === 0) return [text];
  const places = present.flatMap((mark) =>
    [...text.matchAll(new RegExp(escape(mark), "g"))].map((match) => match.index + 1),
  );
  const cuts = [...new Set(places)].sort((a, b) => a - b);
  return [0, ...cuts].map((from, at) => text.slice(from, cuts[at] ?? text.length));
};

const escape = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");

/** What may be markup: `<think>`, `<|im_end|>`, `[INST]`, `<｜User｜>`. */
export const markupLike = (text: string): readonly string[] => [
  ...new Set(text.match(/<[^<>\s]{1,60}>|\[\/?[A-Z_]{2,40}\]/g) ?? []),
];

export const encodePlain = async (
  text: string,
  markup: readonly string[],
  codec: Pick<Codec, "encode" | "decode">,
): Promise<readonly number[]> => {
  const pieces = plainPieces(text, markup);
  const ids = (await Promise.all(pieces.map((piece) => codec.encode(piece, true)))).flat();
  if (pieces.length > 1 && (await codec.decode(ids)) !== text)
    throw new Error(`the tokenizer cannot write ${JSON.stringify(text)} without its control tokens`);
  return ids;
};
