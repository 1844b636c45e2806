import { UserError } from "../../../core/user-error.ts";

export type Redact = (text: string) => string;

const patterns = [/\bsk-[A-Za-z0-9_-]{8,}/g, /\bBearer\s+[A-Za-z0-9._~+/=-]{4,}/gi];

const forms = (secret: string): readonly string[] => [
  secret,
  encodeURIComponent(secret),
  JSON.stringify(secret).slice(1, -1),
];

/** Removes the secrets by their value, and whatever has the look of a key. */
export const createRedact = (secrets: readonly (string | undefined)[]): Redact => {
  const values = secrets.flatMap((secret) => (secret ? forms(secret) : []));
  return (text) => {
    const named = values.reduce((rest, value) => rest.replaceAll(value, "[redacted]"), text);
    return patterns.reduce((rest, pattern) => rest.replace(pattern, "[redacted]"), named);
  };
};

const redactCause = (cause: unknown, redact: Redact): unknown =>
  cause instanceof Error ? new Error(redact(cause.message)) : undefined;

/**
 * The one place through which errors leave an HTTP engine. A new error is made: the old one's stack,
 * body and headers may hold the key.
 */
export const redactError = (error: unknown, redact: Redact): Error => {
  if (error instanceof UserError) {
    const hint = error.hint === undefined ? {} : { hint: redact(error.hint) };
    return new UserError(redact(error.message), { ...hint, cause: redactCause(error.cause, redact) });
  }
  if (!(error instanceof Error)) return new Error(redact(String(error)));
  const safe = new Error(redact(error.message), { cause: redactCause(error.cause, redact) });
  safe.name = error.name;
  return safe;
};
