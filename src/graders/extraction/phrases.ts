import { withoutForeign } from "./foreign-text.ts";
import { lastNumber } from "./last-number.ts";
import { mathsAtStart } from "./maths-spans.ts";

/** Marks after which the final answer stands, best first. */
const marks: readonly (readonly [source: string, RegExp])[] = [
  ["final answer mark", /\bfinal\s+answers?\**\s*(?:is|are|=|:)\**\s*:?\s*/gi],
  ["#### mark", /^[ \t]{0,8}####[ \t]*/gm],
  [
    "answer mark",
    /\b(?:answers?|solutions?)\**\s*(?:to\s+[^.\n$]{1,80}\s+)?(?:(?:must|should|would|will)\s+be|is|are|=|:)\**\s*:?\s*|\banswers?\**\s*:\**\s*|(?:\brespuesta|\bréponse|答案|答)(?:\s*(?:es|est|是|为)|\s*[:：])\s*|\*\*\s*answer\s*\.?\s*\*\*\s*/gi,
  ],
];

/** What follows the last mark of the best kind, with the kind of mark. */
export const afterMark = (text: string): Readonly<{ answer: string; source: string }> | null => {
  for (const [source, mark] of marks) {
    const matches = [...text.matchAll(mark)];
    for (const match of matches.reverse().slice(0, 8)) {
      const answer = statement(text.slice(match.index + match[0].length, match.index + match[0].length + 2000));
      if (answer) return { answer, source };
    }
  }
  return null;
};

/** What "the final answer is" says, where that is maths or a number and nothing but it. */
export const finalStatement = (text: string): Readonly<{ answer: string; source: string }> | null => {
  const match = [...text.matchAll(/\bfinal\s+answer\s+is\s*:?\s*(?=\$|\\\(|-?\d)/gi)].at(-1);
  const answer = match && statement(text.slice(match.index + match[0].length, match.index + match[0].length + 2000));
  return answer ? { answer, source: "final answer mark" } : null;
};

/** The statement at the start of a text: maths in its delimiters, or the rest of the sentence. */
const statement = (text: string): string | null => {
  const rest = text
    .replace(/^(?:[\s*_:"`>]|-\s)+/, "")
    .replace(
      /^(?:indeed|therefore|simply|just|thus|given by|equal to|then|clearly|obviously|now|precisely|as follows:?)[\s*_:"`]+/i,
      "",
    );
  const maths = mathsAtStart(rest);
  if (maths && !named(maths)) return maths;
  const line = /^[^\n]*/.exec(rest)?.[0] ?? "";
  const sentence = line.split(/(?<=[^\s.])\.(?=\s+[A-Z]|\s*$)|(?<=\d)\.(?=\s|$)/)[0] ?? "";
  const clause =
    sentence.split(
      /,?\s+(?=(?:since|because|as|which|whereas|so that|given that|after|when|by|not|and not|i\.e\.,?|that is,?)\s)/i,
    )[0] ?? "";
  const cleaned = clause
    .replace(/\*\*|__|[`"]/g, "")
    .replace(/[\s.;,*]+$/, "")
    .trim();
  return cleaned === "" ? null : said(withoutForeign(cleaned));
};

/** A lone name is what the sentence is about, not what it says: "the largest $n$ is 34". */
const named = (maths: string): boolean => /^\\?[a-zA-Z](?:_\w|\([a-z]\))?$/.test(maths);

/** In a sentence of words: what it says that something is, else its only number. */
const said = (clause: string): string => {
  const words = clause.replace(/\\[a-zA-Z]+\s*(?:\{[^{}]*\})?|\$[^$]*\$/g, " ").match(/[a-zA-Z]{2,}/g)?.length ?? 0;
  if (words < 3) return clause;
  const tail = /^.*\b(?:is|are|equals?|be)\b\s*:?\s+(.+)$/.exec(clause)?.[1];
  if (tail !== undefined && /[\d$\\]/.test(tail)) return mathsAtStart(tail) ?? tail;
  const number = lastNumber(clause);
  return number && !/\d/.test(clause.slice(0, number.start)) && !/[$\\=]/.test(clause) ? number.answer : clause;
};
