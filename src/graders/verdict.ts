import { z } from "zod";
import type { Score } from "../core/score.ts";

const verdicts = ["correct", "incorrect", "no-answer", "unscored"] as const;

const Told = z.object({
  verdict: z.union([z.enum(verdicts), z.boolean()]),
  answer: z.string().nullish(),
  source: z.string().optional(),
  rule: z.string().optional(),
  reason: z.string().optional(),
});

const isShort = z.union([z.enum(verdicts), z.boolean()]);

/**
 * What a grader of someone's own said of a reply, as a score: `true`, "correct", or `{ verdict, answer, rule }`. Where
 * it names no answer, the reply is the answer. Throws where it is none of these.
 */
export function verdictOf(said: unknown, response: string): Score {
  const told = Told.safeParse(isShort.safeParse(said).success ? { verdict: said } : said);
  if (!told.success)
    throw new Error(
      `expected a verdict such as {"verdict": "correct", "answer": "42"} (${verdicts.join(", ")}), got ${shown(said)}`,
    );
  const { verdict, answer, source = "grader", rule = "the grader's own", reason = "no reason given" } = told.data;
  if (verdict === "unscored") return { verdict, reason };
  if (verdict === "no-answer") return { verdict, rule };
  return {
    verdict: verdict === true ? "correct" : verdict === false ? "incorrect" : verdict,
    answer: answer ?? response.trim(),
    source,
    rule,
  };
}

const shown = (value: unknown): string => (JSON.stringify(value) ?? String(value)).slice(0, 100);
