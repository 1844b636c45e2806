import { append } from "../core/extremes.ts";
import { z } from "zod";
import type { Piece } from "../core/segment.ts";
import { adaptiveConsistency } from "../metrics/adaptive.ts";
import type { Assumptions, Cost, Method, Task } from "../ports/method.ts";
import { checkDraws, elected, further, heaviest, openDraws, partiesOf, type Voice, voiceOf } from "./pool.ts";

export const EarlyVote = z.strictObject({
  rule: z
    .enum(["esc", "adaptive-consistency"])
    .default("esc")
    .describe(
      "When drawing stops. esc: a window of draws agrees (arXiv 2401.10480). adaptive-consistency: the leading " +
        "answer is the most frequent one with the given confidence (arXiv 2305.11860).",
    ),
  window: z.int().positive().default(5).describe("esc: thoughts that are drawn at once, and have to agree."),
  confidence: z.number().gt(0.5).lt(1).default(0.95).describe("adaptive-consistency: chance that the leader stays it."),
  samples: z.int().positive().default(40).describe("Most thoughts."),
});
export type EarlyVote = z.infer<typeof EarlyVote>;

/** Votes by party, greatest first, and the answers of the newest window. */
type Seen = Readonly<{ votes: readonly number[]; agrees: boolean }>;

/** Whether enough was drawn. */
export function isEnough({ votes, agrees }: Seen, { rule, confidence }: EarlyVote): boolean {
  if (rule === "esc") return agrees;
  return adaptiveConsistency(confidence).enough?.(votes[0] ?? 0, votes[1] ?? 0) ?? false;
}

async function* earlyVote(task: Task, options: EarlyVote): AsyncGenerator<Piece, void, undefined> {
  const size = options.rule === "esc" ? options.window : 1;
  const voices: Voice[] = [];
  while (voices.length < options.samples) {
    const count = Math.min(size, options.samples - voices.length);
    const draws = Array.from({ length: count }, (_, at) => voices.length + at);
    const window = await Promise.all((await openDraws(task, draws)).map(async (one) => voiceOf(await whole(one))));
    append(voices, window);
    const votes = partiesOf(voices, task.sameAnswer, heaviest).map(({ weight }) => weight);
    const seen = { votes, agrees: count === size && agree(window, task.sameAnswer) };
    const enough = isEnough(seen, options);
    task.decide?.({
      position: voices.length,
      rule: options.rule,
      value: votes[0] ?? 0,
      threshold: options.rule === "esc" ? options.window : options.confidence,
      outcome: enough ? "stop" : "on",
    });
    if (enough) break;
  }
  yield* elected(voices, task.sameAnswer, heaviest)?.pieces ?? [];
}

const whole = (one: Awaited<ReturnType<typeof openDraws>>[number]) => further(one, Math.max(1, one.walk.room));

/** Nobody abstains, and all say the same. */
const agree = (window: readonly Voice[], same: Task["sameAnswer"]): boolean =>
  window.every(({ answer }) => answer !== null && same(window[0]?.answer ?? "", answer));

/** Two windows, or five draws one after another, are usual where answers agree at all. */
const cost = ({ rule, window, samples }: EarlyVote, { natural }: Assumptions): Cost => {
  const chains = Math.min(samples, rule === "esc" ? 2 * window : 5);
  return { thinking: natural, worstThinking: Infinity, chains, requests: 2 * chains };
};

/** Draws thoughts until their answers agree; what is not needed is not drawn. */
export const earlyVoteMethod: Method<EarlyVote> = {
  name: "early-vote",
  options: EarlyVote,
  label: ({ rule, window, confidence, samples }) =>
    rule === "esc" ? `esc ${window} ≤${samples}` : `adaptive ${confidence} ≤${samples}`,
  facts: ({ rule }) => ({
    role: "draws",
    family: rule === "esc" ? "early-stopping vote (ESC)" : "adaptive consistency",
    along: ["samples", "window", "confidence"],
  }),
  cost,
  check: async (fit, { samples }) => checkDraws(fit, "early-vote", samples),
  findsMergedEnds: true,
  run: earlyVote,
};
