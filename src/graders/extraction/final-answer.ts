import { answerPart } from "./answer-part.ts";
import { lastRun, runContent } from "./box-run.ts";
import { findBoxes } from "./boxes.ts";
import { lastNumber, lastNumberWords } from "./last-number.ts";
import { lastMaths } from "./maths-spans.ts";
import { afterMark, finalStatement } from "./phrases.ts";
import { isForeign } from "./foreign-text.ts";

/** The final answer of a response and where it was found. */
export type Extracted = Readonly<{ answer: string; source: string }>;

/**
 * Takes the final answer out of a response without seeing the target. In this order: "the final answer is" after
 * the last box; the last box with those joined to it; what follows "final answer is", "####" or "answer is"; a response that is nothing but an answer;
 * the last maths, or a number stated after it; the last number; a number in words. `null`: nothing found.
 */
export const extractAnswer = (response: string): Extracted | null => {
  const text = answerPart(response);
  if (text === "") return null;
  const boxes = findBoxes(text);
  if (boxes.length > 0) return concluded(text, boxes) ?? boxed(text, boxes);
  return afterMark(text) ?? (endsInCode(text) ? null : (bare(text) ?? stated(text)));
};

/** "The final answer is $5$." after the last box replaces it: the box held a step on the way. */
const concluded = (text: string, boxes: ReturnType<typeof findBoxes>): Extracted | null =>
  finalStatement(text.slice(boxes.at(-1)?.end ?? text.length));

/** A last line of program text holds no answer, whatever numbers are in it. */
const endsInCode = (text: string): boolean =>
  /__\w+__|\blambda\b[^:\n]{0,40}:|\b\w+\(\s*['"]/.test(text.split("\n").at(-1) ?? "");

const boxed = (text: string, boxes: ReturnType<typeof findBoxes>): Extracted => {
  const run = lastRun(text, boxes);
  const last = run.at(-1);
  const unit =
    /^\s*(?:\\?%|\\(?:text|mathrm|mbox)\s*\{[^{}]{1,24}\}(?:\^\{?\d\}?)?|\^\{?\\circ\}?|°)/.exec(
      text.slice(last?.end ?? 0, (last?.end ?? 0) + 48),
    )?.[0] ?? "";
  const suffix = run.length === 1 && !/\b(?:and|or|if|for|as|so|which|where|since|because)\b/.test(unit) ? unit : "";
  return { answer: runContent(text, run) + suffix, source: run.length > 1 ? `last ${run.length} boxes` : "last box" };
};

/** A response of a few words without a verb is an answer as it stands. */
const bare = (text: string): Extracted | null => {
  const plain = text.replace(/\\[a-zA-Z]+\s*(?:\{[^{}]*\})?|\$[^$]*\$/g, " 1 ");
  const words = (part: string): number => part.match(/[a-zA-Z]{2,}/g)?.length ?? 0;
  const sentence =
    isForeign(plain) ||
    /\bi\.e\b/.test(plain) ||
    words(plain) > 3 ||
    /\bI\s[a-z]/.test(plain) ||
    (/\d/.test(plain) && words(plain.split(/\d/)[0] ?? "") > 1);
  return text.length > 200 || text.includes("\n") || sentence || /[a-z]\.\s+[A-Z]/.test(text)
    ? null
    : { answer: text, source: "whole response" };
};

/** The last maths, unless a later number is said to be the result; else what the end of the text says. */
const stated = (whole: string): Extracted | null => {
  const text = withoutReasons(whole);
  const maths = lastMaths(text);
  if (!maths) return saidLast(text) ?? numbered(text) ?? inWords(text) ?? yesOrNo(text);
  const after = text.slice(maths.end);
  const number = lastNumber(after);
  return number && saying.test(after.slice(0, number.start))
    ? { answer: number.answer, source: "last number" }
    : { answer: maths.content, source: "last maths" };
};

/** Clauses that explain a result hold numbers of their own. */
const withoutReasons = (text: string): string =>
  text.replace(
    /,\s(?:which|since|because|matching|agreeing|consistent)\b[^\n.]{0,300}|,?\s\(?i\.e\.[^\n]{0,100}?(?=\.(?:\s|$)|$)/gim,
    "",
  );

const saying =
  /(?:\b(?:is|are|was|be|equals?|get|gives?|have|has|makes?|total(?:\s+of)?|exactly|only|obtain|find|need|needs|cost|costs|left|by)|=|:)\s*(?:about|exactly|only|just|a total of|approximately|equal to)?\s*\\?\$?[-−]?\s?$/i;

/** `The coordinates are (2, 3).`: what the last sentence says that something is, when that looks like maths. */
const saidLast = (text: string): Extracted | null => {
  const sentence =
    text
      .trimEnd()
      .split(/\n|(?<=[a-z)\d]\.)\s+(?=[A-Z])/)
      .at(-1) ?? "";
  const said = /(?:\b(?:is|are|equals?|be|was|get|obtain)\b:?|=)\s*([-+−([√\d.$€£π{][^=]{0,200}?)[.\s]*$/.exec(
    sentence,
  )?.[1];
  const words =
    said?.match(/(?<!\\)[a-zA-Z]{2,}/g)?.filter((word) => !/^(?:pi|sqrt|sin|cos|tan|ln|log|and|or)$/.test(word)) ?? [];
  const numbers = said?.match(/\d+/g) ?? [];
  if (said === undefined || words.length > 3 || (words.length > 0 && numbers.length > 1)) return null;
  const counted = words.length > 0 || isForeign(said) ? numbered(said) : null;
  return counted ?? { answer: withoutLoneBracket(said), source: "last sentence" };
};

/** `105)` of `(35 + 70 = 105)` */
const withoutLoneBracket = (text: string): string => (/^[^([]*[)\]]+$/.test(text) ? text.replace(/[)\]]+$/, "") : text);

const numbered = (text: string): Extracted | null => {
  const number = lastNumber(text);
  return number && { answer: number.answer, source: "last number" };
};

const inWords = (text: string): Extracted | null => {
  const words = lastNumberWords(text);
  return words === null ? null : { answer: words, source: "last number in words" };
};

const yesOrNo = (text: string): Extracted | null => {
  const word = /^(?:yes|no)\b/i.exec(text)?.[0];
  return word === undefined ? null : { answer: word, source: "first word" };
};
