import { RE2JS } from "re2js";
import { z } from "zod";
import { anyOf, type PlainGrader } from "./any-of.ts";
import { compilePattern, patternFault } from "./pattern.ts";

/** The end of a response that a pattern is applied to. */
const searched = 20_000;

/** Matches looked at before the search goes on in the later half of the text: what a pattern can cost stays linear. */
const mostMatches = 1000;

export const RegexOptions = z.strictObject({
  pattern: z
    .string()
    .min(1)
    .max(200)
    .superRefine((pattern, context) => {
      const fault = patternFault(pattern);
      if (fault) context.addIssue({ code: "custom", message: fault });
    })
    .describe("Regular expression with one capture group; the last match in the response is the answer."),
  ignore_case: z
    .boolean()
    .default(false)
    .describe("Take upper and lower case for the same, in the pattern and in the comparison."),
});
export type RegexOptions = z.infer<typeof RegexOptions>;

/**
 * Takes what the group captures in the last match and compares it with the target as text. Only the last 20,000
 * characters are searched, by an engine without backtracking: no pattern can hang it. Options that were not checked by
 * the schema may hold an invalid pattern: that throws.
 */
export const regexGrader = ({ pattern, ignore_case }: RegexOptions): PlainGrader => {
  const expression = compilePattern(pattern, ignore_case);
  const normal = (text: string): string => (ignore_case ? text.trim().toLowerCase() : text.trim());
  return anyOf({
    name: "regex",
    version: "3",
    grade(response, target) {
      const answer = lastCapture(response.slice(-searched), expression)?.trim();
      if (!answer) return { verdict: "no-answer", rule: "the pattern does not match" };
      const equal = normal(answer) === normal(target);
      return {
        verdict: equal ? "correct" : "incorrect",
        answer,
        source: "last match of the pattern",
        rule: equal ? "same text" : "different text",
      };
    },
    equivalent: (a, b) => normal(a) === normal(b),
  });
};

function lastCapture(text: string, expression: RE2JS): string | undefined {
  const matcher = expression.matcher(text);
  let last: string | undefined;
  for (let matches = 0; matcher.find(); matches++) {
    last = matcher.group(1) ?? last;
    if (matches === mostMatches && text.length > mostMatches) return lastCapture(laterHalf(text), expression) ?? last;
  }
  return last;
}

/** From a line or a word on. */
function laterHalf(text: string): string {
  const half = text.slice(text.length >> 1);
  const start = half.search(/\s/);
  return start < 0 ? half : half.slice(start);
}
