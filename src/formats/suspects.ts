import { stretchesOf } from "../core/marks.ts";

import type { Vocabulary } from "../ports/engine.ts";
import { nearest } from "./near.ts";

/** Text that looks like a token of the vocabulary and is none: it would be spelt out in characters. */
export type Suspect = Readonly<{ text: string; cause: "typed as ordinary text" | "not a token"; meant: string | null }>;

/** Shapes that nobody writes in plain prose. */
const strong = /<\|[^<>|\s]+\|?>|<[^<>|\s]+\|>|<｜[^<>\s]+>|\[\|[^|[\]\s]+\|\]/g;

/** Tags that stand in prose too: "put it into <answer></answer>". */
const tags = /<[^<>\s|｜][^<>\s]*>|\[\/?[A-Za-z_]+\]/g;

/** Markup in a delimiter, blanks in it allowed. */
const inDelimiters = /<[^<>\s][^<>]*>|\[\|[^|[\]]+\|\]|\[\/?[A-Z_]+\]/g;

type Known = Readonly<{ marks: readonly string[]; vocabulary: Vocabulary | null }>;

const meantBy = (text: string, { vocabulary, marks }: Known): string | null =>
  nearest(text, vocabulary?.marks ?? marks, Math.min(2, Math.floor(text.length / 3)));

const suspectOf = (text: string, known: Known): Suspect => ({
  text,
  cause: known.vocabulary?.isOrdinary(text) ? "typed as ordinary text" : "not a token",
  meant: known.vocabulary?.isOrdinary(text) ? null : meantBy(text, known),
});

const plainParts = (text: string, { marks }: Known) => stretchesOf(text, marks).filter(({ mark }) => !mark);

const matches = (text: string, pattern: RegExp, known: Known): readonly Suspect[] =>
  plainParts(text, known).flatMap((part) => (part.text.match(pattern) ?? []).map((found) => suspectOf(found, known)));

/** Suspects of a delimiter: all markup counts. */
export const suspectsInDelimiter = (text: string, known: Known): readonly Suspect[] =>
  matches(text, inDelimiters, known);

/** Whether a tag stands where turn marks do: at an edge of the prompt, or of the question. */
const isAtAnEdge = (tag: string, template: string): boolean => {
  const [before = "", after = ""] = template.split("{problem}").map((part) => part.trim());
  return [before, after].some((part) => part.startsWith(tag) || part.endsWith(tag));
};

type Written = Readonly<{
  /** Written by hand, not by the model's makers. */
  byHand: boolean;
  /** The delimiters may be ordinary text, and the turn marks with them. */
  plainAllowed: boolean;
}>;

/** Suspects of a prompt with {problem} in it. */
export const suspectsInPrompt = (template: string, known: Known, { byHand, plainAllowed }: Written) => {
  const lost = ({ cause }: Suspect): boolean => cause === "typed as ordinary text";
  const misspelt = ({ meant }: Suspect): boolean => byHand && meant !== null;
  const strongOnes = matches(template, strong, known).filter((one) => !plainAllowed || lost(one) || misspelt(one));
  const tagged = matches(template, tags, known).filter(
    (one) => lost(one) || misspelt(one) || (byHand && !plainAllowed && isAtAnEdge(one.text, template)),
  );
  return [...strongOnes, ...tagged];
};
