import { solve } from "./solve.ts";
import type { Dot } from "./table.ts";

/** Two lines in log2 tokens that meet at `knee` (tokens); slopes are accuracy (a proportion) per doubling. */
export type BrokenLine = Readonly<{ knee: number; before: number; after: number }>;

const STEPS = 48;

/**
 * Continuous broken line of accuracy on log2 tokens by least squares, the knee sought on a grid between the second
 * and the last but one dot (Hudson, 1966). A curve that saturates has `after` near 0, one that declines below it.
 * Null for fewer than four dots above 0 tokens.
 */
export function brokenLine(dots: readonly Dot[]): BrokenLine | null {
  const usable = dots
    .filter(({ tokens }) => tokens > 0)
    .map(({ tokens, accuracy }) => ({ x: Math.log2(tokens), y: accuracy }))
    .sort((a, b) => a.x - b.x);
  if (usable.length < 4) return null;
  const [first, last] = [usable[1]!.x, usable.at(-2)!.x];
  let best: (BrokenLine & { loss: number }) | null = null;
  for (let step = 0; step <= STEPS; step++) {
    const candidate = meetingAt(usable, first + ((last - first) * step) / STEPS);
    if (candidate && (!best || candidate.loss < best.loss - 1e-12)) best = candidate;
  }
  return best && { knee: best.knee, before: best.before, after: best.after };
}

/** Height at the knee and the slopes on either side by normal equations, whose slopes do not meet in any product. */
function meetingAt(
  dots: readonly Readonly<{ x: number; y: number }>[],
  knee: number,
): (BrokenLine & { loss: number }) | null {
  let [left, leftSquares, leftY, right, rightSquares, rightY, height] = [0, 0, 0, 0, 0, 0, 0];
  for (const { x, y } of dots) {
    const away = x - knee;
    height += y;
    if (away < 0) [left, leftSquares, leftY] = [left + away, leftSquares + away * away, leftY + away * y];
    else [right, rightSquares, rightY] = [right + away, rightSquares + away * away, rightY + away * y];
  }
  const fit = solve(
    [
      [dots.length, left, right],
      [left, leftSquares, 0],
      [right, 0, rightSquares],
    ],
    [height, leftY, rightY],
  );
  if (!fit) return null;
  const [level = 0, before = 0, after = 0] = fit;
  let loss = 0;
  for (const { x, y } of dots) loss += (y - level - (x < knee ? before : after) * (x - knee)) ** 2;
  return { knee: 2 ** knee, before, after, loss };
}
