import { targetOf } from "../core/target.ts";
import type { answerForms } from "../experiment/dataset-spec.ts";
import { listShown } from "./list-text.ts";

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

/** The text of a list counts as the list. */
const membersOf = (value: unknown): unknown => (typeof value === "string" ? (listShown(value) ?? value) : value);

const listed = (given: unknown): string | undefined => {
  const value = membersOf(given);
  if (!Array.isArray(value)) return scalarText(value);
  return value.length > 0 ? value.map(String).join(", ") : undefined;
};

const scalarText = (value: unknown): string | undefined =>
  ["string", "number", "boolean", "bigint"].includes(typeof value) ? String(value as string | number) : undefined;

const alternatives = (given: unknown): string | undefined => {
  const value = membersOf(given);
  const all = (Array.isArray(value) ? value : [value])
    .filter((one) => ["string", "number", "boolean", "bigint"].includes(typeof one))
    .map((one) => String(one).trim())
    .filter((one) => one !== "");
  return all.length === 0 ? undefined : targetOf(all);
};

/** The reference answer in a cell, and undefined where there is none of this form. */
export const answerIn = (value: unknown, form: AnswerForm): string | undefined => {
  if (form === "list") return listed(value)?.trim();
  if (form === "any") return alternatives(value);
  const text = scalarText(value);
  if (text === undefined) return undefined;
  const readers = { text: (all: string) => all, integer, boxed, "after-hashes": afterHashes };
  return readers[form](text)?.trim();
};
