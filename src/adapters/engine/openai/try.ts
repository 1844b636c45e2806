import type { Price } from "./options.ts";
import type { Usage } from "./dialect.ts";

/** One HTTP request for tokens, successful or not. */
export type Try = Readonly<{
  startedAt: string;
  milliseconds: number;
  endpoint: string;
  /** HTTP status; null where no answer came. */
  status: number | null;
  error: string | null;
  /** What the server asked for in Retry-After. */
  retryAfterMs: number | null;
  /** Tokens that came, counted from ids, of a broken answer too; where there are no ids as reported, null if not. */
  tokens: number | null;
  promptTokens: number | null;
  cachedTokens: number | null;
  /** From the price in the options; null where no price or no count of the prompt is known. */
  cost: number | null;
  /** Ids of the prefix from the first one on that its text does not give back; null where ids are sent. */
  drift: number | null;
}>;

const million = 1_000_000;

export const costOf = (price: Price | undefined, usage: Usage, tokens: number | null): number | null => {
  if (!price || usage.promptTokens === null || tokens === null) return null;
  const cached = usage.cachedTokens ?? 0;
  const prompt = (usage.promptTokens - cached) * price.prompt + cached * (price.cached_prompt ?? price.prompt);
  return (prompt + tokens * price.completion) / million;
};
