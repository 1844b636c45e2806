import { RE2JS } from "re2js";

/** Lines have ends of their own, as in the `m` flag of JavaScript. Throws where the pattern is none. */
export const compilePattern = (pattern: string, ignoreCase: boolean): RE2JS =>
  RE2JS.compile(RE2JS.translateRegExp(pattern), RE2JS.MULTILINE | (ignoreCase ? RE2JS.CASE_INSENSITIVE : 0));

/** What the engine does without, for being linear in time. */
const missing: readonly (readonly [RegExp, string])[] = [
  [/\(\?<[=!]/, "look-behind"],
  [/\(\?[=!]/, "look-ahead"],
  [/\\[1-9]|\\k</, "back references"],
];

/** What is wrong with a pattern of the `regex` grader, or `null`. */
export const patternFault = (pattern: string): string | null => {
  const plain = pattern.replaceAll("\\\\", "").replace(/\[(?:\\.|[^\]\\])*\]/g, "x");
  const [, name] = missing.find(([sign]) => sign.test(plain)) ?? [];
  if (name)
    return (
      `${name} ${name === "back references" ? "are" : "is"} not supported: patterns run in time that grows with ` +
      "the text alone (RE2)"
    );
  try {
    const groups = compilePattern(pattern, false).groupCount();
    return groups === 1
      ? null
      : `one capture group is needed, found ${groups}: write (?:..) for groups that capture nothing`;
  } catch (error) {
    return `not a regular expression: ${(error as Error).message.replace("error parsing regexp: ", "")}`;
  }
};
