import type { Extracted } from "./extracted.ts";
import { boldParts, withoutEmphasis } from "./emphasis.ts";
import { joined } from "./joined.ts";
import { type Quantity, quantitiesIn } from "./quantities.ts";
import { type Rank, rankOf } from "./rank.ts";

type Said = Readonly<{ answer: string; rank: Rank }>;

const longestSentence = 1200;

/**
 * What the end of a text says: the last sentence that states a quantity, and in it the one that is its result. A
 * sentence that only mentions one, "over 3 days", gives way to the one before it that states a result.
 */
export const conclusion = (raw: string): (Extracted & Readonly<{ sure: boolean }>) | null => {
  const sentences = sentencesOf(withoutEmphasis(raw)).slice(-12);
  const bold = boldParts(lastLine(raw)).map(withoutEmphasis);
  let found: Said | null = null;
  for (const sentence of sentences.toReversed()) {
    const said = saidIn(sentence, found ? [] : bold);
    if (said && (!found || said.rank >= 4)) found = said;
    if (found && found.rank > 1) break;
  }
  return (
    found && { answer: found.answer, source: found.rank > 2 ? "last sentence" : "last number", sure: found.rank > 2 }
  );
};

const lastLine = (text: string): string => text.trimEnd().slice(-2000).split("\n").at(-1) ?? "";

/**
 * Sentences end with their line or with a full stop; those that are too long keep their end. A question states nothing.
 */
const sentencesOf = (text: string): string[] =>
  text
    .slice(-8000)
    .split(
      /\n+|(?<=[^\s.][.!?。！？](?:\)|"|”)?)(?<!\b(?:i\.e|e\.g|vs|approx|ca|Mr|Mrs|Ms|Dr|No|St|z\.B)\.)(?:\s+(?=\S)|(?<=[。！？])(?=\S))/,
    )
    .filter((sentence) => sentence.trim() !== "" && !/[?？]\s*$/.test(sentence))
    .map((sentence) => sentence.slice(-longestSentence));

/** The quantity that a sentence states as its result. */
export const saidIn = (sentence: string, bold: readonly string[] = []): Said | null => {
  if (isByCases(sentence)) return { answer: sentence.trim(), rank: 5 };
  const all = joined(sentence, quantitiesIn(sentence)).filter((quantity) => !isLabel(sentence, quantity));
  const ranges = bold.flatMap((part) =>
    part.length < sentence.trim().length - 2 ? [[sentence.lastIndexOf(part), part.length] as const] : [],
  );
  let best: (Said & Readonly<{ bold: boolean }>) | null = null;
  const ranks = all.map((quantity, at) => rankOf(sentence, quantity, all[at - 1]));
  const shown = all.some(({ result }, at) => result && ranks[at] === 0);
  for (const [at, quantity] of all.entries()) {
    const rank = ranks[at] ?? null;
    if (rank === null) continue;
    const inBold = ranges.some(
      ([start, length]) => start >= 0 && quantity.start >= start && quantity.end <= start + length,
    );
    if (best && ((best.bold && !inBold) || (best.bold === inBold && rank < best.rank))) continue;
    const answer = withBound(sentence, quantity) ?? quantity.value;
    best = { answer, rank: inBold ? 3 : rank, bold: inBold };
  }
  return best && shown && best.rank < 3 ? { ...best, rank: 3 } : best;
};

/** "12 if n is even, 13 if n is odd" is no single quantity. */
const isByCases = (sentence: string): boolean =>
  (sentence.match(/\d+/g)?.length ?? 0) > 1 &&
  (/\b(?:otherwise|or else)\b|\d\S*\s+(?:if|when)\b.*\d\S*\s+(?:if|when)\b/i.test(sentence) ||
    (/\beven\b/.test(sentence) && /\bodd\b/.test(sentence) && /\b(?:if|when|for)\b/i.test(sentence)));

/** `2.`, `Step 3`, `4-pack`, `13th`: names, not quantities. */
const isLabel = (sentence: string, { text, start, end, result }: Quantity): boolean =>
  !result &&
  ((/^\d{1,3}$/.test(text) &&
    ((/^\s*\(?$/.test(sentence.slice(0, start)) && /^[.)]\s+\S/.test(sentence.slice(end))) ||
      /\b(?:step|case|part|day|week|year|question|problem|option|page|no\.|equation|figure|example)\s$/i.test(
        sentence.slice(0, start),
      )) &&
    sentence.slice(end).trim().length > 3) ||
    /^-[a-zA-Z]{2,}/.test(sentence.slice(end, end + 4)) ||
    /\d(?:st|nd|rd|th)$/.test(text));

/** "more than 12" is not 12, but what equals 12 is. */
const withBound = (sentence: string, { start, value, result }: Quantity): string | null => {
  const bound = /\b(?:(?:more|less|fewer|greater|larger|smaller) than|at least|at most)\s*$/i.exec(
    sentence.slice(Math.max(0, start - 24), start),
  )?.[0];
  return bound && !result ? `${bound.trim()} ${value}` : null;
};
