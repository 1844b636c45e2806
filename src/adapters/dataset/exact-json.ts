/** Marks an integer that a double cannot hold; no text of a data set begins so. */
const sign = "\u0001integer:";

const strings = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/g;

const isBig = (literal: string): boolean => /^-?\d{16,}$/.test(literal) && !Number.isSafeInteger(Number(literal));

const revive = (_key: string, value: unknown): unknown =>
  typeof value === "string" && value.startsWith(sign) ? BigInt(value.slice(sign.length)) : value;

/** Levels of lists and objects in each other; readers of what is nested deeper run out of their stack. */
const mostDepth = 100;

const openings = (text: string): number => {
  let count = 0;
  for (let at = 0; at < text.length; at++) if ((text.charCodeAt(at) | 0x20) === 0x7b) count++;
  return count;
};

/** Refuses a text that is nested too deep, by its brackets outside of strings. */
const checkNesting = (text: string): void => {
  if (openings(text) <= mostDepth) return;
  let depth = 0;
  for (const [sign] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/g)) {
    if (sign === "[" || sign === "{") depth++;
    else if (sign === "]" || sign === "}") depth--;
    if (depth > mostDepth) throw new SyntaxError(`it is nested deeper than ${mostDepth} levels`);
  }
};

/** `JSON.parse` that keeps every digit of an integer: one beyond 2^53 is a bigint. */
export const parseExactly = (text: string): unknown => {
  const value: unknown = JSON.parse(text); // faults are reported of the text as it is
  checkNesting(text);
  if (!/\d{16}/.test(text)) return value;
  return JSON.parse(
    text.replace(strings, (literal) => (isBig(literal) ? JSON.stringify(sign + literal) : literal)),
    revive,
  );
};
