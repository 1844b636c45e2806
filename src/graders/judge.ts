import { z } from "zod";
import { answerTokens } from "../core/defaults.ts";
import { seedOf } from "../core/hash.ts";
import type { Score } from "../core/score.ts";
import type { Ask, Grader } from "../ports/grader.ts";
import { extractAnswer } from "./math/extraction/final-answer.ts";

export const JudgeOptions = z
  .strictObject({
    model: z
      .looseObject({ engine: z.string() })
      .describe("The model that judges: an entry as under `models`, without a name."),
    seed: z.int().nonnegative().default(0).describe("Decides where the reference stands in the list."),
    max_tokens: z.int().positive().default(answerTokens).describe("Room for the judge's reply."),
  })
  .describe(
    "Another model decides which answer of a list the attempt gave. Costs tokens and may err: named, never the default.",
  );
export type JudgeOptions = z.infer<typeof JudgeOptions>;

/** Answers of other attempts at a question that are listed beside the reference, at most. */
const mostOthers = 9;
const mostSigns = 4000;

/**
 * The s1 paper's way of grading (arXiv 2501.19393, appendix): the judge is given the attempt and a list of answers,
 * the reference and what earlier attempts at the question answered, and names the one that the attempt gave. Here the
 * reference stands at a place drawn by seed, question and attempt, so that a judge that likes the first place gains nothing.
 */
export const judgeGrader = (options: JudgeOptions, ask: Ask = nobody): Grader => {
  const answered = new Map<string, string[]>();
  return {
    name: "judge",
    version: `1 ${String(options.model.engine)}`,
    async grade(response, target, question = "") {
      const found = extractAnswer(response);
      if (!found) return { verdict: "no-answer", rule: "no answer found in the response" };
      const others = answered.get(question) ?? [];
      const list = listed(target, others, seedOf(options.seed, question, response));
      if (!others.includes(found.answer) && others.length < mostOthers)
        answered.set(question, [...others, found.answer]);
      const prompt = promptOf({ question, response, list });
      return verdictOf({ prompt, reply: await ask(prompt), list, target, found });
    },
    equivalent: (a, b) => a.trim() === b.trim(),
  };
};

const nobody: Ask = async () => {
  throw new Error("no model was given to judge");
};

function listed(target: string, others: readonly string[], draw: number): readonly string[] {
  const wrong = others.filter((other) => other !== target);
  return wrong.toSpliced(draw % (wrong.length + 1), 0, target);
}

const promptOf = ({
  question,
  response,
  list,
}: Readonly<{ question: string; response: string; list: readonly string[] }>): string =>
  [
    "Below are a question, a reply to it, and a numbered list of answers.",
    "Which answer of the list is the final answer of the reply? Equal values count as the same however they are written.",
    "Write its number and nothing else, or -1 if none of them is.",
    `Question:\n${question.slice(0, mostSigns)}`,
    `Reply:\n${response.slice(-mostSigns)}`,
    `Answers:\n${list.map((answer, at) => `${at + 1}. ${answer.slice(0, mostSigns)}`).join("\n")}`,
  ].join("\n\n");

type Judged = Readonly<{
  prompt: string;
  reply: string;
  list: readonly string[];
  target: string;
  found: Readonly<{ answer: string; source: string }>;
}>;

/** Junk from the judge is no verdict: the attempt stays unscored, with what was said. */
function verdictOf({ prompt, reply, list, target, found }: Judged): Score {
  const evidence = JSON.stringify({ prompt, reply });
  const named = /(-?\d+)\D*$/.exec(reply.trim())?.[1];
  const number = Number(named);
  if (named === undefined || (number !== -1 && (number < 1 || number > list.length)))
    return {
      verdict: "unscored",
      reason: `the judge named no answer of the list: ${JSON.stringify(reply.slice(-80))}`,
      evidence,
    };
  const rule =
    number === -1 ? "the judge found none of the answers" : `the judge chose answer ${number} of ${list.length}`;
  return { verdict: list[number - 1] === target ? "correct" : "incorrect", ...found, rule, evidence };
}
