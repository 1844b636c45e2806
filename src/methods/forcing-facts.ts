import type { StatedFacts } from "../core/facts.ts";

type Forced = Readonly<{
  /** A number cuts; `auto` and null leave the thought to end by itself. */
  max_thinking_tokens: number | "auto" | null;
  min_thinking_tokens: number;
  ignore_ends: number | null;
  continuation: string | null;
}>;

/** What the options that all variants of budget forcing share say of a setting. */
export function forcingFacts(options: Forced): StatedFacts {
  const budget = typeof options.max_thinking_tokens === "number" ? options.max_thinking_tokens : null;
  const [minimum, ignoredEnds] = [options.min_thinking_tokens, options.ignore_ends ?? 0];
  const isLonger = ignoredEnds > 0 || minimum > 0;
  return {
    role: isLonger ? "extension" : budget === null ? "natural" : "cut",
    budget,
    minimum,
    ignoredEnds,
    continuation: isLonger ? (options.continuation ?? "") : null,
    along: ["max_thinking_tokens", "ignore_ends", "continuation", "min_thinking_tokens"],
  };
}
