/** Where in an answer a grader read what it read, as it says itself; null where the answer does not stand there. */
export type Reading = Readonly<{ from: number; to: number }>;

/**
 * A grader may leave out signs of a number or of LaTeX, and tells whether it took the first or the last that fits.
 * Letters and digits around it would make it part of another word: then another place is looked for first.
 */
export function readingIn(text: string, answer: string, source: string | null): Reading | null {
  const whole = text.trim();
  if (answer === "" || whole === "") return null;
  if (source === "whole response" && whole === answer) return rangeOf(text, whole);
  const from = source?.includes("box") ? Math.max(0, text.lastIndexOf("\\boxed")) : 0;
  const found = placesOf(text, answer, from);
  const alone = found.filter((place) => isAlone(text, place));
  const best = alone.length > 0 ? alone : found;
  return (source?.startsWith("first") ? best[0] : best.at(-1)) ?? null;
}

const rangeOf = (text: string, part: string): Reading => {
  const from = text.indexOf(part);
  return { from, to: from + part.length };
};

/** Signs that a reading may be without. */
const silent = /[\s,$\\{}]/;

/** All places from one on, to the letter but for silent signs. */
function placesOf(text: string, answer: string, start: number): readonly Reading[] {
  const wanted = answer.split("").filter(isHeard).join("") || answer;
  const isBare = wanted === answer && !answer.split("").some(isHeard);
  const kept = text.split("").flatMap((sign, at) => (at >= start && (isBare || isHeard(sign)) ? [at] : []));
  const plain = kept.map((at) => text[at]).join("");
  const places: Reading[] = [];
  for (let at = plain.indexOf(wanted); at >= 0; at = plain.indexOf(wanted, at + 1))
    places.push({ from: kept[at] ?? 0, to: (kept[at + wanted.length - 1] ?? 0) + 1 });
  return places;
}

const isHeard = (sign: string): boolean => !silent.test(sign);

const isWord = (sign: string | undefined): boolean => sign !== undefined && /[\p{L}\p{N}]/u.test(sign);

function isAlone(text: string, { from, to }: Reading): boolean {
  const [before, first, last, after] = [text[from - 1], text[from], text[to - 1], text[to]];
  const isDecimal = after === "." && /\d/.test(text[to + 1] ?? "");
  return !(isWord(before) && isWord(first)) && !(isWord(last) && isWord(after)) && !isDecimal;
}
