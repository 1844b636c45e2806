import { z } from "zod";
import { continuationString } from "../../core/defaults.ts";
import type { Sampling } from "../../core/sampling.ts";
import type { Assumptions, Cost } from "../../ports/method.ts";
import { forkedAt } from "../stretches.ts";
import type { Wanted } from "./setting.ts";

const text = z.string().min(1).nullable().default(null);
const alias = (name: string) => `The published name of \`${name}\`.`;

const shape = {
  variant: z.literal("s1-fork").describe("The algorithm of s1's published numbers, with its quirks."),
  max_thinking_tokens: z
    .union([z.int().positive(), z.literal("auto")])
    .nullable()
    .default(null)
    .describe(
      "Budget of each round, then of the whole thought. `auto`: the context less prompt, delimiters and 100 " +
        "tokens. Null: `max_gen_toks`.",
    ),
  batch_prompt_tokens: z
    .int()
    .positive()
    .nullable()
    .default(null)
    .describe(
      "For `auto`: length of the longest prompt of the batch; the published runs computed one budget from it. " +
        "Null: each problem's own prompt.",
    ),
  min_thinking_tokens: z.int().nonnegative().default(0).describe("Allow no end before this many thinking tokens."),
  ignore_ends: z
    .int()
    .nonnegative()
    .nullable()
    .default(null)
    .describe("Number of ends to ignore. With 0 an end still cannot be the first token; with null it can."),
  continuation: z
    .string()
    .nullable()
    .default(continuationString)
    .describe("Text that replaces an ignored end. Null or empty: none."),
  separator: z
    .string()
    .nullable()
    .default("\n")
    .describe("Text between a cut thought and the closing delimiter, unless the thought ends with it. Null: none."),
  thinking_start: text.describe("Text that opens the thought. Null: the format's delimiter."),
  thinking_end: text.describe("Text that closes the thought. Null: the format's delimiter."),
  until_thinking: text.describe("Text that ends the thought. Null: the first token of the closing delimiter."),
  until_thinking_2: text.describe("A second text that ends the thought."),
  max_gen_toks: z
    .int()
    .positive()
    .nullable()
    .default(null)
    .describe("Most tokens of the answer, the base of `auto`, and the budget if none is given. Null: the context."),
  model_length: z
    .int()
    .positive()
    .nullable()
    .default(null)
    .describe("Longest sequence of prompt and thought. Null: the context."),
  temperature_thinking: z
    .number()
    .nonnegative()
    .nullable()
    .default(null)
    .describe("Temperature of the thought alone. Null: that of `sampling`."),
  top_p_thinking: z.number().gt(0).max(1).nullable().default(null).describe("`top_p` of the thought alone."),
  top_k_thinking: z.int().nonnegative().nullable().default(null).describe("`top_k` of the thought alone."),
  min_p_thinking: z.number().min(0).max(1).nullable().default(null).describe("`min_p` of the thought alone."),
};

const aliases = {
  max_tokens_thinking: shape.max_thinking_tokens.unwrap().optional().describe(alias("max_thinking_tokens")),
  min_tokens_thinking: shape.min_thinking_tokens.unwrap().optional().describe(alias("min_thinking_tokens")),
  thinking_n_ignore: shape.ignore_ends.unwrap().optional().describe(alias("ignore_ends")),
  thinking_n_ignore_str: z.string().optional().describe(alias("continuation")),
};

type Alias = keyof typeof aliases;
type Named = "max_thinking_tokens" | "min_thinking_tokens" | "ignore_ends" | "continuation";

/** Our names of the published options. */
export const publishedNames: Readonly<Record<Alias, Named>> = {
  max_tokens_thinking: "max_thinking_tokens",
  min_tokens_thinking: "min_thinking_tokens",
  thinking_n_ignore: "ignore_ends",
  thinking_n_ignore_str: "continuation",
};

const Canonical = z.strictObject(shape);
export type ForkForcing = z.infer<typeof Canonical>;

type Fault = (key: string, message: string) => void;

