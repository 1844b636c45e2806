import { type MarkPair, reopenedIn } from "../core/reopened.ts";
import type { Trace } from "../core/trace.ts";
import { answerText } from "../core/trace.ts";

/** Thoughts with which an answer goes on, and their tokens; null where they have no ids. */
export type GoesOn = Readonly<{ thoughts: number; tokens: number | null }>;

type Decode = (ids: readonly number[]) => Promise<string>;

/** The fewest ids whose text reaches a place. */
async function reaching(place: number, ids: readonly number[], decode: Decode): Promise<number> {
  let [low, high] = [0, ids.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((await decode(ids.slice(0, middle))).length >= place) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** How an answer goes on with thoughts. Their tokens are part of the answer's. */
export async function goesOn(trace: Trace, own: MarkPair | null, decode: Decode): Promise<GoesOn> {
  const thoughts = reopenedIn(answerText(trace), own);
  const ids = trace.filter(({ kind }) => kind === "answer").flatMap(({ tokenIds }) => tokenIds);
  let tokens = 0;
  for (const { from, to } of thoughts)
    tokens += (await reaching(to, ids, decode)) - (await reaching(from, ids, decode));
  return { thoughts: thoughts.length, tokens };
}

/** The marks that a format looks for; null where it is not known. */
export const marksOf = (format: Readonly<Record<string, unknown>> | undefined): MarkPair | null => {
  const { thinking_start: start, thinking_end: end } = format ?? {};
  return typeof start === "string" && typeof end === "string" ? { start, end } : null;
};
