import { Fault } from "./fault.ts";

/** Values of an answer, those within lists counted: the ids of a text of two million tokens, and read in a second. */
const mostValues = 2_000_000;

/** Nesting of an answer: what is nested deeper nobody could write out again. */
const mostDepth = 500;

/** A shorter text can hold no more, and is not looked through. */
const short = 4096;

/** Where a text of JSON ends that begins at a quotation mark; the end of it all where it does not. */
const endOfText = (json: string, start: number): number => {
  for (let at = json.indexOf('"', start + 1); at >= 0; at = json.indexOf('"', at + 1)) {
    let escapes = 0;
    while (json[at - 1 - escapes] === "\\") escapes += 1;
    if (escapes % 2 === 0) return at;
  }
  return json.length;
};

/** Refuses JSON of more values, or nested deeper, than an answer has: reading `[{},{},...]` of 16 MB takes seconds. */
export const checkShape = (json: string): void => {
  if (json.length <= short) return;
  let [depth, values] = [0, 0];
  for (let at = 0; at < json.length; at++) {
    const sign = json[at];
    if (sign === '"') at = endOfText(json, at);
    else if (sign === "," || sign === ":") values += 1;
    else if (sign === "]" || sign === "}") depth -= 1;
    else if (sign === "[" || sign === "{") [depth, values] = [depth + 1, values + 1];
    if (depth > mostDepth) throw new Fault("fatal", `an answer nested deeper than ${mostDepth} levels`);
    if (values > mostValues) throw new Fault("fatal", `an answer of more than ${mostValues} values`);
  }
};

/** The value of a text of JSON from a server. Throws a SyntaxError where it is none, a Fault where it is too much. */
export const readJson = (json: string): unknown => {
  checkShape(json);
  return JSON.parse(json) as unknown;
};
