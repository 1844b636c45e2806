import { z } from "zod";
import type { AskedLength, StatedFacts } from "../core/facts.ts";
import type { Piece } from "../core/segment.ts";
import type { Assumptions, Cost, Fit, Method, Task } from "../ports/method.ts";
import { BudgetForcing, budgetForcingMethod } from "./budget-forcing.ts";
import { headsApart } from "./step-heads.ts";
import { publishedForcing } from "./s1/published.ts";
import { type Quirks, quirksOf } from "./s1/quirks.ts";
import { checkText, type Wanted } from "./s1/setting.ts";

const longer =
  "\n\nAnswer after a long amount of thinking. If you feel like you are finished early, spend the extra time " +
  "trying to double-check your work until you are absolutely sure that you have the correct answer.";
const shorter = "\n\nAnswer after a short amount of thinking. Do not spend excessive time double-checking your work.";

const amount = z.int().positive();
const variant = z
  .enum(["strict", "s1-fork"])
  .default("strict")
  .describe("Which variant of budget forcing runs under the prompt.");
const forcedOption = z.boolean().default(false);

const template = (text: string) =>
  z
    .string()
    .refine((value) => value.split("{amount}").length === 2, {
      error: "expected a text that holds {amount} exactly once",
    })
    .default(text)
    .describe("Text added after the question. It holds {amount} once.");

const ByTokens = z.strictObject({
  by: z.literal("tokens").describe("Ask for a number of tokens."),
  amount: amount.describe("Number of tokens to ask for."),
  prompt: template("\n\nThink for up to {amount} tokens."),
  forced: forcedOption.describe("Cut the thought at this number of tokens too."),
  variant,
});

const BySteps = z.strictObject({
  by: z.literal("steps").describe("Ask for a number of steps, which the model counts down."),
  amount: amount.describe("Number of steps to ask for."),
  prompt: template("\n\nThink for up to {amount} steps."),
  forced: forcedOption.describe("End the thought when the countdown reaches 0."),
  variant,
  step_start: z
    .string()
    .min(1)
    .default("<|im_start|>")
    .describe("Text that opens a step. It replaces the opening delimiter."),
  step_mark: z
    .string()
    .min(1)
    .default(" steps left\n")
    .describe("Text that follows the number at the head of every step. Steps are counted by it."),
});

const ByClass = z
  .strictObject({
    by: z.literal("class").describe("Ask for short or long thinking."),
    class: z.string().min(1).describe("Which of `prompts` to add."),
    prompts: z
      .record(z.string(), z.string().min(1))
      .default({ short: shorter, long: longer })
      .describe("Text added after the question, for each class."),
    variant,
  })
  .superRefine((options, ctx) => {
    const known = Object.keys(options.prompts);
    if (!known.includes(options.class))
      ctx.addIssue({
        code: "custom",
        path: ["class"],
        message: `no prompt for ${JSON.stringify(options.class)}, there are ${known.join(", ")}`,
      });
  });

export const Conditional = z.discriminatedUnion("by", [ByTokens, BySteps, ByClass]);
export type Conditional = z.infer<typeof Conditional>;
type BySteps = z.infer<typeof BySteps>;

/** What is added after the question. */
export const suffixOf = (options: Conditional): string =>
  options.by === "class"
    ? (options.prompts[options.class] ?? "")
    : options.prompt.replace("{amount}", () => String(options.amount));

const forcing = (options: Exclude<Conditional, BySteps>): BudgetForcing => {
  const asked = options.by === "tokens" && options.forced ? options.amount : null;
  return BudgetForcing.parse({
    variant: options.variant,
    max_thinking_tokens: options.variant === "s1-fork" ? (asked ?? "auto") : asked,
  });
};

/** The countdown has its own opening, and ends at its 0 or with the closing delimiter. */
async function stepsWanted(
  { forced, step_start }: BySteps,
  { delimiters, decode }: Pick<Task, "delimiters" | "decode">,
): Promise<Wanted> {
  const until = forced ? `${step_start}0` : await decode(delimiters.thinkingEnd);
  return {
    budget: "auto",
    ignores: null,
    minThinking: 0,
    continuation: "",
    separator: "\n",
    start: step_start,
    end: null,
    until: [until],
    batchPrompt: null,
    maxGen: null,
    modelLength: null,
    sampling: {},
  };
}

/** Only the published variant asks a model again that has answered before the countdown was over. */
const stepQuirks = (options: BySteps): Quirks => ({
  ...quirksOf("s1-fork"),
  answersTwice: options.variant === "s1-fork",
});

async function* conditional(task: Task, options: Conditional): AsyncGenerator<Piece, void, undefined> {
  const asked = { ...task, problem: { ...task.problem, text: `${task.problem.text}${suffixOf(options)}` } };
  if (options.by === "steps") yield* inSteps(asked, options);
  else yield* budgetForcingMethod.run(asked, forcing(options));
}

async function* inSteps(task: Task, options: BySteps): AsyncGenerator<Piece, void, undefined> {
  for await (const piece of publishedForcing(task, await stepsWanted(options, task), stepQuirks(options)))
    if (piece.kind === "thinking") yield* await headsApart(piece, options, task);
    else yield piece;
}

function label(options: Conditional): string {
  if (options.by === "class") return `asked ${options.class}`;
  return `asked ≤${options.amount} ${options.by}${options.forced ? " forced" : ""}`;
}

/** Against the natural thought; of a class of the user's own nothing is known. */
const lengths: Readonly<Record<string, AskedLength>> = { short: { length: "shorter" }, long: { length: "longer" } };

function askedBy(options: Conditional): AskedLength | null {
  if (options.by === "class") return lengths[options.class] ?? null;
  return options.by === "steps" ? { steps: options.amount, mark: options.step_mark } : { tokens: options.amount };
}

function facts(options: Conditional): StatedFacts {
  const isForced = options.by !== "class" && options.forced;
  const family = { tokens: "token-conditional", steps: "step-conditional", class: "class-conditional" }[options.by];
  return {
    role: "asked",
    budget: isForced && options.by === "tokens" ? options.amount : null,
    family: isForced ? `${family} + forcing` : family,
    asked: askedBy(options),
  };
}

/** Another prompt is another chain. */
function cost(options: Conditional, assume: Assumptions): Cost {
  const beneath =
    options.by === "steps"
      ? { thinking: assume.natural, worstThinking: Infinity, chains: 1, requests: 2 }
      : budgetForcingMethod.cost(forcing(options), assume);
  return { ...beneath, stretches: [{ name: suffixOf(options), tokens: beneath.thinking }] };
}

async function check({ model }: Fit, options: Conditional): Promise<void> {
  if (model && options.by === "steps")
    for (const text of [options.step_start, `${options.step_start}0`]) await checkText(model, text);
}

/** Asks for a length in the prompt. What was asked for is in the setting, what was used in the attempt. */
export const conditionalMethod: Method<Conditional> = {
  name: "conditional",
  options: Conditional,
  label,
  facts,
  cost,
  check,
  run: conditional,
};
