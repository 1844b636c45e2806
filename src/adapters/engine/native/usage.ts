import type { NativeTokens, ReportedCost } from "../../../ports/native-engine.ts";

export type Counted = Readonly<{ tokens: NativeTokens; source: string }>;

export const valueAt = (value: unknown, path: string): unknown =>
  path
    .split(".")
    .reduce<unknown>(
      (part, name) => (typeof part === "object" && part !== null ? (part as Record<string, unknown>)[name] : undefined),
      value,
    );

/** A count at a place of the usage; null where there is none. */
export const countAt = (usage: unknown, path: string): number | null => {
  const found = valueAt(usage, path);
  return typeof found === "number" && Number.isInteger(found) && found >= 0 ? found : null;
};

/** A count, and the fields that it came from. */
export type Found = Readonly<{ value: number; path: string }>;

const first = (usage: unknown, paths: readonly string[]): Found | null => {
  for (const path of paths) {
    const value = countAt(usage, path);
    if (value !== null) return { value, path: `usage.${path}` };
  }
  return null;
};

const thinkingFields = [
  "completion_tokens_details.reasoning_tokens",
  "output_tokens_details.reasoning_tokens",
  "reasoning_tokens",
];
const promptFields = ["prompt_tokens", "input_tokens"];
const outputFields = ["completion_tokens", "output_tokens"];
const cachedFields = [
  "prompt_tokens_details.cached_tokens",
  "input_tokens_details.cached_tokens",
  "prompt_cache_hit_tokens",
];
const writtenFields = ["prompt_tokens_details.cache_write_tokens", "input_tokens_details.cache_write_tokens"];

type Sums = Readonly<{ prompt: Found | null; completion: Found | null; total: Found | null }>;

/**
 * What the total holds beyond prompt and completion: some services count the thought outside of the completion and
 * inside of the total.
 */
const outsideOf = ({ prompt, completion, total }: Sums): Found | null => {
  if (prompt === null || completion === null || total === null) return null;
  const value = total.value - prompt.value - completion.value;
  return value > 0 ? { value, path: `${total.path} - ${prompt.path} - ${completion.path}` } : null;
};

const outputOf = (sums: Sums): Found | null => {
  const { prompt, completion, total } = sums;
  if (outsideOf(sums) === null || prompt === null || total === null) return completion;
  return { value: total.value - prompt.value, path: `${total.path} - ${prompt.path}` };
};

/** A 0 beside a thought that is there to read is no count. */
const thinkingOf = (usage: unknown, sums: Sums, thought: string | null): Found | null => {
  const found = first(usage, thinkingFields) ?? outsideOf(sums);
  return found?.value === 0 && thought ? null : found;
};

/** Where the counts of thought and output came from, in words. */
export const sourceOf = (thinking: Found | null, output: Found | null): string => {
  if (output === null) return thinking?.path ?? "not reported";
  return thinking === null ? `${output.path}, thinking not reported` : `${thinking.path}, ${output.path}`;
};

/** What is left of the output for the answer. */
export const answerOf = (thinking: Found | null, output: Found | null): number | null =>
  thinking && output && thinking.value <= output.value ? output.value - thinking.value : null;

/** The counts of a reply of chat completions or of Responses; what is not reported is null. */
export const countsOf = (usage: unknown, thought: string | null): Counted => {
  const sums = {
    prompt: first(usage, promptFields),
    completion: first(usage, outputFields),
    total: first(usage, ["total_tokens"]),
  };
  const thinking = thinkingOf(usage, sums, thought);
  const output = outputOf(sums);
  const tokens = {
    prompt: sums.prompt?.value ?? null,
    cached: first(usage, cachedFields)?.value ?? null,
    written: first(usage, writtenFields)?.value ?? null,
    thinking: thinking?.value ?? null,
    answer: answerOf(thinking, output),
    output: output?.value ?? null,
  };
  return { tokens, source: sourceOf(thinking, output) };
};

/** A tick of xAI. */
const ticksPerDollar = 1e10;

/** The money that the reply itself names; null where it names none. */
export const costIn = (usage: unknown): ReportedCost | null => {
  const [dollars, ticks] = [valueAt(usage, "cost"), valueAt(usage, "cost_in_usd_ticks")];
  if (typeof ticks === "number") return { money: ticks / ticksPerDollar, source: "usage.cost_in_usd_ticks" };
  return typeof dollars === "number" ? { money: dollars, source: "usage.cost" } : null;
};
