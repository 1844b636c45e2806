import { clauseBefore } from "./clause.ts";
import type { Quantity } from "./quantities.ts";

const denying =
  /(?:(?:do|does|did)n['’]t (?:think|believe)\b|\b(?:do|does|did) not (?:think|believe)\b|n['’]t|\b(?:not|never|cannot|nor|without|except(?: for)?|excluding|nicht|kein\w*|pas|non|não|rather than|instead of|other than|no longer|anything but|far from|hardly|wrong|incorrect|mistaken?(?:ly)?|mistakes?|trap|pitfall|misconception)\b|(?:^|\s)no(?=\s+$|\s+\d)|不是|并非)/i;
const restated = /['’]s\b|\b(?:is|are|was|were|has|have|there|leaves|makes|gets)\b|=/i;

const deniedAfter =
  /^\s+(?:is|are|was|were|would be|seems|looks)\s+(?:not\s+(?:the|our|my|correct|right|possible|valid|an?\s+(?:answer|solution))\b|wrong|incorrect|false|impossible|too\s|mistaken|a (?:common )?mistake)|^\s+(?:isn['’]t\s+(?:the|our|correct|right|possible)|can['’]t be|cannot be)\b/i;

/** It is said that this is not the answer: "cannot be 7", "7 is wrong", "any value except 7". */
export const isDenied = (sentence: string, { start, end, before, result }: Quantity): boolean => {
  if (deniedAfter.test(sentence.slice(end))) return true;
  if (
    before === "≠" ||
    /(?:\bno|\bnicht|\bpas|\bnot|\bnon|\bnão|\banything but|\bfar from)\s+$/i.test(sentence.slice(0, start))
  )
    return true;
  const clause = clauseBefore(sentence, start);
  if (result) return /(?:\bnot|n['’]t|\bcannot)\s+(?:be|equal(?: to)?)?\s*$/i.test(clause);
  const match = denying.exec(clause);
  if (!match) return false;
  const between = clause.slice(match.index + match[0].length);
  return /wrong|incorrect|mistake|trap|pitfall|misconception|think|believe/i.test(match[0]) || !restated.test(between);
};
