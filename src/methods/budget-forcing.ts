import { leastOf, mostOf } from "../core/extremes.ts";
import { z } from "zod";
import type { StatedFacts } from "../core/facts.ts";
import { UserError } from "../core/user-error.ts";
import type { Piece } from "../core/segment.ts";
import type { Assumptions, Cost, Fit, Method, Task } from "../ports/method.ts";
import { checkTexts } from "./check-texts.ts";
import { forcingFacts } from "./forcing-facts.ts";
import { ForkForcing, forkCost, forkLabel, forkWanted, publishedNames } from "./s1/fork.ts";
import { publishedForcing } from "./s1/published.ts";
import { quirksOf } from "./s1/quirks.ts";
import { ReadmeForcing, readmeCost, readmeLabel, readmeWanted } from "./s1/readme.ts";
import { checkSetting } from "./s1/setting.ts";
import {
  bounded,
  checkWords,
  StrictForcing,
  strictCost,
  strictForcing,
  strictLabel,
  writtenWords,
} from "./strict-forcing.ts";

/** Each variant has options of its own. */
export const BudgetForcing = z.discriminatedUnion("variant", [StrictForcing, ForkForcing, ReadmeForcing]);
export type BudgetForcing = z.infer<typeof BudgetForcing>;

const run = (task: Task, options: BudgetForcing): AsyncGenerator<Piece, void, undefined> => {
  if (options.variant === "s1-fork") return publishedForcing(task, forkWanted(options), quirksOf("s1-fork"));
  if (options.variant === "s1-readme") return publishedForcing(task, readmeWanted(options), quirksOf("s1-readme"));
  return strictForcing(task, options);
};

const label = (options: BudgetForcing): string => {
  if (options.variant === "s1-fork") return forkLabel(options);
  return options.variant === "s1-readme" ? readmeLabel(options) : strictLabel(options);
};

const facts = (options: BudgetForcing): StatedFacts => {
  if (options.variant === "strict" && options.exact_thinking_tokens !== undefined)
    return {
      ...forcingFacts(bounded(options)),
      family: "budget forcing, exact length",
      along: ["exact_thinking_tokens"],
    };
  const stated = forcingFacts({ min_thinking_tokens: 0, ...options });
  return options.variant === "strict" ? stated : { ...stated, family: `budget forcing (${options.variant})` };
};

const cost = (options: BudgetForcing, assume: Assumptions): Cost => {
  if (options.variant === "s1-fork") return forkCost(options, assume);
  return options.variant === "s1-readme" ? readmeCost(options, assume) : strictCost(options, assume);
};

const check = async (fit: Fit, options: BudgetForcing): Promise<void> => {
  if (fit.model) {
    const { continuation, opening, closing } = { opening: null, closing: null, ...options };
    await checkTexts(fit.model, { continuation, opening, closing });
  }
  if (options.variant === "strict") await checkWords(fit, options);
  const { model } = fit;
  if (model?.delimiters.ends && options.variant !== "strict")
    throw new UserError(`variant ${options.variant} looks for the ids of the end alone, and this model's end merges`, {
      hint: "use variant: strict, which finds it in the text",
    });
  if (model && options.variant === "s1-fork") await checkSetting(model, forkWanted(options), quirksOf("s1-fork"));
};

/** Published option names are read, and said so; so is which of two bounds wins. */
function note(written: Readonly<Record<string, unknown>>): string | null {
  const used = Object.entries(publishedNames).filter(([published]) => published in written);
  const read =
    used.length === 0 ? [] : [`read ${used.map(([published, ours]) => `${published} as ${ours}`).join(", ")}`];
  const notes = [...read, ...crossedBounds(written)];
  return notes.length === 0 ? null : notes.join("; ");
}

/** Products of lists may well cross; that is no fault, but nobody should take the shorter thought for the minimum. */
function crossedBounds({
  min_thinking_tokens: least,
  max_thinking_tokens: most,
}: Readonly<Record<string, unknown>>): readonly string[] {
  const [mins, maxs] = [least, most].map((value) => [value].flat().filter((one) => typeof one === "number"));
  const [min, max] = [mostOf(mins ?? []), leastOf(maxs ?? [])];
  return min > max
    ? [
        `where min_thinking_tokens (${min}) is above max_thinking_tokens (${max}), the maximum wins: the ` +
          "thought is cut there",
      ]
    : [];
}

/** Cuts a thought at a budget, or makes it longer by ignoring its ends. */
export const budgetForcingMethod: Method<BudgetForcing> = {
  name: "budget-forcing",
  options: BudgetForcing,
  label,
  facts,
  cost,
  check,
  written: async (model, options) => (options.variant === "strict" ? writtenWords(model, options) : 0),
  needs: (options) => (options.variant === "strict" && options.entropy_above !== undefined ? ["entropies"] : []),
  findsMergedEnds: true,
  note,
  run,
};
