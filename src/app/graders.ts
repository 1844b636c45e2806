import { z } from "zod";
import { UserError } from "../core/user-error.ts";
import type { GraderSpec } from "../experiment/dataset-spec.ts";
import { type JudgeOptions, judgeGrader } from "../graders/judge.ts";
import { modelsSchema } from "../experiment/schema.ts";
import type { Ask, Grader } from "../ports/grader.ts";
import { answerText } from "../core/trace.ts";
import type { PreparedModel } from "../runner/prepared.ts";
import { directChain, taskOf } from "../runner/task.ts";
import { withTexts } from "../runner/texts.ts";
import { BudgetForcing, budgetForcingMethod } from "../methods/budget-forcing.ts";
import type { Piece } from "../core/segment.ts";
import { greedy } from "../core/sampling.ts";
import type { Registry } from "./registry.ts";
import { startModel } from "./models.ts";

/** `file`: where relative paths of a judge's model start. */
type Around = Readonly<{ file: string; registry: Registry }>;

/** Makes a grader of what an experiment file says. */
export function createGrader({ name, options }: GraderSpec, around: Around): Grader {
  const { graders } = around.registry;
  const known = graders[name];
  if (!known)
    throw new UserError(`unknown grader ${JSON.stringify(name)}`, {
      hint: `known: ${Object.keys(graders).join(", ")}`,
    });
  const checked = known.options.parse(options);
  return name === "judge" ? createJudge(checked as JudgeOptions, around) : known.create(checked, around.file);
}

/** The judge's model is started when it is first asked, and kept for the process. */
function createJudge(options: JudgeOptions, around: Around): Grader {
  const parsed = modelsSchema(around.registry).safeParse([{ ...options.model, name: "judge" }]);
  const spec = parsed.success ? parsed.data[0] : undefined;
  if (!spec) throw new UserError(`grader judge: model: ${z.prettifyError(parsed.error as z.ZodError)}`);
  let started: Promise<PreparedModel> | undefined;
  return judgeGrader(options, async (question) =>
    askModel(await (started ??= startModel(spec, around)), options.max_tokens)(question),
  );
}

/** An hour at most for a reply. */
const patience = 3_600_000;

/** Asks greedily; the model may think up to its context, and answers in what follows. */
const askModel =
  (model: PreparedModel, maxAnswerTokens: number): Ask =>
  async (question) => {
    const signal = AbortSignal.timeout(patience);
    const task = taskOf(model, {
      problem: { id: "judge", text: question },
      prompt: async (text) => (await model.prompt(text)).ids,
      maxAnswerTokens,
      chain: directChain(model.engine, {
        sampling: greedy,
        seed: 0,
        signal,
        nameOf: (prompt) => `judge ${prompt.length}`,
      }),
    });
    const pieces: Piece[] = [];
    for await (const piece of budgetForcingMethod.run(task, BudgetForcing.parse({}))) pieces.push(piece);
    return answerText(await withTexts(pieces, task.decode));
  };
