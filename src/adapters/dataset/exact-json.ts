/** Marks an integer that a double cannot hold; no text of a data set begins so. */
const sign = "\u0001integer:";

const strings = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/g;

const isBig = (literal: string): boolean => /^-?\d{16,}$/.test(literal) && !Number.isSafeInteger(Number(literal));

const revive = (_key: string, value: unknown): unknown =>
  typeof value === "string" && value.startsWith(sign) ? BigInt(value.slice(sign.length)) : value;

/** `JSON.parse` that keeps every digit of an integer: one beyond 2^53 is a bigint. */
export const parseExactly = (text: string): unknown => {
  if (!/\d{16}/.test(text)) return JSON.parse(text);
  JSON.parse(text); // faults are reported of the text as it is
  return JSON.parse(
    text.replace(strings, (literal) => (isBig(literal) ? JSON.stringify(sign + literal) : literal)),
    revive,
  );
};
