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
  /** It was dropped after the server may have decoded something: what it cost is not known. */
  costUnknown: boolean;
  promptTokens: number | null;
  cachedTokens: number | null;
  /** Ids of the prefix from the first one on that its text does not give back; null where ids are sent. */
  drift: number | null;
}>;
