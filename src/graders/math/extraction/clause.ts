/** Whether a comma or a dot at this place belongs to a number. */
export const isInNumber = (text: string, at: number): boolean =>
  /\d/.test(text[at - 1] ?? "") && /\d/.test(text[at + 1] ?? "");

const boundary = /[,;:—(]|\b(?:but|so|instead|therefore|thus|hence|then|while|and)\b/gi;

/** The words of the same clause that stand before a place. */
export const clauseBefore = (sentence: string, end: number): string => {
  const before = sentence.slice(0, end);
  let from = 0;
  for (const match of before.matchAll(boundary))
    if (!isInNumber(before, match.index)) from = match.index + match[0].length;
  return before.slice(from);
};
