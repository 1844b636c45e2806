import { z } from "zod";
import type { Assumptions, Cost, NativeMethod } from "../ports/method.ts";
import type { Knobs } from "../ports/native-engine.ts";

const tokens = (text: string) => z.int().nonnegative().nullable().default(null).describe(text);

export const NativeEffort = z.strictObject({
  effort: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe("Effort level, such as none, minimal, low, medium, high, xhigh. Null: not sent."),
  thinking_budget: tokens("Most thinking tokens. Null: not sent."),
  max_output_tokens: z
    .int()
    .positive()
    .nullable()
    .default(null)
    .describe("Most tokens of thought and answer together. Null: not sent."),
});
export type NativeEffort = z.infer<typeof NativeEffort>;

const knobs = ({ effort, thinking_budget, max_output_tokens }: NativeEffort): Knobs => ({
  effort,
  thinkingBudget: thinking_budget,
  maxOutputTokens: max_output_tokens,
});

function label({ effort, thinking_budget, max_output_tokens }: NativeEffort): string {
  const parts = [
    effort === null ? [] : [`effort ${effort}`],
    thinking_budget === null ? [] : [`thinking ≤${thinking_budget}`],
    max_output_tokens === null ? [] : [`output ≤${max_output_tokens}`],
  ].flat();
  return parts.length === 0 ? "as served" : parts.join(", ");
}

/** A word for effort has no number of tokens; each setting is asked separately, so nothing is shared. */
function cost(options: NativeEffort, { natural }: Assumptions): Cost {
  const most = Math.min(options.thinking_budget ?? Infinity, options.max_output_tokens ?? Infinity);
  const thinking = Math.min(natural, most);
  return {
    thinking,
    worstThinking: most,
    chains: 1,
    requests: 1,
    stretches: [{ name: JSON.stringify(knobs(options)), tokens: thinking }],
  };
}

/** A native model's own knobs: how long it thinks is left to its server, and what it reports is kept. */
export const nativeEffortMethod: NativeMethod<NativeEffort> = {
  name: "native-effort",
  options: NativeEffort,
  label,
  facts: ({ thinking_budget }) => ({ role: "native", budget: thinking_budget }),
  cost,
  knobs,
};
