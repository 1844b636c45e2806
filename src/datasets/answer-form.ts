import { targetOf } from "../core/target.ts";

/**
 * `text`: as it is; `integer`: 073 and 73.0 are 73; `boxed`: the last \boxed{} of a solution;
 * `after-hashes`: what follows ####, without thousands separators; `list`: a list of answers that
 * belong together; `any`: a list of answers, any of which will do.
 */
export const answerForms = ["text", "integer", "boxed", "after-hashes", "list", "any"] as const;

export type AnswerForm = (typeof answerForms)[number];

const integer = (text: string): string | undefined => {
  const found = /^\s*(-?)0*(\d+)(?:\.0*)?\s*$/.exec(text);
  return found ? `${found[2] === "0" ? "" : found[1]}${found[2]}` : undefined;
};

/** The text from `start` up to the brace that closes it. */
const untilClosed = (text: string, start: number): string | undefined => {
  let depth = 1;
  for (let at = start; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === "{") depth++;
    else if (text[at] === "}" && --depth === 0) return text.slice(start, at);
  }
  return undefined;
};

const boxed = (text: string): string | undefined => {
  const command = "\\boxed{";
  const at = text.lastIndexOf(command);
  return at < 0 ? undefined : untilClosed(text, at + command.length);
};

const afterHashes = (text: string): string | undefined => text.split("####").at(1)?.replaceAll(",", "");

const listed = (value: unknown): string | undefined => {
  if (!Array.isArray(value)) return typeof value === "string" ? value : undefined;
  return value.length > 0 ? value.map(String).join(", ") : undefined;
};

const alternatives = (value: unknown): string | undefined => {
  const all = (Array.isArray(value) ? value : [value])
    .filter((one) => ["string", "number", "boolean"].includes(typeof one))
    .map((one) => String(one).trim())
    .filter((one) => one !== "");
  return all.length === 0 ? undefined : targetOf(all);
};

/** The reference answer in a cell, and undefined where there is none of this form. */
export const answerIn = (value: unknown, form: AnswerForm): string | undefined => {
  if (form === "list") return listed(value)?.trim();
  if (form === "any") return alternatives(value);
  if (!["string", "number", "boolean"].includes(typeof value)) return undefined;
  const text = String(value as string | number | boolean);
  const readers = { text: (all: string) => all, integer, boxed, "after-hashes": afterHashes };
  return readers[form](text)?.trim();
};