function contradictions(options: z.output<typeof Written>, fault: Fault): void {
  for (const [published, ours] of Object.entries(publishedNames) as [Alias, Named][])
    if (options[published] !== undefined && options[ours] !== defaults[ours])
      fault(published, `is the same option as ${ours}: give one of them`);
  const own = canonical(options);
  if (own.batch_prompt_tokens !== null && own.max_thinking_tokens !== "auto")
    fault("batch_prompt_tokens", "needs max_thinking_tokens: auto, whose size it decides");
  if (own.min_thinking_tokens > 0 && own.ignore_ends !== null)
    fault("min_thinking_tokens", "has no effect with ignore_ends, which sets it to 1: give one of them");
  if (own.until_thinking_2 !== null && own.until_thinking === null) fault("until_thinking_2", "needs until_thinking");
  if (own.thinking_end !== null && own.until_thinking === null)
    fault("thinking_end", "needs until_thinking, the text that ends the thought");
}

const Written = z.strictObject({ ...shape, ...aliases });

const defaults: Readonly<Pick<ForkForcing, Named>> = {
  max_thinking_tokens: null,
  min_thinking_tokens: 0,
  ignore_ends: null,
  continuation: continuationString,
};

/** Published names turned into ours. Without its string, the published option inserts nothing. */
function canonical({
  max_tokens_thinking,
  min_tokens_thinking,
  thinking_n_ignore,
  thinking_n_ignore_str,
  ...own
}: z.output<typeof Written>): ForkForcing {
  return {
    ...own,
    max_thinking_tokens: max_tokens_thinking ?? own.max_thinking_tokens,
    min_thinking_tokens: min_tokens_thinking ?? own.min_thinking_tokens,
    ignore_ends: thinking_n_ignore ?? own.ignore_ends,
    continuation: thinking_n_ignore_str ?? (thinking_n_ignore === undefined ? own.continuation : null),
  };
}

/** Published option names are read too. */
export const ForkForcing = Written.superRefine((options, ctx) =>
  contradictions(options, (key, message) => ctx.addIssue({ code: "custom", path: [key], message })),
).transform(canonical);

export const forkWanted = (o: ForkForcing): Wanted => ({
  budget: o.max_thinking_tokens,
  ignores: o.ignore_ends,
  minThinking: o.min_thinking_tokens,
  continuation: o.continuation ?? "",
  separator: o.separator ?? "",
  start: o.thinking_start,
  end: o.thinking_end,
  until:
    o.until_thinking === null ? null : [o.until_thinking, ...(o.until_thinking_2 === null ? [] : [o.until_thinking_2])],
  batchPrompt: o.batch_prompt_tokens,
  maxGen: o.max_gen_toks,
  modelLength: o.model_length,
  sampling: thoughtSampling(o),
});

function thoughtSampling(o: ForkForcing): Partial<Sampling> {
  const fields = {
    temperature: o.temperature_thinking,
    topP: o.top_p_thinking,
    topK: o.top_k_thinking,
    minP: o.min_p_thinking,
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}

export function forkLabel(o: ForkForcing): string {
  const parts = [
    o.max_thinking_tokens === null ? null : o.max_thinking_tokens === "auto" ? "auto" : `≤${o.max_thinking_tokens}`,
    o.min_thinking_tokens > 0 ? `≥${o.min_thinking_tokens}` : null,
    o.ignore_ends === null || o.ignore_ends === 0 ? null : `${o.continuation || "nothing"} ×${o.ignore_ends}`,
  ].filter((part) => part !== null);
  return parts.join(" ") || "natural";
}

/** Rounds are not bounded together, so with ignored ends the context alone bounds a thought. */
export function forkCost(o: ForkForcing, assume: Assumptions): Cost {
  const ignores = o.ignore_ends ?? 0;
  const most = typeof o.max_thinking_tokens === "number" ? o.max_thinking_tokens : Infinity;
  const rounds = assume.natural < most ? assume.natural + ignores * Math.min(most, assume.perIgnoredEnd) : most;
  const thinking = Math.max(rounds, Math.min(most, o.min_thinking_tokens));
  const stretches = forkedAt(assume.natural, { thinking, ignores, continuation: o.continuation });
  return { thinking, worstThinking: ignores > 0 ? Infinity : most, chains: 1, requests: 2 + ignores, stretches };
}
