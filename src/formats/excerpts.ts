/** Text around a place. */
const around = (text: string, at: number): string => JSON.stringify(text.slice(Math.max(0, at - 20), at + 40));

/** Where two texts part, as each of them has it. */
export const excerpts = (mine: string, theirs: string): Readonly<{ mine: string; theirs: string }> => {
  const first = Array.from({ length: mine.length }, (_, i) => i).find((i) => mine[i] !== theirs[i]) ?? mine.length;
  return { mine: around(mine, first), theirs: around(theirs, first) };
};
