import { binomialCdf, binomialPmf } from "./binomial.ts";
import { mcnemarExact } from "./mcnemar.ts";

type Design = Readonly<{
  problems: number;
  /** Share of problems on which the two points disagree, either way. */
  discordance: number;
  /** Chance of a false alarm allowed, two-sided. */
  alpha?: number;
}>;

/**
 * Chance that the exact McNemar test finds a true difference in accuracy (a proportion); by enumeration, not
 * approximation.
 */
export function mcnemarPower(difference: number, design: Design): number {
  return powerAt(difference, design.discordance, splitsOf(design));
}

/**
 * Smallest difference in accuracy (a proportion) that the exact McNemar test finds with the wanted power on a data
 * set of this size. Null where even the largest possible one, equal to the discordance, would be missed.
 */
export function minimumDetectableDifference({
  power = 0.8,
  ...design
}: Design & Readonly<{ power?: number }>): number | null {
  const splits = splitsOf(design);
  const at = (difference: number) => powerAt(difference, design.discordance, splits);
  if (at(design.discordance) < power) return null;
  let [low, high] = [0, design.discordance];
  while (high - low > 1e-5) {
    const middle = (low + high) / 2;
    if (at(middle) >= power) high = middle;
    else low = middle;
  }
  return high;
}

/** How likely this number of disagreements is, and the largest count on their smaller side that is significant. */
type Split = Readonly<{ disagreements: number; weight: number; fewest: number }>;

/** Of all numbers of disagreements that can be expected, in rising order, in which `fewest` only rises. */
function splitsOf({ problems, discordance, alpha = 0.05 }: Design): readonly Split[] {
  const splits: Split[] = [];
  let fewest = -1;
  for (let disagreements = 1; disagreements <= problems; disagreements++) {
    const weight = binomialPmf(disagreements, problems, discordance);
    if (weight <= 1e-12) continue;
    while (2 * (fewest + 1) < disagreements && mcnemarExact(fewest + 1, disagreements - fewest - 1).p <= alpha)
      fewest++;
    splits.push({ disagreements, weight, fewest });
  }
  return splits;
}

/**
 * Chance of a significant split over all of them, each disagreement being a gain with the chance that the difference
 * gives.
 */
function powerAt(difference: number, discordance: number, splits: readonly Split[]): number {
  const gain = discordance === 0 ? 0.5 : (discordance + Math.abs(difference)) / (2 * discordance);
  const rejected = ({ disagreements, fewest }: Split) =>
    binomialCdf(fewest, disagreements, gain) + binomialCdf(fewest, disagreements, 1 - gain);
  return splits.reduce((power, split) => power + split.weight * rejected(split), 0);
}
