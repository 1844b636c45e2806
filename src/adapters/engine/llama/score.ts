import type { ControlledEvaluateInputItem, ControlledEvaluateIndexOutput, Token } from "node-llama-cpp";
import type { Scored, Scoring, Watch } from "../../../ports/engine.ts";
import type { Rounds } from "./rounds.ts";
import type { Slot } from "./slots.ts";
import { tokens } from "./steps.ts";

/** Distributions of whole vocabularies are large: so many are in memory at once. */
const atOnce = 16;

const wanted = {
  generateNext: { probabilities: true, options: { temperature: 0, topK: 0, topP: 1, minP: 0 } },
} as const;

/** Below what a float can hold a probability is written as 0; its logarithm shall be a number still. */
const smallest = 2 ** -149;

const logOf = (probability: number): number => Math.log(Math.max(probability, smallest));

/** Reads given tokens and says how probable each was. The cache is left empty first: every position is evaluated. */
export const score = async (
  { sequence }: Slot,
  { ids, from, top }: Scoring,
  { signal, rounds }: Pick<Watch, "signal"> & Readonly<{ rounds: Rounds }>,
): Promise<readonly Scored[]> => {
  rounds.join();
  try {
    await sequence.clearHistory();
    const scored: Scored[] = [];
    for (let at = 0; at < ids.length - 1; at += atOnce) {
      await rounds.turn();
      signal.throwIfAborted();
      const part = ids.slice(at, Math.min(at + atOnce, ids.length - 1));
      const input = tokens(part).map((id, offset): ControlledEvaluateInputItem =>
        at + offset + 1 >= from ? [id, wanted] : id,
      );
      const output = await sequence.controlledEvaluate(input);
      output.forEach((item, offset) => {
        if (at + offset + 1 >= from) scored.push(scoredOf(item, ids[at + offset + 1] as number, top));
      });
    }
    return scored;
  } finally {
    rounds.leave();
  }
};

const scoredOf = (output: ControlledEvaluateIndexOutput | undefined, id: number, top: number): Scored => {
  const probabilities = output?.next.probabilities;
  if (!probabilities) throw new Error("no distribution could be read");
  const best = likeliest(probabilities, top);
  return { logprob: logOf(probabilities.get(id as Token) ?? 0), top: best };
};

/** The library gives them by probability; among equals the lowest id comes first here. */
const likeliest = (probabilities: ReadonlyMap<number, number>, top: number): Scored["top"] =>
  top === 0
    ? []
    : [...probabilities]
        .sort((a, b) => b[1] - a[1] || a[0] - b[0])
        .slice(0, top)
        .map(([id, probability]) => [id, logOf(probability)] as const);
