const ones = [
  "zero",
  "one",
  "two",
  "three",
  "four",
  "five",
  "six",
  "seven",
  "eight",
  "nine",
  "ten",
  "eleven",
  "twelve",
  "thirteen",
  "fourteen",
  "fifteen",
  "sixteen",
  "seventeen",
  "eighteen",
  "nineteen",
];
const tens = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
const scales: Readonly<Record<string, number>> = {
  dozen: 12,
  hundred: 100,
  thousand: 1000,
  million: 1_000_000,
  billion: 1_000_000_000,
  trillion: 1_000_000_000_000,
};
const parts: Readonly<Record<string, number>> = {
  half: 2,
  halves: 2,
  third: 3,
  thirds: 3,
  fourth: 4,
  fourths: 4,
  quarter: 4,
  quarters: 4,
  fifth: 5,
  fifths: 5,
  sixth: 6,
  sixths: 6,
  seventh: 7,
  sevenths: 7,
  eighth: 8,
  eighths: 8,
  ninth: 9,
  ninths: 9,
  tenth: 10,
  tenths: 10,
  twelfth: 12,
  twelfths: 12,
};

const unitValues = new Map([
  ...ones.map((word, value): [string, number] => [word, value]),
  ...tens.map((word, ten): [string, number] => [word, ten * 10]).slice(2),
]);

/** What a scale word multiplies by: `million`. */
export const scaleOf = (word: string): number | undefined => (Object.hasOwn(scales, word) ? scales[word] : undefined);

/** Whether the word can be part of a number in words. */
export const isNumberWord = (word: string): boolean => unitValues.has(word) || scaleOf(word) !== undefined;

/** `["three", "hundred", "and", "seven"]` is "307", `["two", "thirds"]` is "2/3"; `null` for anything else. */
export const readNumberWords = (words: readonly string[]): string | null => {
  const last = words.at(-1) ?? "";
  if (words.length < 2 || !Object.hasOwn(parts, last)) return wholeNumber(words)?.toString() ?? null;
  const over = words[0] === "a" || words[0] === "an" ? 1 : wholeNumber(words.slice(0, -1));
  return over === null ? null : `${over}/${parts[last]}`;
};

const wholeNumber = (all: readonly string[]): number | null => {
  const one = /^an?$/.test(all[0] ?? "") && scaleOf(all[1] ?? "") !== undefined;
  const words = one ? ["one", ...all.slice(1)] : all;
  if (words.length === 0 || words.length > 16) return null;
  let [total, group] = [0, 0];
  let before: number | null = null;
  for (const word of words) {
    if (word === "and" && (group > 0 || total > 0)) continue;
    const unit = unitValues.get(word);
    const scale = scaleOf(word);
    if (unit !== undefined && before !== null && !(before >= 20 && before % 10 === 0 && unit < 10 && unit > 0))
      return null;
    if (unit !== undefined) group += unit;
    else if (scale === undefined || (group === 0 && total === 0)) return null;
    else if (scale === 100) group *= 100;
    else [total, group] = [total + group * scale, 0];
    before = unit ?? null;
  }
  return total + group;
};
