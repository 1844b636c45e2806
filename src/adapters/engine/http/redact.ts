import { Interrupted } from "../../../core/ending.ts";
import { Failure, NotServed, UserError } from "../../../core/user-error.ts";

export type Redact = (text: string) => string;

const patterns = [/\bsk-[A-Za-z0-9_-]{8,}/g, /\bBearer\s+[A-Za-z0-9._~+/=-]{4,}/gi];

/** Where a text stands in what was encoded decides its letters: three places, of which the ends hang on neighbours. */
const base64Forms = (secret: string): readonly string[] =>
  [0, 1, 2].flatMap((place) => {
    const text = Buffer.concat([Buffer.alloc(place), Buffer.from(secret)])
      .toString("base64")
      .replace(/=+$/, "");
    const own = text.slice(place === 0 ? 0 : place + 1, (Buffer.byteLength(secret) + place) % 3 === 0 ? undefined : -1);
    return [own, own.replaceAll("+", "-").replaceAll("/", "_")];
  });

/** A shorter text in other letters may stand anywhere by chance. */
const shortest = 6;

const forms = (secret: string): readonly string[] => {
  const written = [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)];
  if (secret.length < shortest) return written;
  const hex = Buffer.from(secret).toString("hex");
  return [...written, ...base64Forms(secret), hex, hex.toUpperCase()];
};

/** Removes the secrets by their value, and whatever has the look of a key. */
export const createRedact = (secrets: readonly (string | undefined)[]): Redact => {
  const values = secrets.flatMap((secret) => (secret ? forms(secret) : []));
  return (text) => {
    const named = values.reduce((rest, value) => rest.replaceAll(value, "[redacted]"), text);
    return patterns.reduce((rest, pattern) => rest.replace(pattern, "[redacted]"), named);
  };
};

/** The same for every text of what a server says of itself; keys keep their names. */
export const redactAll = <T>(value: T, redact: Redact): T => {
  if (typeof value === "string") return redact(value) as T;
  if (Array.isArray(value)) return value.map((one: unknown) => redactAll(one, redact)) as T;
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, redactAll(inner, redact)])) as T;
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
    const Kind = error instanceof NotServed ? NotServed : UserError;
    return new Kind(redact(error.message), { ...hint, cause: redactCause(error.cause, redact) });
  }
  if (error instanceof Interrupted)
    return new Interrupted(redact(error.message), redact(error.finishReason), {
      cause: redactCause(error.cause, redact),
    });
  if (!(error instanceof Error)) return new Error(redact(String(error)));
  const cause = { cause: redactCause(error.cause, redact) };
  if (error instanceof Failure) return new Failure(redact(error.message), cause);
  const safe = new Error(redact(error.message), cause);
  safe.name = error.name;
  return safe;
};
