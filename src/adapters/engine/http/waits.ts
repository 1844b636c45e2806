import { leastOf, mostOf } from "../../../core/extremes.ts";
type Headers = Readonly<Record<string, string | string[] | undefined>>;

const number = (text: string | null): number | null =>
  text !== null && /^\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : null;

const headerOf = (headers: Headers, name: string): string | null => [headers[name] ?? null].flat()[0] ?? null;

const unitMs: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

/** Milliseconds of `6m0s`, `1h2m3.5s`, `120ms`; null where it is no such duration. */
export const durationMs = (text: string): number | null => {
  const parts = [...text.trim().matchAll(/(\d+(?:\.\d+)?)(ms|[dhms])/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join("") !== text.trim()) return null;
  return parts.reduce((sum, [, amount, unit = ""]) => sum + Number(amount) * (unitMs[unit] ?? 0), 0);
};

/** Seconds or a date; `retry-after-ms` is finer where it is there. */
export const retryAfter = (headers: Headers, now: number): number | null => {
  const fine = number(headerOf(headers, "retry-after-ms"));
  if (fine !== null) return fine;
  const text = headerOf(headers, "retry-after");
  const seconds = number(text);
  if (seconds !== null) return seconds * 1000;
  const date = text === null ? Number.NaN : Date.parse(text);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
};

const allowances = ["requests", "tokens"] as const;

/**
 * OpenAI and Groq say when an allowance is full again in headers of their own. Only that of an allowance that is used
 * up is a wait; where none is said to be, the shorter one lets a request through first.
 */
const resetMs = (headers: Headers): number | null => {
  const told = allowances.flatMap((name) => {
    const reset = durationMs(headerOf(headers, `x-ratelimit-reset-${name}`) ?? "");
    return reset === null ? [] : [{ reset, left: number(headerOf(headers, `x-ratelimit-remaining-${name}`)) }];
  });
  const empty = told.filter(({ left }) => left === 0).map(({ reset }) => reset);
  if (empty.length > 0) return mostOf(empty);
  return told.length > 0 ? leastOf(told.map(({ reset }) => reset)) : null;
};

/** Google says it in the body: `details: [{ "@type": "…RetryInfo", retryDelay: "34s" }]`. */
const delayInBody = (error: unknown): number | null => {
  const { details } = (error ?? {}) as { details?: unknown };
  if (!Array.isArray(details)) return null;
  const delays = details.flatMap((detail: unknown) => {
    const { retryDelay } = (detail ?? {}) as { retryDelay?: unknown };
    return typeof retryDelay === "string" ? (durationMs(retryDelay) ?? []) : [];
  });
  return delays[0] ?? null;
};

/** Milliseconds that a service asks to be left alone, wherever it says so; `error`: what its body says is wrong. */
export const waitOf = (headers: Headers, error: unknown, now: number): number | null =>
  retryAfter(headers, now) ?? resetMs(headers) ?? delayInBody(error);
