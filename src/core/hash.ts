import { createHash } from "node:crypto";

/** JSON with sorted keys, so that equal values have equal texts. */
export const canonicalJson = (value: unknown): string => JSON.stringify(withSortedKeys(value));

/** Long lists of ids are left as they are: a look at each of them costs more than all the rest. */
function withSortedKeys(value: unknown): unknown {
  if (!isObject(value) || "toJSON" in value) return value;
  if (Array.isArray(value)) return value.some(isObject) ? value.map(withSortedKeys) : value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, each]) => [key, withSortedKeys(each)]));
}

const isObject = (value: unknown): value is object => value !== null && typeof value === "object";

export const sha256 = (content: string | Uint8Array): string => createHash("sha256").update(content).digest("hex");

/** Identity of a value by its content. */
export const hashOf = (value: unknown): string => sha256(canonicalJson(value));

/** A number in [0, 2^32) from any parts; the only source of randomness in decoding. */
export const seedOf = (...parts: readonly (string | number)[]): number =>
  createHash("sha256").update(JSON.stringify(parts)).digest().readUInt32LE(0);
