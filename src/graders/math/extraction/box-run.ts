import type { Box } from "./boxes.ts";

/**
 * The boxes that make the final answer together: the last one and those joined to it, as in
 * `\boxed{2} and \boxed{3}` or `x = \boxed{2} \text{ or } x = \boxed{3}`. A new sentence begins a new answer.
 */
export const lastRun = (text: string, boxes: readonly Box[]): readonly Box[] => {
  let first = boxes.length - 1;
  while (first > 0 && joins(text, boxes[first - 1] as Box, boxes[first] as Box)) first--;
  return boxes.slice(first);
};

/** What follows from the box before, or replaces it, is another answer. */
const newAnswer = [
  /[.?!]\s/,
  /\b(?:so|thus|hence|therefore|then|wait|but|actually|which|because|since|instead|final|no|not|from)\b/i,
  /\b(?:giving|gives|equals?|approximately|simplif\w*|check\w*|correct\w*|we|this|that|have|get|obtain)\b/i,
  /≈|\\approx|\\implies|\\Rightarrow|\\to\b/,
  /[+*/^]\s*\w*\s*=\s*$|^\s*[=+*/^-]/,
];

const longestJoint = 160;
const mostWords = 14;

const joins = (text: string, before: Box, next: Box): boolean => {
  const between = text.slice(before.end, next.start);
  if (between.length > longestJoint) return false;
  if (/^[\s$]*\n\s*(?:\d{1,2}[.)]|[-•*]|\([a-z]\))[\s$]*$|^[\s$]*\([b-h]\)[\s$]*$/.test(between)) return true;
  const plain = between
    .replace(/\\(?:text|mbox|textbf|mathrm)\s*\{([^{}]*)\}/g, " $1 ")
    .replace(/\\(?:quad|qquad|[,;:! ()[\]])|[$&~]|\\\\|\n/g, " ")
    .replace(/\bor equivalently\b/i, "or");
  if (newAnswer.some((sign) => sign.test(plain))) return false;
  const joined = /(?:^|\s)(?:and|or|while|whereas|as well as)(?:\s|$)|[,;]/.test(plain);
  return joined && plain.trim().split(/\s+/).length <= mostWords;
};

/** The joined answer. Names before the boxes are kept, so that `y=\boxed{1}, x=\boxed{2}` can be distinguished. */
export const runContent = (text: string, boxes: readonly Box[]): string => {
  const contents = boxes.map(({ content }) => content.trim());
  if (new Set(contents).size === 1) return contents[0] as string;
  const names = boxes.map(
    ({ start }) => /(?:^|[^\w\\])([a-zA-Z])\s*=\s*$/.exec(text.slice(Math.max(0, start - 12), start))?.[1],
  );
  const named = names.every((name) => name !== undefined) && new Set(names).size === names.length;
  const choice = boxes.slice(1).every(({ start }, at) => /\bor\b/.test(text.slice(boxes[at]?.end, start)));
  return contents.map((content, at) => (named ? `${names[at]} = ${content}` : content)).join(choice ? " or " : ", ");
};
