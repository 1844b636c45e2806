import { isInNumber } from "./clause.ts";
import type { Quantity } from "./quantities.ts";

const reason =
  /(?:\b(?:because|since|given that|whereas|considering|matching|assuming|weil|parce que|porque)\b|,\s(?:car|da)\b|(?:^|,\s*)as\b(?=\s+[\d$\\(])|,\s*which (?:is|are|was) (?:\S+ ){0,2}(?:more|less|fewer|greater|smaller|higher|lower|larger|times|consistent|divisible|within|between|not)\b)/i;

/** In a clause that gives a reason, from its first word to the next comma that ends it. */
export const isReason = (sentence: string, { start, end }: Quantity): boolean => {
  const before = sentence.slice(0, start);
  const open = before.lastIndexOf("(");
  if (
    open > before.lastIndexOf(")") &&
    /[a-zA-Z]{3,}/.test(sentence.slice(open, start)) &&
    sentence.indexOf(")", end) > 0
  )
    return true;
  const clause = before.slice(lastEnd(before));
  const which =
    /,\s*which (?:is|are|was) $/i.test(before) &&
    /^\S*\s+(?:more|less|fewer|times|greater)\b/.test(sentence.slice(end));
  return which || reason.test(clause);
};

const ends = /[,;:]|\b(?:then|so|therefore|thus|hence|leaving|making|giving)\b/g;

const lastEnd = (text: string): number =>
  [...text.matchAll(ends)].findLast(({ index }) => !isInNumber(text, index))?.index ?? 0;
