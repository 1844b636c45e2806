import { z } from "zod";
import type { Piece } from "../core/segment.ts";
import { UserError } from "../core/user-error.ts";
import type { Assumptions, Continued, Cost, Method, Task } from "../ports/method.ts";
import { drawsNeeded, usualSpread } from "./draws-needed.ts";
import { delimiter, endsWith, forced, type Ids, sampleAnswer } from "./pieces.ts";

export const RejectionSampling = z.strictObject({
  max_thinking_tokens: z
    .int()
    .positive()
    .describe("Longest thought that is accepted, in tokens. It must end by itself."),
  max_draws: z
    .int()
    .positive()
    .nullable()
    .default(64)
    .describe(
      "Most thoughts to draw. If none is accepted, the attempt has no answer (`cut`). Every draw is paid for. " +
        "Null: no bound, as published; a problem whose thoughts never fit is drawn for ever.",
    ),
  counts_end: z
    .boolean()
    .default(false)
    .describe("Count the closing delimiter too, as s1 does. The longest accepted thought is then one token shorter."),
  round_sizes: z
    .array(z.int().positive())
    .min(1)
    .nullable()
    .default(null)
    .describe(
      "Number of draws in each round; the last number holds for all further rounds. If several draws of a " +
        "round are accepted, the last one counts, as in s1. Null: 1, 2, 4 and so on, up to as many as the engine " +
        "takes at once; the first accepted draw counts, so that the width changes no answer.",
    ),
});
export type RejectionSampling = z.infer<typeof RejectionSampling>;

/** How long a thought may be, and what ends it. */
type Limit = Readonly<{ most: number; maxTokens: number; stops: readonly Ids[] }>;

function limitOf({ delimiters }: Task, { max_thinking_tokens: most, counts_end }: RejectionSampling): Limit {
  const { thinkingEnd, endOfTurn } = delimiters;
  // Counted with its end, a thought is over at the end's first token.
  if (counts_end) return { most: most - 1, maxTokens: most + 1, stops: [thinkingEnd.slice(0, 1), ...endOfTurn] };
  return { most, maxTokens: most + thinkingEnd.length, stops: [thinkingEnd, ...endOfTurn] };
}

type Draw = Readonly<{ draw: number; thought: Ids; ending: Ids | null }>;

async function* rejectionSampling(task: Task, options: RejectionSampling): AsyncGenerator<Piece, void, undefined> {
  const prompt = await task.prompt(task.problem.text);
  const { thinkingStart } = task.delimiters;
  if (thinkingStart.length > 0) yield forced("delimiter", thinkingStart);
  const chosen = await drawUntilAccepted(task, prompt, options);
  yield { kind: "thinking", origin: "sampled", stop: stopName(chosen, task), tokenIds: chosen.thought };
  if (chosen.ending === null) return;
  const closing = closingPieces(chosen.ending, task.delimiters.thinkingEnd);
  yield* closing;
  const after = [...thinkingStart, ...chosen.thought, ...task.delimiters.thinkingEnd];
  yield* await sampleAnswer({
    go: task.chain(prompt, chosen.draw),
    after,
    maxTokens: task.maxAnswerTokens,
    endOfTurn: task.delimiters.endOfTurn,
  });
}

/** The accepted draw; where there is none the last one, cut at the limit. */
async function drawUntilAccepted(task: Task, prompt: Ids, options: RejectionSampling): Promise<Draw> {
  const limit = limitOf(task, options);
  let last: Draw = { draw: 0, thought: [], ending: null };
  const most = options.max_draws ?? Infinity;
  for (let draw = 0, round = 0; draw < most; round++) {
    const size = Math.min(roundSize(options, round, task.parallel), most - draw);
    const drawn = await Promise.all(
      Array.from({ length: size }, (_, slot) => drawThought({ task, prompt, limit }, draw + slot)),
    );
    const isAccepted = ({ ending }: Draw): boolean => ending !== null;
    const accepted = options.round_sizes === null ? drawn.find(isAccepted) : drawn.findLast(isAccepted);
    if (accepted) return accepted;
    last = drawn.at(-1) ?? last;
    draw += size;
  }
  return last;
}

/** Rounds that double waste no more draws than were needed, and few of them are one after the other. */
const roundSize = ({ round_sizes }: RejectionSampling, round: number, parallel: number): number =>
  round_sizes === null
    ? Math.min(2 ** Math.min(round, 30), Math.max(1, parallel))
    : (round_sizes[Math.min(round, round_sizes.length - 1)] ?? 1);

type Drawing = Readonly<{ task: Task; prompt: Ids; limit: Limit }>;

/** `ending` null: rejected. */
async function drawThought({ task, prompt, limit }: Drawing, draw: number): Promise<Draw> {
  const { maxTokens, stops, most } = limit;
  const { tokenIds, stop }: Continued = await task.chain(
    prompt,
    draw,
  )({ after: task.delimiters.thinkingStart, maxTokens, stops });
  const ending = stop === "stop" ? (stops.find((end) => endsWith(tokenIds, end)) ?? null) : null;
  const thought = ending ? tokenIds.slice(0, -ending.length) : tokenIds;
  return thought.length <= most ? { draw, thought, ending } : { draw, thought: thought.slice(0, most), ending: null };
}

const stopName = ({ ending }: Draw, { delimiters }: Task): Piece["stop"] => {
  if (ending === null) return "length";
  return delimiters.endOfTurn.some((end) => endsWith(ending, end)) ? "eos" : "delimiter";
};

function closingPieces(ending: Ids, end: Ids): readonly Piece[] {
  if (!ending.every((id, at) => end[at] === id)) return [forced("delimiter", end)];
  const rest = end.slice(ending.length);
  return rest.length > 0 ? [delimiter(ending), forced("delimiter", rest)] : [delimiter(ending)];
}

function cost(
  { max_thinking_tokens: most, max_draws }: RejectionSampling,
  { natural, spread = usualSpread }: Assumptions,
): Cost {
  const { draws, cut } = drawsNeeded(most, { natural, spread, bound: max_draws ?? Infinity });
  const chains = Math.max(1, Math.round(draws));
  return {
    thinking: Math.min(most, natural),
    worstThinking: most,
    chains,
    unanswered: cut,
    answers: 1,
    requests: chains + 1,
  };
}

/** Draws thoughts until one ends by itself within a limit. */
export const rejectionSamplingMethod: Method<RejectionSampling> = {
  name: "rejection-sampling",
  options: RejectionSampling,
  label: ({ max_thinking_tokens }) => `accept ≤${max_thinking_tokens}`,
  facts: ({ max_thinking_tokens }) => ({ role: "draws", budget: max_thinking_tokens }),
  cost,
  check: async ({ sampling }, { max_draws }) => {
    if (sampling.temperature === 0 && max_draws !== 1)
      throw new UserError("rejection-sampling draws again, and at temperature 0 every draw is the same", {
        hint: "set a sampling temperature, such as 1, or max_draws: 1",
      });
  },
  run: rejectionSampling,
};
