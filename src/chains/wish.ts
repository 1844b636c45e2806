import type { Sampling } from "../core/sampling.ts";
import { isGreedy } from "../core/sampling.ts";
import type { Request } from "../ports/method.ts";

/** What is wanted next, as far as it decides which stored tokens are an answer to it. */
export type Wish = Readonly<{
  maxTokens: number;
  stops: readonly (readonly number[])[];
  /** No stop may begin within this number of tokens. */
  minTokens: number;
  /** First ids of the stops, sorted: what may not be drawn there. */
  mask: readonly number[];
  greedy: boolean;
}>;

export function wishOf({ maxTokens, stops, minTokens = 0 }: Request, sampling: Sampling): Wish {
  const mask = [...new Set(stops.map((stop) => stop[0] as number))].sort((a, b) => a - b);
  return { maxTokens, stops, minTokens: mask.length > 0 ? minTokens : 0, mask, greedy: isGreedy(sampling) };
}

export const endsIn = (ids: readonly number[], tail: readonly number[]): boolean =>
  tail.length > 0 && tail.length <= ids.length && tail.every((id, at) => ids[ids.length - tail.length + at] === id);
