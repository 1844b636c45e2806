import type { NativeTokens } from "../../../ports/native-engine.ts";

export type Counted = Readonly<{ tokens: NativeTokens; source: string }>;

const at = (value: unknown, path: string): number | null => {
  const found = path
    .split(".")
    .reduce<unknown>(
      (part, name) => (typeof part === "object" && part !== null ? (part as Record<string, unknown>)[name] : undefined),
      value,
    );
  return typeof found === "number" && Number.isInteger(found) && found >= 0 ? found : null;
};

type Found = Readonly<{ value: number; path: string }>;

const first = (usage: unknown, paths: readonly string[]): Found | null => {
  for (const path of paths) {
    const value = at(usage, path);
    if (value !== null) return { value, path: `usage.${path}` };
  }
  return null;
};

const thinkingFields = [
  "completion_tokens_details.reasoning_tokens",
  "output_tokens_details.reasoning_tokens",
  "reasoning_tokens",
];
const cachedFields = ["prompt_tokens_details.cached_tokens", "prompt_cache_hit_tokens"];

/**
 * Some services count the thought outside of `completion_tokens` and inside of `total_tokens`: what was decoded is then
 * the total without the prompt.
 */
const outputOf = (usage: unknown): Found | null => {
  const [total, prompt, completion] = [
    at(usage, "total_tokens"),
    at(usage, "prompt_tokens"),
    at(usage, "completion_tokens"),
  ];
  if (completion === null) return null;
  if (total !== null && prompt !== null && total > prompt + completion)
    return { value: total - prompt, path: "usage.total_tokens - usage.prompt_tokens" };
  return { value: completion, path: "usage.completion_tokens" };
};

/** A 0 beside a thought that is there to read is no count. */
const thinkingOf = (usage: unknown, thought: string | null): Found | null => {
  const found = first(usage, thinkingFields);
  return found?.value === 0 && thought ? null : found;
};

const sourceOf = (thinking: Found | null, output: Found | null): string => {
  if (output === null) return thinking?.path ?? "not reported";
  return thinking === null ? `${output.path}, thinking not reported` : `${thinking.path}, ${output.path}`;
};

/** The counts of a reply; what is not reported is null. */
export const countsOf = (usage: unknown, thought: string | null): Counted => {
  const thinking = thinkingOf(usage, thought);
  const output = outputOf(usage);
  const answer = thinking && output && thinking.value <= output.value ? output.value - thinking.value : null;
  const tokens = {
    prompt: at(usage, "prompt_tokens"),
    cached: first(usage, cachedFields)?.value ?? null,
    thinking: thinking?.value ?? null,
    answer,
    output: output?.value ?? null,
  };
  return { tokens, source: sourceOf(thinking, output) };
};
