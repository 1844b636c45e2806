/** A stretch of text that is one token of the vocabulary, or the text between two of them. */
export type Stretch = Readonly<{ text: string; at: number; mark: boolean }>;

/**
 * Whether a token that a vocabulary adds by hand has a meaning of its own: letters between punctuation, such as
 * `[|user|]` and `<seed:bos>`. Words, white space and what else some add (`+1`, `Hmm`) are ordinary text that is found
 * whole. No shape makes a token: `<think>` may be none.
 */
export const isMarkup = (text: string): boolean =>
  /^[^\p{L}\p{N}\s_\u2581].*\p{L}.*[^\p{L}\p{N}\s_\u2581]$/su.test(text);

const escape = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");

/** Finds any of the marks, the longest first; null for none. */
const finder = (marks: readonly string[]): RegExp | null =>
  marks.length === 0
    ? null
    : new RegExp(
        marks
          .toSorted((a, b) => b.length - a.length)
          .map(escape)
          .join("|"),
        "g",
      );

/** The marks that are in a text, each once. */
export const marksWithin = (text: string, marks: readonly string[]): readonly string[] => [
  ...new Set(
    stretchesOf(
      text,
      marks.filter((mark) => text.includes(mark)),
    ).flatMap((one) => (one.mark ? one.text : [])),
  ),
];

/** Cuts a text at the marks in it. */
export const stretchesOf = (text: string, marks: readonly string[]): readonly Stretch[] => {
  const stretches: Stretch[] = [];
  let end = 0;
  const find = finder(marks);
  for (const { 0: mark, index } of find ? text.matchAll(find) : []) {
    if (index > end) stretches.push({ text: text.slice(end, index), at: end, mark: false });
    stretches.push({ text: mark, at: index, mark: true });
    end = index + mark.length;
  }
  return end < text.length ? [...stretches, { text: text.slice(end), at: end, mark: false }] : stretches;
};

const isWord = (character: string): boolean => /[\p{L}\p{N}_]/u.test(character);

/** Where a mark is broken so that it stays text: between punctuation and letters, where tokenisers always split. */
const breakOf = (mark: string): number => {
  const characters = Array.from(mark);
  const at = characters.findIndex((character, i) => i > 0 && isWord(character) !== isWord(characters[i - 1] ?? ""));
  return characters.slice(0, at < 0 ? 1 : at).join("").length;
};

/**
 * Pieces of a text in which marks shall stay text, for a tokeniser that finds them in any text: each mark is broken
 * inside. Nothing may be joined between the pieces.
 */
export const brokenAtMarks = (text: string, marks: readonly string[]): readonly string[] => {
  const places = marks.flatMap((mark) =>
    [...text.matchAll(new RegExp(`(?=${escape(mark)})`, "g"))].map(({ index }) => index + breakOf(mark)),
  );
  const cuts = [...new Set(places)].sort((a, b) => a - b);
  return [0, ...cuts].map((from, at) => text.slice(from, cuts[at] ?? text.length));
};
