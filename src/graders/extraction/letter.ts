import { answerPart } from "./answer-part.ts";
import { findBoxes } from "./boxes.ts";
import type { Extracted } from "./final-answer.ts";

const plainLetter = /^[\s({[*"'`]*([A-Ja-j])(?:[\s)}\]*"'`.:,]|$)/;

const choose = (text: string, source: string): Extracted | null => {
  const bare = text
    .replace(/\\(?:textbf|textrm|text|mathrm|mathbf|mbox|boldsymbol|boxed)\s*|\\[,;:! ]|\$/g, "")
    .replace(/^\W*(?:option|choice|answer)\b[\s:]*/i, "");
  const [whole, letter] = plainLetter.exec(bare) ?? [];
  if (!whole || !letter || (/[a-j]/.test(letter) && /^\s*[a-j]\s+[a-z]/.test(bare))) return null;
  return { answer: letter.toUpperCase(), source };
};

const lastOf = (text: string, pattern: RegExp, source: string): Extracted | null => {
  for (const match of [...text.matchAll(pattern)].reverse()) {
    const found = choose(match[1] ?? match[2] ?? "", source);
    if (found) return found;
  }
  return null;
};

const dressing = String.raw`(?:\\boxed\{|\\text(?:bf)?\{|\\mathrm\{|\\mathbf\{|[\s*$(\[{"'\`_]){0,12}`;
const reasons = "because|since|as|is|and|or|which|with|for|due|by|based|option|choice|from|when";
const letter = String.raw`(?:A(?!\s+(?!(?:${reasons})\b)[a-z])|[B-J]|[a-j](?!\s+\w))(?![\w'’])`;
const opened = String.raw`(${dressing}${letter}[\s)}\]*"'\`.:,]?)`;
const label = "(?:[Oo]ption|[Cc]hoice|[Aa]nswer|OPTION|CHOICE|ANSWER)";
const answerColon = new RegExp(
  String.raw`(?:\b(?:[Aa]nswer|ANSWER)\b|\b[Rr]éponse|\b[Rr]espuesta|答案)[\s*_]{0,8}[:：-][\s*_]{0,8}(?:is\s+)?(?:${label}\s+)?` +
    opened,
  "g",
);
const answerIs = new RegExp(
  String.raw`\b${label}\b[^.\n]{0,60}?\b(?:is|must be|should be|are|would be)\b\s*:?\s*(?:(?:for sure|definitely|certainly|clearly|probably|most likely|indeed)\s+)?(?:${label}\s+)?` +
    opened,
  "g",
);
const choiceIsRight = new RegExp(
  String.raw`\b${label}\s+(\(?\*{0,2}[A-J]\*{0,2}\)?)(?=\s+(?:is|must be|seems)\s+(?:\w+\s+)?(?:correct|right|true|best|answer))`,
  "g",
);
const choosing = new RegExp(
  String.raw`\b(?:choose|select|pick|go with|going with|chose)\s+(?:${label}\s+)?(\(?\*{0,2}[A-J]\*{0,2}\)?)(?![\w'’])`,
  "g",
);

const upper = String.raw`(\(?\*{0,2}[A-J]\*{0,2}\)?)(?![\w'’]|\s+(?!(?:${reasons})\b)[a-z])`;
const itIs = new RegExp(
  String.raw`\b[Ii]t(?:['’]s| is| must be| should be| has to be)\s+(?:${label}\s+)?${upper}|\b(?:[Rr]éponse est|[Rr]espuesta es)\s+${upper}`,
  "g",
);
const isTheAnswer =
  /(?<![\w(])(\(\*{0,2}[A-J]\*{0,2}\)|\*{0,2}[A-J]\*{0,2}(?= is the))\s+is\s+(?:the\s+)?(?:correct|right|best)\b/g;
const concluding = new RegExp(String.raw`\b(?:[Hh]ence|[Tt]hus|[Ss]o|[Tt]herefore),?\s+${upper}[.!]?\s*$`, "g");

/**
 * The letter A to J that a response chooses. The last box first (s1), then "Answer: X" (simple-evals), then
 * "the answer is X", "option X is correct", "I choose X", "it is X", "X is the answer", "hence X", then a response that is a lone letter, then a last
 * line that is one. `null` when no letter is chosen: never a guess.
 */
export const extractLetter = (response: string): Extracted | null => {
  const text = answerPart(response);
  const box = findBoxes(text).at(-1);
  if (box) return choose(box.content, "last box");
  return (
    lastOf(text, answerColon, "answer mark") ??
    lastOf(text, answerIs, "answer sentence") ??
    lastOf(text, choiceIsRight, "answer sentence") ??
    lastOf(text, choosing, "answer sentence") ??
    lastOf(text, itIs, "answer sentence") ??
    lastOf(text, isTheAnswer, "answer sentence") ??
    lastOf(text, concluding, "answer sentence") ??
    lone(text, "whole response") ??
    lone(text.split("\n").at(-1) ?? "", "last line")
  );
};

/** `B`, `(B)`, `B) the radius`, `**B**`, `Option (B)`, `B Robert` and nothing before it. */
const lone = (text: string, source: string): Extracted | null => {
  const match =
    /^[\s*$]*(?:(?:[Oo]ption|[Cc]hoice)\s*:?\s*)?(?:\(([A-Ja-j])\)|\[([A-J])\]|([A-J])(?=[).:。，]|\*{2}|\p{Script=Han}|\s*$)|([A-HJ])(?=\s+[A-Z][a-z]+\s*(?:\n|$))|([a-j])(?=[).]?\s*$))/u.exec(
      text,
    );
  const letter = match?.slice(1).find((group) => group !== undefined);
  return letter ? { answer: letter.toUpperCase(), source } : null;
};
