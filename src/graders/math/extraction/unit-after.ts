import { knownUnit } from "../units.ts";

const unitShape =
  /^\s?((?:square |cubic |sq\.? )?[a-zA-Z]{1,12}(?:\/[a-zA-Z]{1,8})?)((?:\s?\^\s?\{?-?\d\}?|[²³])?)(?![\w'’])/;

/** A unit that is known, right after the number; "in" and "a" are words of the sentence. */
export const unitAfter = (sentence: string, at: number): string => {
  const [whole, words = "", power = ""] = unitShape.exec(sentence.slice(at, at + 40)) ?? [];
  const [name = "", under] = words.replace(/^(?:square|cubic|sq\.?) /, "").split("/");
  if (whole === undefined || (/^(?:in|a|A|I|s|h|min|no|C|F|K|W|N|J|V)$/.test(name) && power === "")) return "";
  if (!knownUnit(name)) return "";
  return under === undefined || knownUnit(under) ? whole : whole.slice(0, whole.indexOf("/"));
};
