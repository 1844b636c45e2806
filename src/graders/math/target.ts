import { extractAnswer } from "./extraction/final-answer.ts";
import { limits } from "./limits.ts";

/**
 * The answer that a target states: a bare answer is itself, a whole solution, a box or a line `#### 18` is read as a
 * response is. `null` when nothing can be read.
 */
export const readTarget = (target: string): string | null => {
  const text = target.trim();
  const answer = isSolution(text) ? (extractAnswer(text)?.answer.trim() ?? "") : text;
  return answer === "" || answer.length > limits.characters ? null : answer;
};

/** The end of a target, in which prose is looked for. */
const longestLook = 4000;

/** It holds a box or the mark of GSM8K, or it is prose of several sentences or lines. */
const isSolution = (text: string): boolean => {
  if (/\\(?:boxed|fbox)(?![a-zA-Z])|(?:^|\n)[ \t]{0,8}####/.test(text)) return true;
  const plain = text
    .slice(-longestLook)
    .replace(/\\begin\s*\{[\s\S]*?\\end\s*\{[a-z*]+\}|\\[a-zA-Z]+\s*(?:\{[^{}]*\})?/g, " ");
  const words = plain.match(/[a-zA-Z]{3,}/g)?.length ?? 0;
  return (
    words > 4 &&
    (/\n[ \t\r\n]{0,40}\S/.test(plain) || /[a-z)\d$]\.\s+[A-Z]/.test(plain) || /\banswer\s+(?:is|:)/i.test(plain))
  );
};
