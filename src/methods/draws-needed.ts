import type { Spread } from "../ports/method.ts";

/** Where nothing is known: as among the thoughts of s1-32B on AIME24 at temperature 1 (arXiv 2501.19393, figure 6). */
export const usualSpread: Spread = { problems: 0.28, draws: 0.26 };

/** Draws of one attempt on average, and the share of attempts in which none is accepted. */
export type Needed = Readonly<{ draws: number; cut: number }>;

/** Problems that the forecast is over: those of a data set as small as AIME24. */
const problems = 30;

/**
 * How often a thought is drawn until one has at most `most` tokens, `bound` times at most. Lengths are taken for
 * log-normal around the median of their problem, and medians for log-normal around one another. Problems whose thoughts
 * hardly ever fit decide the mean.
 */
export function drawsNeeded(
  most: number,
  { natural, spread, bound }: Readonly<{ natural: number; spread: Spread; bound: number }>,
): Needed {
  if (!Number.isFinite(natural)) return { draws: bound, cut: 1 };
  const centre = Math.log(natural) - (spread.problems ** 2 + spread.draws ** 2) / 2;
  const each = quantiles.map((z) => {
    const accepted = normal((Math.log(most) - centre - spread.problems * z) / Math.max(spread.draws, 1e-9));
    if (accepted === 0) return { draws: bound, cut: 1 };
    const drawn = accepted === 1 ? -1 : Math.expm1(bound * Math.log1p(-accepted));
    return { draws: -drawn / accepted, cut: 1 + drawn };
  });
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  return { draws: mean(each.map(({ draws }) => draws)), cut: mean(each.map(({ cut }) => cut)) };
}

/** Complementary error function with a relative error below 1.2e-7 (Press and others, Numerical Recipes, 6.2). */
function erfc(x: number): number {
  const z = Math.abs(x);
  const t = 1 / (1 + z / 2);
  const terms = [
    -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223,
    0.17087277,
  ];
  const tail = t * Math.exp(-z * z + terms.reduceRight((sum, term) => sum * t + term, 0));
  return x >= 0 ? tail : 2 - tail;
}

const normal = (z: number): number => erfc(-z / Math.SQRT2) / 2;

/** Middles of equal shares of a normal distribution, by bisection. */
const quantiles: readonly number[] = Array.from({ length: problems }, (_, at) => {
  let [low, high] = [-8, 8];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (normal(middle) < (at + 0.5) / problems) low = middle;
    else high = middle;
  }
  return low;
});
