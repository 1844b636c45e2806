import { distance } from "fastest-levenshtein";

/** The one of these that was probably meant: few edits away, and not of another length; null for none. */
export const nearest = (text: string, known: readonly string[], edits: number): string | null => {
  const ranked = known
    .filter((other) => Math.abs(other.length - text.length) <= edits)
    .map((other) => ({ other, distance: distance(text, other) }))
    .filter((one) => one.distance <= edits)
    .toSorted((a, b) => a.distance - b.distance);
  return ranked[0]?.other ?? null;
};
