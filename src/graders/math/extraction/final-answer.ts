import { answerPart } from "./answer-part.ts";
import { lastRun, runContent } from "./box-run.ts";
import { findBoxes } from "./boxes.ts";
import { conclusion } from "./conclusion.ts";
import type { Extracted } from "./extracted.ts";
import { markMoney } from "./dollars.ts";
import { withoutEmphasis } from "./emphasis.ts";
import { isForeign } from "./foreign-text.ts";
import { lastNumberWords } from "./number-words.ts";
import { flattenSpans } from "./maths-spans.ts";
import { afterMark, finalStatement } from "./phrases.ts";

/**
 * Takes the final answer out of a response without seeing the target. In this order: "the final answer is" after the
 * last box; the last box with those joined to it; what follows "final answer is", "####" or "answer is"; a response
 * that is nothing but an answer; what its last sentences state; a number in words; a first yes or no. `null`: nothing
 * found.
 */
export const extractAnswer = (response: string): Extracted | null => {
  const raw = markMoney(answerPart(response));
  const text = withoutEmphasis(raw);
  if (text === "") return null;
  const boxes = findBoxes(text);
  if (boxes.length > 0) return concluded(text, boxes) ?? boxed(text, boxes);
  return afterMark(text) ?? (endsInCode(text) ? null : (bare(text) ?? stated(raw)));
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
  return {
    answer: withoutEmphasis(runContent(text, run)) + suffix,
    source: run.length > 1 ? `last ${run.length} boxes` : "last box",
  };
};

const verbs =
  /(?<![a-zA-Z])(?:it|that|this|there|they|we|he|she|so|thus|hence|therefore|is|are|was|were|isn|not|n['’]t|cannot|except|because|since|get|gets|has|have|equals|makes?|which|i\.e|of them|of these|remain)(?![a-zA-Z])/i;

/**
 * A response of a few words without a verb is an answer as it stands; so is a sentence of words that holds no number.
 */
const bare = (text: string): Extracted | null => {
  if (text.length > 200 || text.includes("\n")) return null;
  const plain = text.replace(/\\[a-zA-Z]+\s*(?:\{[^{}]*\})?|\$[^$]*\$/g, " 1 ");
  const words = (part: string): number => part.match(/[a-zA-Z]{2,}/g)?.length ?? 0;
  const sentence =
    isForeign(plain) ||
    /\p{L}{3,}\s*:\s*[^\s\d]{0,2}\d/u.test(plain) ||
    words(plain) > 3 ||
    /\bI\s[a-z]/.test(plain) ||
    (/\d/.test(plain) && (verbs.test(plain) || words(plain.split(/\d/)[0] ?? "") > 1));
  if (sentence || /[a-z]\.\s+[A-Z]/.test(text)) return null;
  return yesOrNo(text) ?? { answer: text, source: "whole response" };
};

const stated = (raw: string): Extracted | null => {
  const text = withoutEmphasis(raw);
  const plainly = /^(?:yes|no)(?=[.,;:!]?\s+(?:because|since)\b)/i.exec(text)?.[0];
  if (plainly) return { answer: plainly, source: "first word" };
  const found = conclusion(flattenSpans(raw));
  if (found) return { answer: found.answer, source: found.source };
  return /\d/.test(text) ? null : (inWords(text) ?? yesOrNo(text));
};

const inWords = (text: string): Extracted | null => {
  const words = lastNumberWords(text);
  return words === null ? null : { answer: words, source: "last number in words" };
};

/** "Yes, it does." and not "No solution exists." */
const yesOrNo = (text: string): Extracted | null => {
  const word = /^(?:yes|no)(?=\s*(?:$|[,.;:!—–\n-]))/i.exec(text)?.[0];
  return word === undefined ? null : { answer: word, source: "first word" };
};
