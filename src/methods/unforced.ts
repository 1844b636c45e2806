import { z } from "zod";
import type { Piece } from "../core/segment.ts";
import type { Assumptions, Cost, Method, Task, ThoughtEnd } from "../ports/method.ts";
import { answerPieces, delimiter, endsOf, endsWith, type Ids, indexOfIds } from "./pieces.ts";

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

/** The start mark that the model wrote itself; null where neither it nor the prompt opened a thought. */
function openingOf(ids: Ids, { thinkingStart, startMark, promptOpens }: Task["delimiters"]): Ids | null {
  if (promptOpens ?? thinkingStart.length === 0) return [];
  const written = [thinkingStart, startMark ?? []].find((mark) => mark.length > 0 && beginsWith(ids, mark));
  return written ?? null;
}

const beginsWith = (ids: Ids, mark: Ids): boolean => mark.every((id, at) => ids[at] === id);

type Closed = Readonly<{ at: number; end: ThoughtEnd }>;

/** Where the thought ends first. */
function firstEnd(ids: Ids, ends: readonly ThoughtEnd[]): Closed | null {
  const found = ends.flatMap((end) => {
    const at = indexOfIds(ids, end.ids);
    return at < 0 ? [] : [{ at, end }];
  });
  const order = (a: Closed, b: Closed): number => a.at + a.end.shared - (b.at + b.end.shared) || a.at - b.at;
  return found.toSorted(order)[0] ?? null;
}

/**
 * Tells thought and answer apart by the delimiters that the model wrote. Of a thought that was opened and never closed
 * nothing is an answer, whether it was cut or the model ended its turn in it.
 */
function* partsOf(ids: Ids, delimiters: Task["delimiters"]): Generator<Piece> {
  const { endOfTurn } = delimiters;
  const opening = openingOf(ids, delimiters);
  if (opening && opening.length > 0) yield delimiter(opening);
  const rest = ids.slice(opening?.length ?? 0);
  const closed = firstEnd(rest, endsOf(delimiters));
  if (closed) {
    const { at, end } = closed;
    const tokenIds = rest.slice(0, at + end.shared);
    yield { kind: "thinking", origin: "sampled", stop: "delimiter", tokenIds };
    yield delimiter(end.ids.slice(end.shared));
    yield* answerPieces(rest.slice(at + end.ids.length), endOfTurn);
  } else if (opening) yield* openThought(rest, endOfTurn);
  else yield* answerPieces(rest, endOfTurn);
}

function* openThought(ids: Ids, endOfTurn: Task["delimiters"]["endOfTurn"]): Generator<Piece> {
  const ending = endOfTurn.find((end) => endsWith(ids, end));
  const stop = ending ? "eos" : "length";
  yield { kind: "thinking", origin: "sampled", stop, tokenIds: ids.slice(0, ids.length - (ending?.length ?? 0)) };
  if (ending) yield delimiter(ending);
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
  findsMergedEnds: true,
  run: unforced,
};
