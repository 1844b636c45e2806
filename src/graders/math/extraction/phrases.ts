import { withoutForeign } from "./foreign-text.ts";
import { answerMarks, isDisowned } from "./marks.ts";
import { mathsAtStart } from "./maths-spans.ts";
import { saidIn } from "./conclusion.ts";

/** What follows the last mark of the best kind, with the kind of mark. */
export const afterMark = (text: string): Readonly<{ answer: string; source: string }> | null => {
  for (const [source, mark] of answerMarks) {
    const matches = [...text.matchAll(mark)].filter(
      ({ index }) => !isDisowned(text.slice(Math.max(0, index - 24), index)),
    );
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

const fillers =
  /^(?:indeed|therefore|simply|just|thus|given by|equal to|then|clearly|obviously|now|precisely|as follows:?)[\s*_:"`]+/i;

/** The statement at the start of a text: maths in its delimiters, or the rest of the sentence. */
const statement = (text: string): string | null => {
  const rest = text.replace(/^(?:[\s*_:"`>]|-\s)+/, "").replace(fillers, "");
  if (/^(?:not|nicht|pas|no|não|non)\s+(?:equal to\s+)?[-\d$\\(]/i.test(rest)) return null;
  const maths = mathsAtStart(rest);
  if (maths && !named(maths)) return maths;
  const line = saying(rest);
  const inLine = line === rest ? null : mathsAtStart(line);
  if (inLine && !named(inLine)) return inLine;
  const sentence = line.split("\n")[0]?.split(/(?<=[^\s.])\.(?=\s+[A-Z]|\s*$)|(?<=\d)\.(?=\s|$)|[。！]/)[0] ?? "";
  const clause = sentence.split(reasons)[0] ?? "";
  const cleaned = clause
    .replace(/\*\*|__|[`"]/g, "")
    .replace(/[\s.;,*]+$/, "")
    .trim();
  return cleaned === "" ? null : said(withoutForeign(cleaned));
};

const reasons =
  /,?\s+(?=(?:since|because|as|which|whereas|so that|given that|after|by|i\.e\.,?|that is,?)\s)|,?\s+(?=\(?(?:not|and not|nicht|et non|y no|e não|rather than|instead of)\s)|,\s+(?=(?:no|non|pas)\s+[\d$\\(])|\s+\((?=(?:because|since|as)\s)/i;

/** After lines that only announce the answer: "The remainder is:". */
const saying = (text: string): string => {
  let rest = text;
  for (let lines = 0; lines < 3; lines++) {
    const [line = "", ...more] = rest.split("\n");
    if (!/^[^\d$\\]*[:：]\s*$/.test(line) || more.length === 0) return rest;
    rest = more.join("\n").trimStart();
  }
  return rest;
};

/** A lone name is what the sentence is about, not what it says: "the largest $n$ is 34". */
const named = (maths: string): boolean => /^\\?[a-zA-Z](?:_\w|\([a-z]\))?$/.test(maths);

/** Sentences of words that are an answer as they stand, whatever numbers are in them. */
const wordy =
  /^(?:all|any|every|no|none|the set|there|each|both)\b|\b(?:if|when|otherwise|unless|where|for (?:all|any|every|some|each))\b/i;

/** In a sentence of words: what it says that something is, else its quantity. */
const said = (clause: string): string => {
  const words = clause.replace(/\\[a-zA-Z]+\s*(?:\{[^{}]*\})?|\$[^$]*\$/g, " ").match(/\p{L}{2,}/gu)?.length ?? 0;
  if (words < 3 || wordy.test(clause)) return clause;
  const tail = /^.*\b(?:is|are|equals?|be)\b\s*:?\s+(.+)$/.exec(clause)?.[1];
  if (tail !== undefined && /[\d$\\]/.test(tail)) return mathsAtStart(tail) ?? saidIn(tail)?.answer ?? tail;
  return saidIn(clause)?.answer ?? clause;
};
