import type { Dot } from "./table.ts";

/** `slope`: accuracy (a proportion) gained per doubling of tokens; `intercept`: accuracy at one token. */
export type Line = Readonly<{ slope: number; intercept: number }>;

/** Weighted least-squares line of accuracy on log2 tokens; null for fewer than two different token counts above 0. */
export function logLinear(dots: readonly Dot[], weights: readonly number[] = dots.map(() => 1)): Line | null {
  const usable = dots.flatMap(({ tokens, accuracy }, i) =>
    tokens > 0 ? [{ x: Math.log2(tokens), y: accuracy, w: weights[i]! }] : [],
  );
  const weight = usable.reduce((sum, { w }) => sum + w, 0);
  const [x, y] = [
    usable.reduce((sum, dot) => sum + dot.w * dot.x, 0) / weight,
    usable.reduce((sum, dot) => sum + dot.w * dot.y, 0) / weight,
  ];
  const spread = usable.reduce((sum, dot) => sum + dot.w * (dot.x - x) ** 2, 0);
  if (!(spread > 1e-12)) return null;
  const slope = usable.reduce((sum, dot) => sum + dot.w * (dot.x - x) * (dot.y - y), 0) / spread;
  return { slope, intercept: y - slope * x };
}

/** Accuracy on a line at a number of tokens. */
export function onLine({ slope, intercept }: Line, tokens: number): number {
  return intercept + slope * Math.log2(tokens);
}
