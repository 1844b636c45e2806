import { z } from "zod";
import { continuationString } from "../../core/defaults.ts";
import type { Assumptions, Cost } from "../../ports/method.ts";
import { forkedAt } from "../stretches.ts";
import type { Wanted } from "./setting.ts";

export const ReadmeForcing = z.strictObject({
  variant: z.literal("s1-readme").describe("The loop of s1's README. The model itself closes the thought."),
  max_thinking_tokens: z
    .int()
    .positive()
    .default(32000)
    .describe("Thinking tokens of all rounds together. Ends count, continuation strings do not."),
  ignore_ends: z.int().nonnegative().default(1).describe("Number of ends to ignore."),
  continuation: z
    .string()
    .nullable()
    .default(continuationString)
    .describe("Text that replaces an ignored end. Null or empty: none."),
});
export type ReadmeForcing = z.infer<typeof ReadmeForcing>;

export const readmeWanted = (o: ReadmeForcing): Wanted => ({
  budget: o.max_thinking_tokens,
  ignores: o.ignore_ends,
  minThinking: 0,
  continuation: o.continuation ?? "",
  separator: "",
  start: null,
  end: null,
  until: null,
  batchPrompt: null,
  maxGen: null,
  modelLength: null,
  sampling: {},
});

export const readmeLabel = (o: ReadmeForcing): string =>
  [
    `≤${o.max_thinking_tokens}`,
    ...(o.ignore_ends > 0 ? [`${o.continuation || "nothing"} ×${o.ignore_ends}`] : []),
  ].join(" ");

/** The last generation is free: it may think on up to the end of the context. */
export function readmeCost(o: ReadmeForcing, assume: Assumptions): Cost {
  const extended = assume.natural + o.ignore_ends * assume.perIgnoredEnd;
  const thinking = Math.min(extended, Math.max(o.max_thinking_tokens, assume.natural));
  const stretches = forkedAt(assume.natural, { thinking, ignores: o.ignore_ends, continuation: o.continuation });
  return { thinking, worstThinking: Infinity, chains: 1, requests: 2 + o.ignore_ends, stretches };
}
