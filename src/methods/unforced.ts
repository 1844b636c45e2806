import { z } from "zod";
import type { Piece } from "../core/segment.ts";
import type { Assumptions, Cost, Method, Task } from "../ports/method.ts";
import { answerPieces, delimiter, endsWith, type Ids, indexOfIds } from "./pieces.ts";

export const Unforced = z.strictObject({
  max_tokens: z
    .int()
    .positive()
    .nullable()
    .default(null)
    .describe("Most tokens of thought and answer together. Null: what the context holds."),
});
export type Unforced = z.infer<typeof Unforced>;

async function* unforced(task: Task, { max_tokens }: Unforced): AsyncGenerator<Piece, void, undefined> {
  const prompt = await task.prompt(task.problem.text);
  const maxTokens = Math.min(max_tokens ?? Infinity, task.contextLength - prompt.length);
  const { tokenIds } = await task.chain(prompt)({ after: [], maxTokens, stops: task.delimiters.endOfTurn });
  yield* partsOf(tokenIds, task.delimiters);
}

/**
 * Tells thought and answer apart by the delimiters that the model wrote. Without a closing one all is answer, unless it
 * was cut in an open thought.
 */
function* partsOf(ids: Ids, { thinkingStart, thinkingEnd, endOfTurn }: Task["delimiters"]): Generator<Piece> {
  const opened = thinkingStart.every((id, at) => ids[at] === id);
  const from = opened ? thinkingStart.length : 0;
  if (from > 0) yield delimiter(thinkingStart);
  const rest = ids.slice(from);
  const at = indexOfIds(rest, thinkingEnd);
  if (at >= 0) {
    yield { kind: "thinking", origin: "sampled", stop: "delimiter", tokenIds: rest.slice(0, at) };
    yield delimiter(thinkingEnd);
    yield* answerPieces(rest.slice(at + thinkingEnd.length), endOfTurn);
  } else if (opened && !endOfTurn.some((end) => endsWith(rest, end)))
    yield { kind: "thinking", origin: "sampled", stop: "length", tokenIds: rest };
  else yield* answerPieces(rest, endOfTurn);
}

const cost = ({ max_tokens }: Unforced, { natural }: Assumptions): Cost => {
  const most = max_tokens ?? Infinity;
  return {
    thinking: Math.min(most, natural),
    worstThinking: most,
    chains: 1,
    requests: 1,
    stretches: [{ name: "unforced", tokens: Math.min(most, natural) }],
  };
};

/** One pass in which nothing is written for the model: what a method is compared with. */
export const unforcedMethod: Method<Unforced> = {
  name: "unforced",
  options: Unforced,
  label: ({ max_tokens }) => (max_tokens === null ? "unforced" : `unforced ≤${max_tokens}`),
  facts: () => ({ role: "unforced" }),
  cost,
  run: unforced,
};
