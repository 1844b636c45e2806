import type { ScriptedOptions } from "./options.ts";

export type Vocabulary = Readonly<{
  idsOf(text: string, special: boolean): readonly number[];
  textOf(ids: readonly number[]): string;
  size: number;
  marks: readonly string[];
}>;

/** A character's id is its code point; declared tokens follow after the last of those. */
const firstDeclared = 0x110000;

/** The same script has the same ids in every process, and any text survives tokenising unchanged. */
export const createVocabulary = (options: ScriptedOptions): Vocabulary => {
  const special = unique([...options.special, ...scriptTexts(options).flatMap(markupIn)]);
  const plain = unique([...options.tokens, ...(options.seeded?.words ?? []), ...scriptTexts(options).flatMap(wordsIn)]);
  const declared = unique([...special, ...plain.filter((text) => Array.from(text).length > 1)]);
  const idOf = new Map(declared.map((text, at) => [text, firstDeclared + at]));
  const withSpecial = splitter(declared);
  const withoutSpecial = splitter(declared.filter((text) => !special.includes(text)));
  const idOfPiece = (piece: string, known: boolean): readonly number[] => {
    const id = known ? idOf.get(piece) : undefined;
    return id === undefined ? Array.from(piece, (character) => character.codePointAt(0) ?? 0) : [id];
  };
  return {
    marks: special,
    // Every second piece is one of the declared tokens.
    idsOf: (text, asSpecial) =>
      text.split(asSpecial ? withSpecial : withoutSpecial).flatMap((piece, at) => idOfPiece(piece, at % 2 === 1)),
    size: firstDeclared + declared.length,
    textOf: (ids) => ids.map((id) => declared[id - firstDeclared] ?? String.fromCodePoint(id)).join(""),
  };
};

const unique = (texts: readonly string[]): readonly string[] => [...new Set(texts)];

/** Longest first, so that the longest token wins; the group keeps the tokens in the result of `split`. */
const splitter = (declared: readonly string[]): RegExp =>
  declared.length === 0
    ? /(?!)()/
    : new RegExp(
        `(${[...declared]
          .sort((a, b) => b.length - a.length)
          .map(escape)
          .join("|")})`,
      );

const escape = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");

const scriptTexts = ({ rules, end_of_turn, seeded }: ScriptedOptions): readonly string[] => [
  ...rules.flatMap(({ after, emit }) => [...(typeof after === "string" ? [after] : []), ...[emit].flat()]),
  end_of_turn,
  ...(seeded ? [seeded.thinking_end] : []),
];

const markup = /<[^<>\s]+>/g;

const markupIn = (text: string): readonly string[] => text.match(markup) ?? [];

const wordsIn = (text: string): readonly string[] => text.replace(markup, " ").match(/[\p{L}\p{N}]{2,}/gu) ?? [];
