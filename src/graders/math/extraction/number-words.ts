import { isNumberWord, readNumberWords } from "../number-words.ts";

/** The last number in words. */
export const lastNumberWords = (text: string): string | null => {
  const words = text
    .slice(-2000)
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter(Boolean);
  for (let end = words.length; end > 0; end--) {
    if (!isNumberWord(words[end - 1] as string)) continue;
    let start = end - 1;
    while (
      start > 0 &&
      end - start < 12 &&
      (isNumberWord(words[start - 1] as string) || (words[start - 1] === "and" && isNumberWord(words[start - 2] ?? "")))
    )
      start--;
    for (let from = start; from < end; from++) {
      const value = readNumberWords(words.slice(from, end));
      if (value !== null) return value;
    }
  }
  return null;
};
