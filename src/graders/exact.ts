import { z } from "zod";
import { anyOf, type PlainGrader } from "./any-of.ts";

export const ExactOptions = z.strictObject({
  ignore_case: z.boolean().default(false).describe("Take upper and lower case for the same."),
});
export type ExactOptions = z.infer<typeof ExactOptions>;

/** Compares the whole response with the target, white space at both ends left out. */
export const exactGrader = ({ ignore_case }: ExactOptions): PlainGrader => {
  const normal = (text: string): string => (ignore_case ? text.trim().toLowerCase() : text.trim());
  return anyOf({
    name: "exact",
    version: "3",
    grade(response, target) {
      const answer = response.trim();
      if (answer === "") return { verdict: "no-answer", rule: "empty response" };
      const equal = normal(answer) === normal(target);
      return {
        verdict: equal ? "correct" : "incorrect",
        answer,
        source: "whole response",
        rule: equal ? "same text" : "different text",
      };
    },
    equivalent: (a, b) => normal(a) === normal(b),
  });
};
