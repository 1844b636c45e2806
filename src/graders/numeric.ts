import { z } from "zod";
import { anyOf, type PlainGrader } from "./any-of.ts";
import { behindCue } from "./behind-cue.ts";
import { extractAnswer } from "./math/extraction/final-answer.ts";
import { readTarget } from "./math/target.ts";
import { numericValue } from "./math/numeric-value.ts";

export const NumericOptions = z.strictObject({
  rel_tol: z
    .number()
    .nonnegative()
    .max(1)
    .default(0)
    .describe("Largest difference as a share of the target: 0.01 accepts one per cent."),
  abs_tol: z
    .number()
    .nonnegative()
    .default(0)
    .describe("Largest difference in itself. The wider of the two tolerances counts."),
});
export type NumericOptions = z.infer<typeof NumericOptions>;

/**
 * Compares the final answer with the target as numbers, within a tolerance. A percentage is its number: 28% is 28.
 * A target that is no number leaves the answer unscored.
 */
export const numericGrader = ({ rel_tol, abs_tol }: NumericOptions): PlainGrader => {
  const close = (target: number, value: number): boolean =>
    Math.abs(target - value) <= Math.max(abs_tol, rel_tol * Math.abs(target));
  const valueOf = (target: string): number | null => numericValue(readTarget(target) ?? "");
  return anyOf({
    name: "numeric",
    version: "2",
    readTarget(target) {
      return valueOf(target) === null
        ? { fault: `it is no number: ${JSON.stringify(target.trim().slice(-80))}` }
        : { target: readTarget(target) ?? target };
    },
    grade(response, target, _question, cue) {
      const wanted = valueOf(target);
      if (wanted === null)
        return { verdict: "unscored", reason: `the target is no number: ${JSON.stringify(target.slice(0, 80))}` };
      const found = behindCue(extractAnswer, response, cue);
      if (!found) return { verdict: "no-answer", rule: "no answer found in the response" };
      const value = numericValue(found.answer);
      const shown = { answer: found.answer, source: found.source };
      if (value === null) return { verdict: "incorrect", ...shown, rule: "not a number" };
      return close(wanted, value)
        ? { verdict: "correct", ...shown, rule: "within the tolerance" }
        : { verdict: "incorrect", ...shown, rule: "outside the tolerance" };
    },
    equivalent: (a, b) => nameOf(a) === nameOf(b),
    classes: (answers) => clusters(answers, close),
  });
};

const nameOf = (text: string): string => String(numericValue(text) ?? text.trim());

/** From the smallest value on, all that is close to it is one answer; the rest begins anew. */
const clusters = (answers: readonly string[], close: (a: number, b: number) => boolean): readonly string[] => {
  const values = [...new Set(answers.flatMap((answer) => numericValue(answer) ?? []))].sort((a, b) => a - b);
  const names = new Map<number, string>();
  let first: number | undefined;
  for (const value of values) {
    if (first === undefined || !close(first, value)) first = value;
    names.set(value, String(first));
  }
  return answers.map((answer) => names.get(numericValue(answer) ?? NaN) ?? answer.trim());
};
