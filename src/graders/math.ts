import { z } from "zod";
import { anyOf, type PlainGrader } from "./any-of.ts";
import { behindCue } from "./behind-cue.ts";
import { extractAnswer } from "./math/extraction/final-answer.ts";
import { gradeAnswer } from "./math/grade-answer.ts";
import { answerClasses, sameAnswer } from "./math/same-answers.ts";
import { readTarget } from "./math/target.ts";

export const MathOptions = z
  .strictObject({})
  .describe("Final answers of mathematics, equal however they are written. No options.");
export type MathOptions = z.infer<typeof MathOptions>;

/** Why a target cannot be graded against. */
export const noAnswer = (target: string): string =>
  `no answer can be read out of it: ${JSON.stringify(target.trim().slice(-80))}`;

/** Extracts the final answer of a response and compares it with the target as mathematics. Never throws. */
export const mathGrader = (_options: MathOptions = {}): PlainGrader =>
  anyOf({
    name: "math",
    version: "2",
    readTarget(target) {
      const answer = readTarget(target);
      return answer === null ? { fault: noAnswer(target) } : { target: answer };
    },
    grade(response, target, _question, cue) {
      const wanted = readTarget(target);
      if (wanted === null) return { verdict: "unscored", reason: `the target: ${noAnswer(target)}` };
      const found = behindCue(extractAnswer, response, cue);
      if (!found) return { verdict: "no-answer", rule: "no answer found in the response" };
      const { equal, rule } = gradeAnswer(wanted, found.answer);
      return { verdict: equal ? "correct" : "incorrect", answer: found.answer, source: found.source, rule };
    },
    equivalent: sameAnswer,
    classes: answerClasses,
  });
