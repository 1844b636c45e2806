import { distance } from "fastest-levenshtein";

const sorted = (word: string): string => Array.from(word).sort().join("");

/** Edits between two words, a swap of neighbours counted as one. */
function edits(a: string, b: string): number {
  const edited = distance(a, b);
  return edited === 2 && sorted(a) === sorted(b) ? 1 : edited;
}

/** The known word that was probably meant; none where all are too far away. */
export const suggest = (word: string, known: readonly string[]): string | undefined => {
  const ranked = known
    .map((candidate) => ({ candidate, far: edits(word.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.far - b.far);
  const best = ranked[0];
  return best && best.far <= Math.max(1, Math.floor(word.length / 3)) ? best.candidate : undefined;
};

/** `, did you mean "x"?` or nothing. */
export const didYouMean = (word: string, known: readonly string[]): string => {
  const guess = suggest(word, known);
  return guess === undefined ? "" : `, did you mean ${JSON.stringify(guess)}?`;
};
