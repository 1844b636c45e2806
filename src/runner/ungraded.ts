import type { Ending } from "../core/ending.ts";
import type { Trace } from "../core/trace.ts";
import type { Judgement } from "./attempt.ts";

const rules: Readonly<Record<string, string>> = {
  refusal: "the model refused to answer",
  "content-filter": "a filter of the service stopped the reply",
  empty: "the reply is empty",
};

/**
 * A reply of a native model that was refused or never came is no answer, whatever its text holds; null where it is to
 * be graded.
 */
export const ungraded = (ending: Ending | "interruption" | null, trace: Trace): Judgement | null => {
  const rule = rules[ending ?? ""];
  if (rule === undefined || !trace.some(({ kind }) => kind === "answer")) return null;
  return { outcome: "no-answer", score: { verdict: "no-answer", rule }, error: null };
};
