import { z } from "zod";
import { splitThought } from "../core/split-thought.ts";
import { targetOf } from "../core/target.ts";
import { UserError } from "../core/user-error.ts";
import { choiceGrader } from "./choice/choice.ts";
import { mathGrader } from "./math.ts";
import { type Decision, gradeAnswer } from "./math/grade-answer.ts";
import { readTarget } from "./math/target.ts";

/**
 * One graded example. `answer`: a bare answer; `response`: a text that holds one; `choice`: a text that chooses a
 * letter.
 */
const Case = z.looseObject({
  id: z.string().min(1),
  category: z
    .string()
    .nullish()
    .transform((category) => category ?? "none"),
  gold: z.union([z.string(), z.array(z.string()).min(1)]),
  pred: z.string(),
  kind: z.enum(["answer", "response", "choice"]),
  expected: z
    .boolean()
    .nullish()
    .transform((expected) => expected ?? undefined),
  policy: z
    .boolean()
    .nullish()
    .transform((policy) => policy ?? undefined),
});
type Case = z.infer<typeof Case>;

/** A file of graded examples; further fields are left alone. */
export const CasesFile = z.looseObject({ cases: z.array(Case) });

export type GradedCase = Readonly<{
  id: string;
  category: string;
  verdict: boolean;
  expected?: boolean;
  agrees?: boolean;
  policy?: boolean;
  /** `null` when no answer was found. */
  extracted: string | null;
  rule: string;
  /** How many thoughts the answer goes on with, where it does; nothing of them is graded. */
  goes_on?: number;
}>;

/**
 * Of the cases that say what is expected. `accepted`: wrong answers taken for right; `refused`: right ones for wrong.
 */
export type Agreement = Readonly<{ cases: number; agreed: number; accepted: number; refused: number }>;

export type CasesResult = Readonly<{
  cases: readonly GradedCase[];
  agreement: Readonly<{ all: Agreement; withoutPolicy: Agreement; byCategory: Readonly<Record<string, Agreement>> }>;
}>;

/** Grades every case of a file. Throws a `UserError` that names the place when the file has another form. */
export const gradeCases = (file: unknown): CasesResult => {
  const parsed = CasesFile.safeParse(file);
  if (!parsed.success) throw formError(parsed.error);
  const cases = parsed.data.cases.map(gradeCase);
  return { cases, agreement: agreementOf(cases) };
};

const formError = (error: z.ZodError): UserError => {
  const [issue] = error.issues;
  const place = issue?.path
    .map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`))
    .join("")
    .replace(/^\./, "");
  return new UserError(`not a file of graded cases: ${place || "top level"}: ${issue?.message ?? "unknown form"}`, {
    hint:
      'expected {"cases": [{"id", "category", "gold", "pred", "kind": "answer" | "response" | "choice", ' +
      '"expected"?}]}',
    cause: error,
  });
};

const gradeCase = (one: Case): GradedCase => {
  const { verdict, extracted, rule } = judge(one);
  const { id, category, expected, policy, kind, pred } = one;
  const further = kind === "answer" ? 0 : splitThought(pred).thoughts - 1;
  return {
    id,
    category,
    verdict,
    ...(expected === undefined ? {} : { expected, agrees: verdict === expected }),
    ...(policy === undefined ? {} : { policy }),
    extracted,
    rule,
    ...(further > 0 ? { goes_on: further } : {}),
  };
};

const math = mathGrader();
const choice = choiceGrader();

/** A box, a mark, maths between delimiters with words around it, several lines, or some words. */
const isSentence = (text: string): boolean => {
  const outside = text.replace(/\$[^$]*\$|\\\(.*?\\\)|\\[a-zA-Z]+\s*(?:\{[^{}]*\})?/g, " ");
  const words = outside.match(/[a-zA-Z]{2,}/g)?.length ?? 0;
  return /\\boxed|\b(?:is|are|answer)\b|\n/i.test(text) || words > 2 || (words > 0 && /\$.*\$|\\\(/.test(text));
};

/** A bare answer that is not right as it stands and is in truth a sentence is graded as a response. */
const judge = ({ kind, gold, pred }: Case): Readonly<{ verdict: boolean; extracted: string | null; rule: string }> => {
  const golds = typeof gold === "string" ? [gold] : gold;
  if (kind === "answer") {
    const decisions = golds.map((one) => gradeAnswer(readTarget(one) ?? "", pred));
    const { equal, rule } = decisions.find((decision) => decision.equal) ?? (decisions[0] as Decision);
    if (equal || !isSentence(pred)) return { verdict: equal, extracted: pred, rule };
  }
  const score = (kind === "choice" ? choice : math).grade(pred, targetOf(golds));
  if (score.verdict === "unscored") return { verdict: false, extracted: null, rule: score.reason };
  return { verdict: score.verdict === "correct", extracted: "answer" in score ? score.answer : null, rule: score.rule };
};

const agreementOf = (cases: readonly GradedCase[]): CasesResult["agreement"] => ({
  all: count(cases),
  withoutPolicy: count(cases.filter(({ policy }) => !policy)),
  byCategory: Object.fromEntries(
    [...new Set(cases.map(({ category }) => category))]
      .sort()
      .map((category) => [category, count(cases.filter((one) => one.category === category))]),
  ),
});

const count = (all: readonly GradedCase[]): Agreement => {
  const cases = all.filter(({ agrees }) => agrees !== undefined);
  return {
    cases: cases.length,
    agreed: cases.filter(({ agrees }) => agrees).length,
    accepted: cases.filter(({ verdict, agrees }) => verdict && !agrees).length,
    refused: cases.filter(({ verdict, agrees }) => !verdict && !agrees).length,
  };
};
