import { answerPart } from "../math/extraction/answer-part.ts";
import { findBoxes } from "../math/extraction/boxes.ts";
import { withoutEmphasis } from "../math/extraction/emphasis.ts";
import type { Extracted } from "../math/extraction/extracted.ts";
import { isDisowned } from "../math/extraction/marks.ts";
import { lone, marked, sentences } from "./letter-phrases.ts";

/** Letters in their own words: without commands for fonts, delimiters of maths and wide forms. */
const plainText = (text: string): string => {
  let plain = text.normalize("NFKC");
  for (let depth = 0; depth < 3; depth++)
    plain = plain.replace(
      /\\(?:text(?:bf|rm|it|sf)?|mathrm|mathbf|mathit|mbox|boldsymbol|bf|emph)\s*\{([^{}]{0,200})\}/g,
      "$1",
    );
  return withoutEmphasis(plain.replace(/\\[()[\]]|\\[,;:! ]|(?<!\\)\$/g, " ").replace(/[ \t]+/g, " "));
};

/**
 * The letter that a response chooses, or the letters when it names several: the last box that holds one, then "Answer:
 * X", then what a sentence says, then a response or a first or last line that is a lone letter. `null`: never a guess.
 */
export const extractLetter = (response: string): Extracted | null => {
  const text = answerPart(response);
  return (
    fromBox(text) ??
    lastOf(plainText(withoutBoxes(text)), marked, "answer mark") ??
    lastOf(plainText(withoutBoxes(text)), sentences, "answer sentence") ??
    loneLetter(plainText(text).trim())
  );
};

const withoutBoxes = (text: string): string => text.replace(/\\boxed\s*\{([^{}]{0,80})\}/g, " $1 ");

const fromBox = (text: string): Extracted | null => {
  for (const { content } of findBoxes(text).reverse()) {
    const plain = plainText(content)
      .replace(/^\W*(?:option|choice|answer)\b[\s:]*/i, "")
      .trim();
    const found =
      /^[({[*"'`]*([A-Za-z](?:\s*(?:,|\/|&|and|or)\s*[A-Za-z])*)(?:[)}\]*"'`.:,]|$|\s+(?=\S*\d|[A-Z]))/.exec(
        plain,
      )?.[1];
    const letters = found && lettersOf(found);
    if (letters && !/^[a-z]\s+[a-z]/.test(plain)) return { answer: letters, source: "last box" };
  }
  return null;
};

const lastOf = (text: string, patterns: readonly RegExp[], source: string): Extracted | null => {
  const all = patterns.flatMap((pattern) => [...text.matchAll(pattern)]).sort((a, b) => endOf(a) - endOf(b));
  for (const match of all.reverse()) {
    if (isDisowned(text.slice(Math.max(0, match.index - 24), match.index + (/^\s*/.exec(match[0])?.[0].length ?? 0))))
      continue;
    const letter = match.slice(1).find((group) => group !== undefined) ?? "";
    const answer = lettersOf(letter + (also.exec(text.slice(endOf(match), endOf(match) + 40))?.[0] ?? ""));
    if (answer) return { answer, source };
  }
  return null;
};

const endOf = (match: RegExpExecArray): number => match.index + match[0].length;

/** A second letter right after the first: "B or D", "B/D", "B and D". */
const also =
  /^[)\]*"'` ]*(?:\/|,|&|or|and|und|oder|ou|et|o|y|e|或|和|、)\s*(?:option |choice )?\(?[A-Z]\)?(?![\w'’])(?!\s+(?:is|are|was|fails?|would|cannot|can|does)\b)/;

/** `B`, `B, D` for both, `B or D` for one of them, which is no choice. */
const lettersOf = (text: string): string | null => {
  const letters = [
    ...new Set(
      text
        .replace(/\b(?:or|and|und|oder|ou|et|option|choice)\b|(?<=\s)[oye](?=\s)/gi, " ")
        .match(/[A-Za-z]/g)
        ?.map((letter) => letter.toUpperCase()),
    ),
  ];
  if (letters.length === 0) return null;
  const either = /\bor\b|\/|\boder\b|\bou\b|\so\s|或/.test(text);
  return letters.join(either ? " or " : ", ");
};

const loneLetter = (text: string): Extracted | null => {
  for (const [part, source] of [
    [text, "whole response"],
    [text.split("\n").at(-1) ?? "", "last line"],
  ] as const) {
    const match = lone.exec(part.trim());
    const letter = match?.slice(1).find((group) => group !== undefined);
    if (match && letter) {
      const answer = lettersOf(letter + (also.exec(part.trim().slice(match[0].length))?.[0] ?? ""));
      if (answer) return { answer, source };
    }
  }
  return null;
};
