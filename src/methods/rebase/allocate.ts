import { mostOf } from "../../core/extremes.ts";
/**
 * How many children each branch gets: branches are served by descending score, each ceil(width x its softmax share),
 * until the width is used. Equal scores are served in their order. Adds up to the width where there is a branch at all.
 */
export function allocate(scores: readonly number[], width: number, temperature: number): readonly number[] {
  const highest = mostOf(scores);
  const weights = scores.map((score) => Math.exp((score - highest) / temperature));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const children = scores.map(() => 0);
  let left = width;
  for (const at of scores.map((_, index) => index).sort((a, b) => scores[b]! - scores[a]!)) {
    children[at] = Math.min(left, Math.ceil((width * weights[at]!) / total));
    left -= children[at]!;
  }
  return children;
}
