/** Advances of DejaVu Sans in em, a little more than they are; other characters are as wide as the widest. */
const widths: readonly (readonly [RegExp, number])[] = [
  [/[ijl|!'.,:; ]/, 0.36],
  [/[frt()[\]{}"/\\-]/, 0.47],
  [/[mwMWOQ@%—…]/, 1.0],
  [/[A-Z≤≥×−+=<>~#&_]/, 0.84],
  [/[\x20-\x7e]/, 0.65],
];

/** Width of a text in em. */
export const textWidth = (text: string, bold = false): number =>
  Array.from(text).reduce(
    (sum, character) => sum + (widths.find(([pattern]) => pattern.test(character))?.[1] ?? 1),
    0,
  ) * (bold ? 1.12 : 1);
