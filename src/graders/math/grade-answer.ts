import type { Answer } from "./answer.ts";
import { compareAnswers } from "./compare.ts";
import { limits } from "./limits.ts";
import { read } from "./read.ts";
import { repair } from "./repair.ts";
import { hasPlainGroups } from "./thousands.ts";
import { tokenize } from "./tokenize.ts";

/** Whether an answer is right, and the rule that decided. */
export type Decision = Readonly<{ equal: boolean; rule: string }>;

const yes = (rule: string): Decision => ({ equal: true, rule });
const no = (rule: string): Decision => ({ equal: false, rule });

/** Grades a bare answer against the gold one. Never throws; the work is bounded by `limits`. */
export const gradeAnswer = (gold: string, answer: string): Decision => {
  const [target, given] = withoutOptions(gold.trim(), answer.trim());
  if (given === "") return no("empty answer");
  if (target === given) return yes("same text");
  if (Math.max(target.length, given.length) > limits.characters) return no("over a size limit");
  if (sameChoice(target, given)) return yes("same letter of a choice");
  const [golds, answers] = [goldReadings(target), answerReadings(given)];
  if (golds.length === 0 || answers.length === 0) return no("over a size limit");
  for (const a of golds)
    for (const b of answers) {
      const rule = compareAnswers(a, b);
      if (rule) return yes(rule);
    }
  return no(`different: ${golds[0]?.kind} against ${answers[0]?.kind}`);
};

const optionLetter =
  /^\$?\s*(?:\\(?:textbf|text|mathbf|mathrm|bf)\s*\{\s*(?:\(([A-Z])\)|([A-Z])[).])\s*\}|\(([A-Z])\)(?=\s|\\))(?:\s|~|\\[ ,;:!]|\\q?quad|[.:)])*(?=[\w\\([{-])/;

/** The value of an option of a contest, `\textbf{(C)}\ 42` as 42. Two letters that differ are two answers. */
const withoutOptions = (gold: string, answer: string): readonly [string, string] => {
  const [a, b] = [optionLetter.exec(gold), optionLetter.exec(answer)];
  const [own, other] = [a, b].map((match) => match?.slice(1).find((group) => group !== undefined));
  if (own !== undefined && other !== undefined) return own === other ? [gold, answer] : [gold, ""];
  return [a ? gold.slice(a[0].length) : gold, b ? answer.slice(b[0].length) : answer];
};

/** `1,234` is a number or a list of two; both readings are tried. */
const readings = (text: string): readonly Answer[] => {
  const source = repair(text);
  return [true, false].slice(0, hasPlainGroups(source) ? 2 : 1).flatMap((join) => {
    const tokens = tokenize(source, join);
    return tokens ? [read(tokens)] : [];
  });
};

/** How an answer is read when it stands alone; `null` when it is over a limit. */
export const firstReading = (whole: string): Answer | null => {
  const given = whole.trim();
  const option = optionLetter.exec(given);
  const text = option ? given.slice(option[0].length) : given;
  return given.length > limits.characters ? null : (readings(withUnit(text) ?? text)[0] ?? null);
};

/** `C` and `C. x = 42`: a letter with what it stands for. */
const sameChoice = (a: string, b: string): boolean => {
  const letters = [a, b].map((text) => /^\(?([A-J])(?:$|\)$|[.):]\s)/.exec(text)?.[1]);
  return letters[0] !== undefined && letters[0] === letters[1] && Math.min(a.length, b.length) <= 3;
};

/** `0,111` and `1,22` without a space are no lists: one has a leading zero, the other two decimals. */
const goldReadings = (text: string): readonly Answer[] => {
  const decimal = /^\s*\$?(-?(?:0,\d{2,}|\d+,(?!\d{3}\D*$)\d{2,}))\$?\s*$/.exec(text)?.[1];
  return decimal ? [...readings(text), ...readings(decimal.replace(",", "."))] : readings(text);
};

/**
 * An answer, unlike a gold one, may also have a decimal comma (`3,14`) or a bare letter as its unit (`5 m`). One digit
 * after the comma, `1,2`, is a list, unless money or a unit follows.
 */
const answerReadings = (text: string): readonly Answer[] => {
  const decimal = /^\s*(\\?[$€£]?\s?-?\d+),(?!\d{3}(?!\d))(\d+)(\$?|\s?(?:\\?[$€£%]|[a-zA-Z]{1,9}))\s*$/.exec(text);
  const [, whole = "", digits = "", unit = ""] = decimal ?? [];
  if (decimal && (digits.length > 1 || unit.trim() !== ""))
    return [...readings(text), ...readings(`${whole}.${digits}${unit}`)];
  const counted = withUnit(text);
  return counted === null ? readings(text) : [...readings(text), ...readings(counted)];
};

/** `5 m` with its letter marked as a unit. */
const withUnit = (text: string): string | null => {
  const length =
    /^\s*(-?[\d.,]+(?:\s*(?:×|x|\\times|\\cdot)\s*10\s?\^\s?\{?-?\d{1,3}\}?)?)\s+([mgshLNJWVA])(\^\{?[23]\}?|[²³])?\.?\s*$/.exec(
      text,
    );
  return length && `${length[1]}\\text{ ${length[2]}}${length[3] ?? ""}`;
};
