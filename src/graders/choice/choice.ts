import { z } from "zod";
import { anyOf, type PlainGrader } from "../any-of.ts";
import { behindCue } from "../behind-cue.ts";
import { extractLetter } from "./letter.ts";
import { namedOption, optionOfText, optionsOf, type Options } from "./options.ts";

export const ChoiceOptions = z
  .strictObject({
    unread: z
      .string()
      .regex(/^[A-Z]$/, "expected a capital letter")
      .optional()
      .describe("Letter that counts where none is chosen: A as in the published runs of s1. Left out: no answer."),
  })
  .describe("Letters A to Z of multiple-choice questions.");
export type ChoiceOptions = z.infer<typeof ChoiceOptions>;

/** The letter or letters in a target such as `C`, `(C)`, `\text{(C)}`, `A, D` or `C Carmen`. */
const letterOf = (text: string): string | null => {
  const plain = text.replace(/\\(?:textbf|text|mathrm|mathbf|boxed)\s*|[${}(*[\]\\]/g, "").trim();
  const several = /^[A-Z](?:\)?\s*(?:,|;|&|and)\s*[A-Z])+\)?$/.test(plain) ? plain.match(/[A-Z](?![a-z])/g) : null;
  if (several) return [...new Set(several)].sort().join(", ");
  return /^([A-Z])(?:[).:\s]|$)/i.exec(plain)?.[1]?.toUpperCase() ?? null;
};

/** A lone letter is a letter, whatever the options say; a text that begins with one may be the text of an option. */
const wantedOf = (target: string, options: Options): string | null =>
  (/^\W*[A-Z]\W*$/.test(target) ? letterOf(target) : null) ??
  optionOfText(options, target) ??
  letterOf(target) ??
  extractLetter(target)?.answer ??
  null;

const sorted = (letters: string): string =>
  letters.includes(" or ") ? letters : letters.split(", ").sort().join(", ");

const noLetter = (target: string): string =>
  `it names no letter from A to Z: ${JSON.stringify(target.trim().slice(0, 80))}`;

/**
 * Compares the letter that a response chooses, or the option that it names by its text. No letter is no answer, never
 * "A".
 */
export const choiceGrader = ({ unread }: ChoiceOptions = {}): PlainGrader =>
  anyOf({
    name: "choice",
    version: unread === undefined ? "2" : `2 unread ${unread}`,
    readTarget(target, question = "") {
      const letter = wantedOf(target, optionsOf(question));
      return letter === null ? { fault: noLetter(target) } : { target: letter };
    },
    grade(response, target, question = "", cue) {
      const options = optionsOf(question);
      const wanted = wantedOf(target, options);
      if (!wanted) return { verdict: "unscored", reason: `the target: ${noLetter(target)}` };
      const read = behindCue((text) => extractLetter(text) ?? byText(options, text), response, cue);
      const found = read ?? (unread === undefined ? null : { answer: unread, source: "no letter is chosen" });
      if (!found) return { verdict: "no-answer", rule: "no letter is chosen" };
      const equal = sorted(found.answer) === sorted(wanted);
      return { verdict: equal ? "correct" : "incorrect", ...found, rule: equal ? "same letter" : "different letter" };
    },
    equivalent: (a, b) => (letterOf(a) ?? a.trim()) === (letterOf(b) ?? b.trim()),
  });

const byText = (options: Options, response: string): { answer: string; source: string } | null => {
  const letter = namedOption(options, response);
  return letter === null ? null : { answer: letter, source: "text of an option" };
};
